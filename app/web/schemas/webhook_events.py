"""What webhooks are told: the body of every call, by the type of its event. Fields may be added, never renamed."""

from typing import Any

from marshmallow import Schema, fields

from app.domain.webhooks import PING, EventType


def _text(words: str = "", **kwargs: Any) -> fields.String:
    return fields.String(required=True, metadata={"description": words} if words else None, **kwargs)


def _maybe(words: str = "") -> fields.String:
    return _text(words, allow_none=True)


class KnownContactSchema(Schema):
    """A person, by our name and by the account's own."""

    id = _text()
    external_id = _maybe()


class MessageToldSchema(Schema):
    """A message that was sent, delivered, or failed."""

    message_id = _text()
    channel = _text()
    contact = fields.Nested(KnownContactSchema, required=True)
    template = _maybe()
    automation = _maybe()
    campaign = _maybe("The campaign's key.")
    goal = _maybe()
    provider = _maybe()
    provider_id = _maybe()
    error = _maybe("Why it failed.")


class ReplyToldSchema(Schema):
    """A text that somebody sent to the account."""

    reply_id = _text()
    media = fields.List(fields.String(), required=True, metadata={"description": "The addresses of pictures."})
    channel = _text()
    contact = fields.Nested(KnownContactSchema, required=True)
    text = _text()
    sender = _text(data_key="from")
    to = _text()


class ClickToldSchema(Schema):
    """A person's click; machines are not told of."""

    click_id = _text("The mbsy_source of the landing.")
    kind = _text("message (its reader), shared (a friend, on a platform) or advocate (the plain link).")
    url = _text("Where it led.")
    verdict = _text("human: what was found when it came in; reports follow what is found out later.")
    platform = _maybe()
    message_id = _maybe()
    contact = fields.Nested(KnownContactSchema, required=True, allow_none=True)
    advocate_id = _maybe()
    campaign = _maybe("The campaign's key.")


class ShareToldSchema(Schema):
    """A person's press of a share button."""

    share_id = _text()
    verdict = _text("human: what was found when it came in; reports follow what is found out later.")
    platform = _maybe()
    message_id = _maybe()
    contact = fields.Nested(KnownContactSchema, required=True, allow_none=True)
    advocate_id = _maybe()
    campaign = _maybe("The campaign's key.")


class EnrolledToldSchema(Schema):
    """The advocate that a signup made."""

    id = _text()
    share_code = _text()


class SignupToldSchema(Schema):
    """Somebody enrolled."""

    signup_id = _text()
    advocate = fields.Nested(EnrolledToldSchema, required=True)
    contact = fields.Nested(KnownContactSchema, required=True)
    campaign = _text("The campaign's key.")
    mbsy = _maybe()
    mbsy_source = _maybe()


class CreditToldSchema(Schema):
    """Who earned the order, and by which way."""

    status = _text("attributed; unattributed or pending, when an earlier credit was taken back.")
    reason = _maybe()
    chain = _maybe()
    platform = _maybe()
    message_id = _maybe()
    template = _maybe()
    automation = _maybe()
    click_id = _maybe()
    share_id = _maybe()
    advocate = _maybe("The share code.")
    advocate_id = _maybe()


class OrderToldSchema(Schema):
    """An order whose credit, or whose worth, is not what it was; the last call tells how it stands."""

    order_id = _text("The shop's own number.")
    status = _text()
    total = _text()
    refunded_total = _text()
    currency = _text()
    contact = fields.Nested(KnownContactSchema, required=True, allow_none=True)
    attribution = fields.Nested(CreditToldSchema, required=True)


class UnsubscribeToldSchema(Schema):
    """An address that wants nothing more by its channel."""

    channel = _text()
    address = _text()
    reason = _text()
    message_id = _maybe("The message on which it was said.")
    contact = fields.Nested(KnownContactSchema, required=True, allow_none=True)


class PingToldSchema(Schema):
    """A test."""

    webhook_id = _text()


DATA: dict[str, type[Schema]] = {
    EventType.MESSAGE_SENT: MessageToldSchema,
    EventType.MESSAGE_DELIVERED: MessageToldSchema,
    EventType.MESSAGE_FAILED: MessageToldSchema,
    EventType.MESSAGE_RECEIVED: ReplyToldSchema,
    EventType.LINK_CLICKED: ClickToldSchema,
    EventType.SHARE_RECORDED: ShareToldSchema,
    EventType.SIGNUP_RECORDED: SignupToldSchema,
    EventType.ORDER_ATTRIBUTED: OrderToldSchema,
    EventType.CONTACT_UNSUBSCRIBED: UnsubscribeToldSchema,
    PING: PingToldSchema,
}


def body_of(kind: str) -> type[Schema]:
    """Return the schema of what a call about an event carries."""
    described: dict[str, Any] = {
        "type": fields.String(required=True, metadata={"const": str(kind)}),
        "timestamp": fields.DateTime(required=True, metadata={"description": "When it happened."}),
        "data": fields.Nested(DATA[kind], required=True),
    }
    return Schema.from_dict(described, name=f"{kind.title().replace('.', '')}Event")
