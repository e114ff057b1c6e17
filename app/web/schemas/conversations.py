"""Conversations, as the API shows them."""

from marshmallow import Schema, fields


class CorrespondentSchema(Schema):
    """Who a conversation is with."""

    id = fields.String(required=True)
    phone = fields.String(required=True, allow_none=True)
    first_name = fields.String(required=True, allow_none=True)
    last_name = fields.String(required=True, allow_none=True)


class ConversationSummarySchema(Schema):
    """A conversation without its texts."""

    id = fields.String(required=True)
    contact = fields.Nested(CorrespondentSchema, required=True)
    last_at = fields.DateTime(required=True, metadata={"description": "When the person wrote last."})
    last_text = fields.String(required=True)


class TextSchema(Schema):
    """One text of a conversation."""

    id = fields.String(required=True)
    direction = fields.String(required=True, metadata={"enum": ["inbound", "outbound"]})
    at = fields.DateTime(required=True)
    sender = fields.String(required=True, allow_none=True, data_key="from", attribute="from")
    to = fields.String(required=True)
    text = fields.String(required=True, allow_none=True)
    media = fields.List(fields.String(), required=True)
    status = fields.String(required=True, metadata={"description": "Of a text that was sent; else received."})
    wish = fields.String(
        required=True, allow_none=True, metadata={"description": "stop, start or help, where a text said so."}
    )
    url = fields.String(required=True, allow_none=True, metadata={"description": "Where a sent text can be read."})


class ConversationSchema(ConversationSummarySchema):
    """A conversation with its texts, the latest first."""

    messages = fields.List(fields.Nested(TextSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
