"""The reports' queries and rows."""

from marshmallow import fields

from app.domain.message import Channel
from app.web.schemas.loading import Loose
from app.web.schemas.values import Line

_WHEN = {"description": "A day (2026-11-22, in the time zone) or a moment in ISO 8601."}


class SpanQuery(Loose):
    """From when to when."""

    first = Line(64, data_key="from", metadata=_WHEN)
    last = Line(64, data_key="to", metadata=_WHEN)
    zone = Line(64, data_key="tz", metadata={"description": "IANA; the account's own without it."})


class MessagesQuery(SpanQuery):
    """From when to when, and of which channel."""

    channel = fields.Enum(Channel, by_value=True)


class RevenueSchema(Loose):
    """A sum in one currency."""

    currency = fields.String(required=True)
    amount = fields.String(required=True)


class MessageFiguresSchema(Loose):
    """What the messages of one template did; inline messages share a row each channel."""

    template = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    channel = fields.String(required=True)
    sent = fields.Integer(required=True)
    delivered = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    opened = fields.Integer(required=True)
    clicked = fields.Integer(required=True)
    unique_clicks = fields.Integer(required=True)
    machine_clicks = fields.Integer(required=True)
    goal = fields.String(required=True, allow_none=True)
    conversions = fields.Integer(required=True)
    conversion_rate = fields.Float(required=True, allow_none=True)
    shares = fields.Integer(required=True)
    signups = fields.Integer(required=True)
    orders = fields.Integer(required=True)
    revenue = fields.List(fields.Nested(RevenueSchema), required=True)


class ChannelFiguresSchema(Loose):
    """What came of sharing on one platform; None is the advocates' plain links."""

    platform = fields.String(required=True, allow_none=True)
    shares = fields.Integer(required=True)
    clicks = fields.Integer(required=True)
    unique_clicks = fields.Integer(required=True)
    machine_clicks = fields.Integer(required=True)
    signups = fields.Integer(required=True)
    orders = fields.Integer(required=True)
    conversions = fields.Integer(required=True)
    revenue = fields.List(fields.Nested(RevenueSchema), required=True)


class VisitSchema(Loose):
    """One visit through one of our links."""

    id = fields.String(required=True)
    at = fields.String(required=True, metadata={"format": "date-time"})
    link_url = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True)
    platform = fields.String(required=True, allow_none=True)
    referrer = fields.String(required=True, allow_none=True)
    advocate = fields.String(required=True, allow_none=True)
    campaign = fields.String(required=True, allow_none=True)
    message_id = fields.String(required=True, allow_none=True)
    user_agent = fields.String(required=True, allow_none=True)
    device = fields.String(required=True, allow_none=True)
    country = fields.String(required=True, allow_none=True)
    verdict = fields.String(required=True)
    signals = fields.List(fields.String(), required=True)
