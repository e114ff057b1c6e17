"""What webhooks answer, described; the views build exactly this."""

from marshmallow import Schema, fields, validate

from app.domain.message import Status
from app.web.schemas.trigger import MOST_TRIGGERS, TriggerSchema


class ProblemSchema(Schema):
    """What went wrong (RFC 9457)."""

    type = fields.String(required=True, metadata={"description": "The kind of problem; stable."})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "For a bad body: what is wrong, by the dotted path of the field."},
    )


class TrackingSchema(Schema):
    """Whether the links will be swapped, and if not, why."""

    smart_urls = fields.Boolean(required=True)
    reason = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(["smart_urls_off", "no_verified_domain"]),
    )


class AcceptedMessageSchema(Schema):
    """A trigger's message."""

    id = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": [Status.QUEUED.value, Status.SUPPRESSED.value]})
    reason = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "Why nothing is sent to a suppressed address: stopped, spam_report, bounced, unsubscribed."
        },
    )
    url = fields.String(required=True)
    tracking = fields.Nested(TrackingSchema, required=True)


class TriggerResultSchema(Schema):
    """What became of one trigger of a list: a message, or a problem."""

    status = fields.Integer(required=True)
    message = fields.Nested(AcceptedMessageSchema)
    problem = fields.Nested(ProblemSchema)


class AcceptedReply(Schema):
    """``message`` for a single trigger, ``results`` in the same order for a list."""

    message = fields.Nested(AcceptedMessageSchema)
    results = fields.List(fields.Nested(TriggerResultSchema))


class TriggerList(Schema):
    """Up to a thousand triggers in one call."""

    triggers = fields.List(
        fields.Nested(TriggerSchema), required=True, validate=validate.Length(min=1, max=MOST_TRIGGERS)
    )


class TakenOrderSchema(Schema):
    """An order, by the shop's own number."""

    id = fields.String(required=True)
    url = fields.String(required=True)


class OrderReply(Schema):
    """The notice is kept."""

    order = fields.Nested(TakenOrderSchema, required=True)


class EnrolledSchema(Schema):
    """An advocate, new or known."""

    id = fields.String(required=True)
    share_code = fields.String(required=True)
    share_url = fields.String(required=True)
    campaign = fields.String(required=True)


class SignupReply(Schema):
    """The enrolment is kept."""

    advocate = fields.Nested(EnrolledSchema, required=True)


class ShopOrderSchema(Schema):
    """The order that a delivery is about."""

    id = fields.String(required=True, metadata={"description": "The shop's own number."})
    url = fields.String(required=True)


class ShopReply(Schema):
    """What became of a shop's delivery."""

    status = fields.String(
        required=True, metadata={"enum": ["recorded", "repeated", "conflicting", "ignored", "unreadable", "pong"]}
    )
    reason = fields.String(required=True, allow_none=True)
    order = fields.Nested(ShopOrderSchema, required=True, allow_none=True)
