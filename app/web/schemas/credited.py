"""Orders and signups, and who earned them."""

from marshmallow import Schema, fields, validate

from app.domain.attribution import Standing
from app.domain.order import OrderStatus, SourcePlace
from app.web.listing import PageQuery

_STANDINGS = [standing.value for standing in Standing]


class OrdersQuery(PageQuery):
    """Which part of the orders."""

    status = fields.String(
        validate=validate.OneOf([*_STANDINGS, *(status.value for status in OrderStatus)]),
        metadata={"description": "How its attribution stands, or how far the order went."},
    )


class SignupsQuery(PageQuery):
    """Which part of the signups."""

    status = fields.String(validate=validate.OneOf(_STANDINGS), metadata={"description": "How its attribution stands."})


class AttributionSchema(Schema):
    """Who earned an order, and by which way."""

    status = fields.String(required=True, metadata={"enum": ["attributed", "unattributed", "pending"]})
    reason = fields.String(required=True, allow_none=True)
    explanation = fields.String(required=True, allow_none=True)
    chain = fields.String(required=True, allow_none=True)
    platform = fields.String(required=True, allow_none=True)
    message_id = fields.String(required=True, allow_none=True)
    template = fields.String(required=True, allow_none=True)
    automation = fields.String(required=True, allow_none=True)
    click_id = fields.String(required=True, allow_none=True)
    share_id = fields.String(required=True, allow_none=True)
    advocate = fields.String(required=True, allow_none=True, metadata={"description": "The share code."})
    advocate_id = fields.String(required=True, allow_none=True)


class ConflictSchema(Schema):
    """Something that two notices of one order say differently."""

    field = fields.String(required=True)
    stands = fields.String(required=True, metadata={"description": "What stood when the other was said."})
    said = fields.String(required=True)
    at = fields.String(required=True, metadata={"format": "date-time"})


class OrderRecordSchema(Schema):
    """An order, as its notices together describe it."""

    id = fields.String(required=True, metadata={"description": "The shop's own number."})
    order_id = fields.String(required=True)
    url = fields.String(required=True)
    status = fields.String(required=True)
    total = fields.String(required=True)
    refunded_total = fields.String(required=True)
    net_total = fields.String(required=True, metadata={"description": "After refunds, edits and cancellation."})
    currency = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    external_id = fields.String(required=True, allow_none=True)
    mbsy = fields.String(required=True, allow_none=True)
    mbsy_source = fields.String(required=True, allow_none=True)
    placed_at = fields.DateTime(required=True)
    created_at = fields.DateTime(required=True)
    shop = fields.String(required=True, allow_none=True, metadata={"description": "Which kind of shop told of it."})
    source_place = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "enum": [*(place.value for place in SourcePlace), None],
            "description": "Where its click, or without one its share code, was named.",
        },
    )
    discount_codes = fields.List(fields.String(), required=True)
    is_disputed = fields.Boolean(
        required=True, metadata={"description": "Its notices contradict each other; the higher total stands."}
    )
    conflicts = fields.List(
        fields.Nested(ConflictSchema), required=True, metadata={"description": "What they contradict each other in."}
    )
    attribution = fields.Nested(AttributionSchema, required=True)


class SentenceSchema(Schema):
    """One step of the chain."""

    kind = fields.String(required=True)
    at = fields.DateTime(required=True, allow_none=True)
    id = fields.String(required=True, allow_none=True)
    text = fields.String(required=True)


class ExplanationSchema(Schema):
    """How a credit came about, oldest step first, the verdict last."""

    status = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    sentences = fields.List(fields.Nested(SentenceSchema), required=True)


class WhySchema(ExplanationSchema):
    """How the credit of an order came about."""

    order_id = fields.String(required=True)


class SignupWhySchema(ExplanationSchema):
    """How the credit of a signup came about."""

    signup_id = fields.String(required=True)


class SignupRecordSchema(Schema):
    """Somebody's enrolment by a signup call."""

    id = fields.String(required=True)
    advocate = fields.String(required=True, allow_none=True, metadata={"description": "The new share code."})
    advocate_id = fields.String(required=True)
    campaign = fields.String(required=True, allow_none=True)
    contact_id = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    mbsy = fields.String(required=True, allow_none=True)
    mbsy_source = fields.String(required=True, allow_none=True)
    at = fields.DateTime(required=True)
    attribution = fields.Nested(AttributionSchema, required=True)
