"""WooCommerce's orders.

Sources: https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks (signature, headers, topics) and
#order-properties (bodies); https://developer.woocommerce.com/docs/features/orders/order-attribution/ (session entry).
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain.message import ContactDetails
from app.domain.money import NO_CURRENCY
from app.domain.order import OrderNotice, OrderStatus, SourcePlace
from integrations import shop_body
from integrations.protocol import ShopCall, ShopDelivery, UnreadableError
from integrations.shop_body import inside, minor, moment, objects

FIELDS = shop_body.FIELDS
SIGNATURE_HEADER = "x-wc-webhook-signature"
TOPIC_HEADER = "x-wc-webhook-topic"
DELIVERY_HEADER = "x-wc-webhook-delivery-id"

_PING = re.compile(rb"webhook_id=[0-9]{1,20}")
_DELETED = "order.deleted"
_TOPICS = {"order.created", "order.updated", _DELETED, "order.restored"}
_DRAFTS = {"checkout-draft", "auto-draft"}
"""A basket at the checkout, which most often becomes no order."""
_STATUS = {
    "pending": OrderStatus.CREATED,
    "on-hold": OrderStatus.CREATED,
    "processing": OrderStatus.PAID,
    "completed": OrderStatus.PAID,
    "refunded": OrderStatus.REFUNDED,
    "cancelled": OrderStatus.CANCELLED,
    "failed": OrderStatus.CANCELLED,
    "trash": OrderStatus.CANCELLED,
}
_PREFIXES = ("", "_")
"""A leading underscore hides a field in the shop's own forms."""
_ENTRY = "_wc_order_attribution_session_entry"


def is_ping(call: ShopCall) -> bool:
    """Tell whether the shop asks, unsigned, if anybody is there; anything but 200 keeps the webhook from being made."""
    return SIGNATURE_HEADER not in call.headers and _PING.fullmatch(call.raw.strip()) is not None


def verify(call: ShopCall, credentials: Mapping[str, str], now: datetime) -> None:
    """Make sure that the account's shop sent the call; see ``Shop.verify``."""
    shop_body.check_base64_hmac(call.raw, call.headers.get(SIGNATURE_HEADER, ""), credentials)


def identify(call: ShopCall) -> ShopDelivery:
    """Return which delivery it is: its own id is new for every delivery, so what it says has to do.

    A deletion says nothing but the order's number, and may come again after the order was restored.
    """
    topic = call.headers.get(TOPIC_HEADER, "").lower()[:100]
    said = shop_body.digest(call.raw)
    delivery = shop_body.identifier(call.headers.get(DELIVERY_HEADER)) if topic == _DELETED else None
    return ShopDelivery(topic, f"{topic}|{delivery or said}", said)


def read(call: ShopCall, now: datetime) -> OrderNotice | None:
    """Return what the call says of an order; see ``Shop.read``."""
    topic = call.headers.get(TOPIC_HEADER, "").lower()
    if topic not in _TOPICS:
        return None
    body = shop_body.parse(call.raw)
    if topic == _DELETED:
        return _deletion(body, now)
    if body.get("status") in _DRAFTS:
        return None
    # Whether a restored order counts as changed depends on how the shop keeps its orders.
    restored_at = now if topic == "order.restored" else None
    return _order(body, restored_at)


def _deletion(body: dict[str, Any], now: datetime) -> OrderNotice:
    return OrderNotice(
        order_id=shop_body.order_number(body.get("id")),
        status=OrderStatus.CANCELLED,
        currency=NO_CURRENCY,
        total_minor=None,
        refunded_minor=None,
        buyer=ContactDetails(),
        mbsy=None,
        mbsy_source=None,
        placed_at=None,
        payload={},
        as_of=now,
    )


def _order(body: dict[str, Any], restored_at: datetime | None) -> OrderNotice:
    code = shop_body.currency(body.get("currency"))
    total = minor(body.get("total"), code)
    if total is None:
        raise UnreadableError("The order has no total.")
    mbsy, mbsy_source, place = shop_body.first_place(_places(body))
    return OrderNotice(
        order_id=shop_body.order_number(body.get("id")),
        status=_STATUS.get(str(body.get("status")), OrderStatus.CREATED),
        currency=code,
        total_minor=total,
        refunded_minor=None,
        buyer=_buyer(body),
        mbsy=mbsy,
        mbsy_source=mbsy_source,
        placed_at=_moment(body, "date_created"),
        payload={},
        as_of=restored_at or _moment(body, "date_modified"),
        refunds={
            name: minor(one.get("total"), code) or 0
            for one in objects(body.get("refunds"))
            if (name := shop_body.identifier(one.get("id")))
        },
        discount_codes=shop_body.codes(one.get("code") for one in objects(body.get("coupon_lines"))),
        source_place=place,
    )


def _moment(body: dict[str, Any], name: str) -> datetime | None:
    """Return a moment; the shop's own time bears no offset, so only the one in UTC can be used."""
    return moment(body.get(f"{name}_gmt"), is_utc=True) or moment(body.get(name))


def _places(body: dict[str, Any]) -> list[tuple[SourcePlace, Any, Any]]:
    meta = {str(one.get("key")): one.get("value") for one in objects(body.get("meta_data"))}
    entry = meta.get(_ENTRY)
    return [
        *((SourcePlace.META_DATA, meta.get(f"{mark}mbsy"), meta.get(f"{mark}mbsy_source")) for mark in _PREFIXES),
        (SourcePlace.SESSION_ENTRY, shop_body.of_address(entry, "mbsy"), shop_body.of_address(entry, "mbsy_source")),
    ]


def _buyer(body: dict[str, Any]) -> ContactDetails:
    addresses = [inside(body, "billing"), inside(body, "shipping")]
    phones = [(inside(one, "phone"), inside(one, "country")) for one in addresses]
    return shop_body.buyer(None, (inside(one, "email") for one in addresses), phones)
