"""What the hub keeps of its own accord: messages and previews."""

from marshmallow import Schema, fields

from app.domain.message import Status


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
