"""What the hub keeps of its own accord: messages, orders and their credit, previews."""

from marshmallow import Schema, fields

from app.domain.message import Status
from app.domain.order import SourcePlace


class LinkSchema(Schema):
    """What became of one link of a body."""

    original = fields.String(required=True)
    url = fields.String(required=True)
    decision = fields.String(required=True, metadata={"enum": ["tracked", "kept"]})
    reason = fields.String(required=True, allow_none=True)
    kind = fields.String(allow_none=True)


class SmsPriceSchema(Schema):
    """In how many parts an SMS is sent, before and after its links were swapped."""

    encoding = fields.String(required=True)
    segments_before = fields.Integer(required=True)
    segments_after = fields.Integer(required=True)


class WordsSchema(Schema):
    """The words of a message."""

    subject = fields.String(required=True, allow_none=True)
    html = fields.String(required=True, allow_none=True)
    text = fields.String(required=True, allow_none=True)


class WarningSchema(Schema):
    """What to know before sending."""

    code = fields.String(required=True, metadata={"enum": ["public_shortener", "more_segments"]})
    text = fields.String(required=True)


class PreviewSchema(Schema):
    """What a trigger would send."""

    subject = fields.String(required=True, allow_none=True)
    html = fields.String(required=True, allow_none=True)
    text = fields.String(required=True, allow_none=True)
    links = fields.List(fields.Nested(LinkSchema), required=True)
    before = fields.Nested(WordsSchema, required=True)
    sms = fields.Nested(SmsPriceSchema, required=True, allow_none=True)
    warnings = fields.List(fields.Nested(WarningSchema), required=True)
    tracking = fields.Dict(required=True)


class MessageSummarySchema(Schema):
    """A message without its body."""

    id = fields.String(required=True)
    url = fields.String(required=True)
    channel = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": [status.value for status in Status]})
    to = fields.String(required=True)
    sender = fields.String(required=True, allow_none=True, data_key="from", attribute="from")
    subject = fields.String(required=True, allow_none=True)
    goal = fields.String(required=True, allow_none=True)
    template = fields.String(required=True, allow_none=True)
    automation = fields.String(required=True, allow_none=True)
    campaign = fields.String(required=True, allow_none=True)
    contact_id = fields.String(required=True)
    provider = fields.String(required=True, allow_none=True)
    provider_id = fields.String(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)
    send_at = fields.DateTime(required=True)
    sent_at = fields.DateTime(required=True, allow_none=True)


class MessageSchema(MessageSummarySchema):
    """A message, its body exactly as sent; the body is empty until it is composed."""

    html = fields.String(required=True, allow_none=True)
    text = fields.String(required=True, allow_none=True)
    tracking = fields.Dict(required=True)
    links = fields.List(fields.Nested(LinkSchema), required=True)
    events = fields.List(fields.Dict(), required=True, metadata={"description": "Each with type and at, oldest first."})


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


class WhySchema(Schema):
    """How the credit of an order came about, oldest step first, the verdict last."""

    order_id = fields.String(required=True)
    status = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    sentences = fields.List(fields.Nested(SentenceSchema), required=True)
