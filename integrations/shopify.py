"""Shopify's orders and refunds.

Sources: https://shopify.dev/docs/apps/build/webhooks/subscribe/https (signature, headers),
https://shopify.dev/docs/api/admin-rest/latest/resources/order and …/refund (bodies),
https://shopify.dev/docs/api/admin-rest/latest/resources/transaction (kinds and statuses).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain.message import ContactDetails
from app.domain.money import NO_CURRENCY
from app.domain.order import OrderNotice, OrderStatus, SourcePlace
from integrations import shop_body
from integrations.protocol import ForgedError, IntegrationFields, ShopCall, ShopDelivery, UnreadableError
from integrations.shop_body import inside, minor, moment, objects

FIELDS = IntegrationFields(
    shop_body.FIELDS.required,
    (*shop_body.FIELDS.optional, "shop_domain"),
    {
        **shop_body.FIELDS.also_called,
        **dict.fromkeys(("client_secret", "api_secret", "api_secret_key", "shared_secret"), "webhook_secret"),
        "shop": "shop_domain",
    },
)
SIGNATURE_HEADER = "x-shopify-hmac-sha256"
TOPIC_HEADER = "x-shopify-topic"
SHOP_HEADER = "x-shopify-shop-domain"
ID_HEADER = "x-shopify-webhook-id"
TRIGGERED_HEADER = "x-shopify-triggered-at"

_ORDERS = {"orders/create", "orders/paid", "orders/cancelled", "orders/updated", "orders/edited"}
_REFUND = "refunds/create"
_STATUS = {
    "pending": OrderStatus.CREATED,
    "authorized": OrderStatus.CREATED,
    "partially_paid": OrderStatus.CREATED,
    "paid": OrderStatus.PAID,
    "partially_refunded": OrderStatus.PARTIALLY_REFUNDED,
    "refunded": OrderStatus.REFUNDED,
    "voided": OrderStatus.CANCELLED,
}
_PREFIXES = ("", "_")
"""A leading underscore hides an attribute from the buyer."""


def is_ping(call: ShopCall) -> bool:
    """Tell that Shopify sends nothing unsigned."""
    return False


def verify(call: ShopCall, credentials: Mapping[str, str], now: datetime) -> None:
    """Make sure that the account's shop sent the call; see ``Shop.verify``."""
    shop_body.check_base64_hmac(call.raw, call.headers.get(SIGNATURE_HEADER, ""), credentials)
    shop = credentials.get("shop_domain")
    if shop and call.headers.get(SHOP_HEADER, "").lower() != shop.strip().lower():
        raise ForgedError("The call is another shop's.")


def identify(call: ShopCall) -> ShopDelivery:
    """Return which delivery it is: the same id on every retry."""
    topic = call.headers.get(TOPIC_HEADER, "").lower()[:100]
    said = shop_body.digest(call.raw)
    key = shop_body.identifier(call.headers.get(ID_HEADER)) or said
    return ShopDelivery(topic, f"{topic}|{key}", said)


def read(call: ShopCall, now: datetime) -> OrderNotice | None:
    """Return what the call says of an order; see ``Shop.read``."""
    topic = call.headers.get(TOPIC_HEADER, "").lower()
    if topic == _REFUND:
        return _refund(shop_body.parse(call.raw))
    if topic not in _ORDERS:
        return None
    body = shop_body.parse(call.raw)
    # An edit's own body holds what was added and removed; the order itself follows as orders/updated.
    return None if "order_edit" in body else _order(body, call, topic)


def _order(body: dict[str, Any], call: ShopCall, topic: str) -> OrderNotice:
    code = shop_body.currency(body.get("currency"))
    total = minor(body.get("total_price"), code)
    refunds = {name: value for one in objects(body.get("refunds")) for name, value in _refunded(one, code)}
    mbsy, mbsy_source, place = shop_body.first_place(_places(body))
    notice = OrderNotice(
        order_id=shop_body.order_number(body.get("id")),
        status=_status(body, topic),
        currency=code,
        total_minor=total,
        refunded_minor=None,
        buyer=_buyer(body),
        mbsy=mbsy,
        mbsy_source=mbsy_source,
        placed_at=moment(body.get("created_at")) or moment(body.get("processed_at")),
        payload={},
        as_of=moment(body.get("updated_at")) or moment(call.headers.get(TRIGGERED_HEADER)),
        current_minor=_after_edits(body, code, total, sum(refunds.values())),
        refunds=refunds,
        discount_codes=shop_body.codes(one.get("code") for one in objects(body.get("discount_codes"))),
        source_place=place,
    )
    if total is None:
        raise UnreadableError("The order has no total.")
    return notice


def _status(body: dict[str, Any], topic: str) -> OrderStatus:
    if body.get("cancelled_at") or topic == "orders/cancelled":
        return OrderStatus.CANCELLED
    if topic == "orders/paid" and body.get("financial_status") is None:
        return OrderStatus.PAID
    return _STATUS.get(str(body.get("financial_status")), OrderStatus.CREATED)


def _after_edits(body: dict[str, Any], code: str, total: int | None, refunded: int) -> int | None:
    """Return what the order comes to after edits, before refunds.

    ``current_total_price`` is what is left after both, so what the refunds do not explain was edited away.
    """
    left = minor(body.get("current_total_price"), code)
    if total is None or left is None:
        return None
    return total - max(total - left - refunded, 0)


def _refund(body: dict[str, Any]) -> OrderNotice:
    """Return what one refund says; it names its order by id alone."""
    said = [one.get("currency") for one in objects(body.get("transactions"))]
    said += [_shop_currency(one) for one in objects(body.get("refund_line_items"))]
    code = shop_body.currency(next((code for code in said if code), NO_CURRENCY))
    return OrderNotice(
        order_id=shop_body.order_number(body.get("order_id")),
        # How far the order went is told by the sums that went back.
        status=OrderStatus.CREATED,
        currency=code,
        total_minor=None,
        refunded_minor=None,
        buyer=ContactDetails(),
        mbsy=None,
        mbsy_source=None,
        placed_at=None,
        payload={},
        refunds=dict(_refunded(body, code)),
    )


def _shop_currency(line: dict[str, Any]) -> Any:
    return inside(line, "subtotal_set", "shop_money", "currency_code")


def _refunded(refund: dict[str, Any], code: str) -> list[tuple[str, int]]:
    """Return the refund's id and the money that went back: what succeeded, in the order's own currency."""
    name = shop_body.identifier(refund.get("id"))
    went = [
        minor(one.get("amount"), code) or 0
        for one in objects(refund.get("transactions"))
        if one.get("kind") == "refund"
        and one.get("status") == "success"
        and str(one.get("currency") or code).upper() == code
    ]
    return [(name, sum(went))] if name and sum(went) else []


def _places(body: dict[str, Any]) -> list[tuple[SourcePlace, Any, Any]]:
    notes = {str(one.get("name")): one.get("value") for one in objects(body.get("note_attributes"))}
    landed = body.get("landing_site")
    return [
        *(
            (SourcePlace.NOTE_ATTRIBUTES, notes.get(f"{mark}mbsy"), notes.get(f"{mark}mbsy_source"))
            for mark in _PREFIXES
        ),
        (SourcePlace.LANDING_SITE, shop_body.of_address(landed, "mbsy"), shop_body.of_address(landed, "mbsy_source")),
    ]


def _buyer(body: dict[str, Any]) -> ContactDetails:
    """Return who bought; a shop on the Basic plan leaves out everything about the customer."""
    customer = inside(body, "customer") or {}
    addresses = [inside(body, "billing_address"), inside(body, "shipping_address"), inside(customer, "default_address")]
    country = next((found for one in addresses if (found := inside(one, "country_code"))), None)
    phones = [(body.get("phone"), country), (inside(customer, "phone"), country)]
    phones += [(inside(one, "phone"), inside(one, "country_code")) for one in addresses]
    emails = (body.get("email"), body.get("contact_email"), inside(customer, "email"))
    return shop_body.buyer(None, emails, phones)
