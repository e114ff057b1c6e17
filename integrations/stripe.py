"""Stripe's checkout sessions, payments and refunds.

Sources: https://docs.stripe.com/webhooks#verify-manually (signature), https://docs.stripe.com/api/events,
https://docs.stripe.com/api/checkout/sessions/object and …/charges/object (bodies),
https://docs.stripe.com/currencies#minor-units (which currencies have no cents, or three decimals).

A session names its payment, and a charge names nothing else: so an order has the session's id for its number, and the
payment's as one more name, under which a refund finds it.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson

from app.domain.money import to_minor
from app.domain.order import OrderNotice, OrderStatus, SourcePlace
from integrations import shop_body
from integrations.protocol import ForgedError, ShopCall, ShopDelivery, UnreadableError
from integrations.shop_body import inside, moment

FIELDS = replace(
    shop_body.FIELDS,
    also_called={
        **shop_body.FIELDS.also_called,
        **dict.fromkeys(("signing_secret", "endpoint_secret", "webhook_signing_secret"), "webhook_secret"),
    },
)
SIGNATURE_HEADER = "stripe-signature"
TOLERANCE = timedelta(seconds=300)
"""How far a timestamp may lie from now, either way; both ends count."""

_TIMESTAMP = re.compile(r"0|[1-9][0-9]{0,10}")
_MOST_SIGNATURES = 20
_SESSIONS = {
    "checkout.session.completed": None,
    "checkout.session.async_payment_succeeded": OrderStatus.PAID,
    "checkout.session.async_payment_failed": OrderStatus.CANCELLED,
}
_PAYMENTS = {
    "payment_intent.succeeded": "amount_received",
    "charge.succeeded": "amount_captured",
    "charge.captured": "amount_captured",
}
"""Payments outside a checkout page are orders where they carry our mark; any other may be one of anything."""
_REFUND = "charge.refunded"
_DECIMALS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND"), 0),
    **dict.fromkeys(("VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 3),
}
"""Stripe's own table: ISK and UGX go in hundredths here, and MGA goes whole, whatever ISO 4217 says."""
_REFERENCE = re.compile(r"mbsy_([0-9a-fA-F-]{36})")


def is_ping(call: ShopCall) -> bool:
    """Tell that Stripe sends nothing unsigned."""
    return False


def verify(call: ShopCall, credentials: Mapping[str, str], now: datetime) -> None:
    """Make sure that Stripe sent the call for this account, in the last five minutes; see ``Shop.verify``."""
    parts = [part.strip().partition("=") for part in call.headers.get(SIGNATURE_HEADER, "").split(",")]
    stamps = [value for name, _, value in parts if name == "t"]
    given = [value.encode(errors="replace") for name, _, value in parts if name == "v1"][:_MOST_SIGNATURES]
    if len(stamps) != 1 or not _TIMESTAMP.fullmatch(stamps[0]):
        raise ForgedError("The Stripe-Signature header has no timestamp.")
    if abs(now.timestamp() - int(stamps[0])) > TOLERANCE.total_seconds():
        raise ForgedError("The Stripe-Signature's timestamp is too far from now.")
    for secret in shop_body.secrets(credentials):
        expected = hmac.new(secret, stamps[0].encode() + b"." + call.raw, hashlib.sha256).hexdigest().encode()
        if any(hmac.compare_digest(expected, signature) for signature in given):
            return
    raise ForgedError("No signature fits the body.")


def identify(call: ShopCall) -> ShopDelivery:
    """Return which delivery it is: the event's id, and what it is about; how many others wait for it may change."""
    try:
        event = shop_body.parse(call.raw)
        said = orjson.dumps(event.get("data"), option=orjson.OPT_SORT_KEYS)
    except (UnreadableError, orjson.JSONEncodeError):
        event, said = {}, call.raw
    topic = event.get("type")
    digest = shop_body.digest(said)
    key = shop_body.identifier(event.get("id")) or digest
    return ShopDelivery(topic[:100] if isinstance(topic, str) and topic.isprintable() else "", key, digest)


def read(call: ShopCall, now: datetime) -> OrderNotice | None:
    """Return what the event says of an order; see ``Shop.read``."""
    event = shop_body.parse(call.raw)
    kind, subject = event.get("type"), inside(event, "data", "object")
    if not isinstance(kind, str) or not isinstance(subject, dict):
        return None
    if kind in _SESSIONS:
        return _session(subject, _SESSIONS[kind])
    mbsy, mbsy_source, _ = shop_body.first_place(_places(subject))
    if kind == _REFUND:
        return _payment(subject, "amount", refunds=_refunded(subject))
    # What was only authorised may never be taken; that it was is an event of its own.
    if kind in _PAYMENTS and (mbsy or mbsy_source) and subject.get("captured") is not False:
        return _payment(subject, _PAYMENTS[kind], refunds={})
    return None


def _session(session: dict[str, Any], status: OrderStatus | None) -> OrderNotice:
    paid = OrderStatus.CREATED if session.get("payment_status") == "unpaid" else OrderStatus.PAID
    customer = session.get("customer_details")
    emails = (inside(customer, "email"), session.get("customer_email"))
    return _notice(
        session,
        status or paid,
        session.get("amount_total"),
        names=(_id(session.get("payment_intent")), _id(session.get("invoice"))),
        emails=emails,
        phones=[(inside(customer, "phone"), inside(customer, "address", "country"))],
    )


def _payment(payment: dict[str, Any], amount: str, *, refunds: dict[str, int]) -> OrderNotice:
    """Return what a payment or a charge says; the order's own number is the session's, which it does not know."""
    billing = payment.get("billing_details")
    return _notice(
        payment,
        # A refund is of what was paid; how much of it went back is told by the sums.
        OrderStatus.PAID,
        payment.get(amount) if payment.get(amount) else payment.get("amount"),
        names=(_id(payment.get("payment_intent")), _id(payment.get("invoice")), _id(payment.get("id"))),
        emails=(inside(billing, "email"), payment.get("receipt_email")),
        phones=[(inside(billing, "phone"), inside(billing, "address", "country"))],
        refunds=refunds,
        is_nameless=True,
    )


def _notice(
    subject: dict[str, Any],
    status: OrderStatus,
    amount: Any,
    *,
    names: tuple[str | None, ...],
    emails: tuple[Any, ...],
    phones: list[tuple[Any, Any]],
    refunds: Mapping[str, int] | None = None,
    is_nameless: bool = False,
) -> OrderNotice:
    code = shop_body.currency(subject.get("currency"))
    mbsy, mbsy_source, place = shop_body.first_place(_places(subject))
    known = tuple(dict.fromkeys(name for name in names if name))
    return OrderNotice(
        order_id=known[0] if is_nameless and known else shop_body.order_number(subject.get("id")),
        status=status,
        currency=code,
        total_minor=_minor(amount, code),
        refunded_minor=None,
        buyer=shop_body.buyer(None, emails, phones),
        mbsy=mbsy,
        mbsy_source=mbsy_source,
        placed_at=moment(subject.get("created")),
        payload={},
        refunds=refunds or {},
        names=known,
        is_nameless=is_nameless,
        source_place=place,
    )


def _refunded(charge: dict[str, Any]) -> dict[str, int]:
    """Return what went back of a charge up to now, under the charge's id."""
    minor = _minor(charge.get("amount_refunded"), shop_body.currency(charge.get("currency")))
    name = _id(charge.get("id"))
    if minor is None or name is None:
        raise UnreadableError("The charge does not say how much was refunded.")
    return {name: minor}


def _minor(amount: Any, code: str) -> int | None:
    """Return an amount in Stripe's smallest unit as one in ours."""
    if not isinstance(amount, int) or isinstance(amount, bool):
        return None
    try:
        return to_minor(format(Decimal(amount).scaleb(-_DECIMALS.get(code, 2)), "f"), code)
    except ValueError as error:
        raise UnreadableError(f"An amount cannot be read: {error}") from error


def _id(value: Any) -> str | None:
    """Return an object's id, whether the object stands there whole or is only named."""
    return shop_body.identifier(value.get("id") if isinstance(value, dict) else value)


def _places(subject: dict[str, Any]) -> list[tuple[SourcePlace, Any, Any]]:
    reference = subject.get("client_reference_id")
    named = _REFERENCE.fullmatch(reference) if isinstance(reference, str) else None
    metadata = subject.get("metadata")
    return [
        (SourcePlace.CLIENT_REFERENCE_ID, None, named[1] if named else None),
        (SourcePlace.METADATA, inside(metadata, "mbsy"), inside(metadata, "mbsy_source")),
    ]
