"""An order's notice, in our words or in Ambassador's."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from app.domain.errors import InvalidInputError
from app.domain.ids import normal_uuid
from app.domain.message import ContactDetails
from app.domain.money import currency_code, to_minor
from app.domain.order import OrderNotice, OrderStatus, SourcePlace
from app.web.schemas.loading import Loose, load
from app.web.schemas.values import Amount, EmailAddress, Identifier, Moment, PhoneNumber

_SPELLINGS = {
    "order_id": ("transaction_uid",),
    "total": ("revenue", "revenue_amount"),
    "mbsy": ("short_code",),
    "email": ("customer_email",),
    "external_id": ("customer_uid", "uid"),
}
"""Ambassador's names by age. Our own name comes first where both are given."""
_AMBASSADORS_CURRENCY = "USD"
_SHARE_CODE_LENGTH = 64
_NEEDS_TOTAL = {OrderStatus.CREATED, OrderStatus.PAID}


class Hint(fields.String):
    """Something that a visitor's address bar can change: what is of no use counts as not said."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        text: str = super()._deserialize(value, attr, data, **kwargs).strip()
        return text if text.isprintable() and 0 < len(text) <= _SHARE_CODE_LENGTH else None


class OrderSchema(Loose):
    """What a shop says of an order; whatever else it says is kept with it."""

    order_id = Identifier(255, required=True)
    status = fields.Enum(OrderStatus, by_value=True, allow_none=True, load_default=OrderStatus.CREATED)
    total = Amount(allow_none=True, metadata={"example": "49.90"})
    refunded_total = Amount(allow_none=True)
    currency = fields.String(required=True, metadata={"description": "ISO 4217."})
    mbsy = Hint(allow_none=True)
    mbsy_source = Hint(allow_none=True, metadata={"description": "The id of the click, from the landing address."})
    email = EmailAddress(allow_none=True)
    phone = PhoneNumber(allow_none=True)
    external_id = Identifier(255, blank_is_unsaid=True, allow_none=True)
    placed_at = Moment(allow_none=True)


class AmbassadorOrderSchema(Loose):
    """The names that Ambassador's users send; each stands for one of ours."""

    transaction_uid = Identifier(255)
    revenue = Amount()
    revenue_amount = Amount()
    short_code = Hint()
    customer_email = EmailAddress()
    customer_uid = Identifier(255)
    uid = Identifier(255)


_ORDER = OrderSchema()


def in_our_words(body: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return ``body`` with Ambassador's names replaced by ours, and which of its names stands for which of ours."""
    said = dict(body)
    spelled: dict[str, str] = {}
    for ours, theirs in _SPELLINGS.items():
        given = next((name for name in theirs if said.get(name) is not None), None)
        if given is not None and said.get(ours) is None:
            said[ours] = said[given]
            spelled[ours] = given
    return said, spelled


def load_spelled(schema: Loose, said: Mapping[str, Any], spelled: Mapping[str, str]) -> dict[str, Any]:
    """Return what ``schema`` makes of a body in our words; errors bear the sender's own names.

    Raises:
        InvalidInputError: something in it cannot be used.
    """
    try:
        values: dict[str, Any] = load(schema, said)
    except InvalidInputError as error:
        raise InvalidInputError({spelled.get(name, name): why for name, why in error.errors.items()}) from error
    return values


def read_order(body: Mapping[str, Any]) -> OrderNotice:
    """Return the notice that ``body`` is.

    Raises:
        InvalidInputError: something in it cannot be used.
    """
    said, spelled = in_our_words(body)
    if spelled and said.get("currency") is None:
        # Ambassador's calls carry no currency.
        said["currency"] = _AMBASSADORS_CURRENCY
    values = load_spelled(_ORDER, said, spelled)
    status = values["status"] or OrderStatus.CREATED
    if status in _NEEDS_TOTAL and values.get("total") is None:
        raise InvalidInputError({"total": [f"Needed for an order that is {status}."]})
    currency = _read_currency(values["currency"])
    return OrderNotice(
        order_id=values["order_id"],
        status=status,
        currency=currency,
        total_minor=_minor(values, "total", currency, spelled),
        refunded_minor=_minor(values, "refunded_total", currency, spelled),
        buyer=ContactDetails(values.get("external_id"), values.get("email"), values.get("phone")),
        mbsy=values.get("mbsy"),
        mbsy_source=normal_uuid(values.get("mbsy_source")),
        placed_at=values.get("placed_at"),
        payload=body,
        source_place=SourcePlace.BODY if values.get("mbsy") or normal_uuid(values.get("mbsy_source")) else None,
    )


def _read_currency(value: str) -> str:
    try:
        return currency_code(value)
    except ValueError as error:
        raise InvalidInputError({"currency": [str(error)]}) from error


def _minor(values: Mapping[str, Any], name: str, currency: str, spelled: Mapping[str, str]) -> int | None:
    amount = values.get(name)
    if amount is None:
        return None
    try:
        return to_minor(amount, currency)
    except ValueError as error:
        raise InvalidInputError({spelled.get(name, name): [str(error)]}) from error
