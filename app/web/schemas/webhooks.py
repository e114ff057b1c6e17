"""Outgoing webhooks: what is registered, and the log of what became of each call."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.domain.webhooks import DeliveryStatus, EventType
from app.web.schemas.loading import Loose
from app.web.schemas.values import Body, Flag, Line

_MOST_EVENTS = 100
_URL = {"description": "https://…; the name must lead to the public internet."}


def _events(**kwargs: Any) -> fields.Field[Any]:
    return fields.List(fields.Enum(EventType, by_value=True), validate=validate.Length(1, _MOST_EVENTS), **kwargs)


class NewWebhookSchema(Schema):
    """A webhook to register."""

    url = Line(2000, required=True, metadata=_URL)
    events = _events(required=True)
    description = Body(1000, allow_none=True)


class WebhookChangeSchema(Schema):
    """What of a webhook is to change; what is left out stays."""

    url = Line(2000, metadata=_URL)
    events = _events()
    description = Body(1000, allow_none=True)
    enabled = Flag(metadata={"description": "Whether it is called; switched on again, it begins without a past."})


class WebhookSchema(Schema):
    """A webhook as it stands; its secret is shown when it is made, and never again."""

    id = fields.String(required=True)
    url = fields.String(required=True)
    events = fields.List(
        fields.String(metadata={"enum": [kind.value for kind in EventType]}),
        required=True,
    )
    description = fields.String(required=True)
    enabled = fields.Boolean(required=True)
    disabled_at = fields.DateTime(required=True, allow_none=True)
    disabled_reason = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "switched_off by its account, gone (it answered 410), or failing for days."},
    )
    failing_since = fields.DateTime(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)
    updated_at = fields.DateTime(required=True)


class WebhookWithSecretSchema(WebhookSchema):
    """A webhook and its new secret."""

    secret = fields.String(required=True, metadata={"description": "whsec_…; shown this once."})


class DeliveryQuery(Loose):
    """Deliveries of one status only."""

    status = fields.Enum(DeliveryStatus, by_value=True)


class AttemptSchema(Schema):
    """One call, and how it ended."""

    number = fields.Integer(required=True)
    at = fields.DateTime(required=True)
    duration_ms = fields.Integer(required=True)
    status_code = fields.Integer(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True, metadata={"description": "Why it failed; null: it arrived."})
    response = fields.String(
        required=True, attribute="excerpt", metadata={"description": "The beginning of the answer's body."}
    )


class DeliverySchema(Schema):
    """One event on its way to one webhook."""

    id = fields.String(required=True)
    event_id = fields.String(required=True, metadata={"description": "The webhook-id of every call about it."})
    type = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": [status.value for status in DeliveryStatus]})
    created_at = fields.DateTime(required=True)
    next_attempt_at = fields.DateTime(required=True, allow_none=True)
    body = fields.String(required=True, metadata={"description": "What every call about it carries, byte for byte."})
    attempts = fields.List(fields.Nested(AttemptSchema), required=True, metadata={"description": "Oldest first."})
