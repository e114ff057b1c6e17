"""The reports' queries and rows."""

from marshmallow import fields

from app.domain.behind import ChannelMetric, MessageMetric
from app.domain.message import Channel
from app.domain.visit import Verdict
from app.web.listing import ExportQuery
from app.web.schemas.loading import Loose
from app.web.schemas.values import Line

_WHEN = {
    "description": "A day (2026-11-22, in the time zone) or a moment in ISO 8601.",
    "pattern": r"^\d{4}-\d{2}-\d{2}",
}


class SpanQuery(Loose):
    """From when to when."""

    first = Line(64, data_key="from", metadata=_WHEN)
    last = Line(64, data_key="to", metadata=_WHEN)
    zone = Line(64, data_key="tz", metadata={"description": "IANA; the account's own without it."})


class FiguresQuery(SpanQuery):
    """From when to when, and of what."""

    campaign = Line(200, metadata={"description": "Its key."})
    automation = Line(200)
    template = Line(200, metadata={"description": "Its key."})
    platform = Line(64)


class MessagesQuery(FiguresQuery):
    """From when to when, of which channel and of what."""

    channel = fields.Enum(Channel, by_value=True)


class VisitsQuery(SpanQuery, ExportQuery):
    """Which visits."""

    campaign = Line(200, metadata={"description": "Its key."})
    advocate = Line(64, metadata={"description": "The share code."})
    platform = Line(64, metadata={"description": "The link's; none for links without one."})
    verdict = fields.Enum(Verdict, by_value=True)


class _ContactsQuery(ExportQuery):
    currency = Line(3, metadata={"description": "Of revenue: in this currency alone."})


class MessageContactsQuery(MessagesQuery, _ContactsQuery):
    """Which contacts stand behind a figure of the message report."""

    metric = fields.Enum(MessageMetric, by_value=True, required=True)


class ChannelContactsQuery(FiguresQuery, _ContactsQuery):
    """Which contacts stand behind a figure of the channel report."""

    metric = fields.Enum(ChannelMetric, by_value=True, required=True)


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
    machine_opens = fields.Integer(
        required=True, metadata={"description": "Fetches by mail services, whether or not anybody looked."}
    )
    clicked = fields.Integer(required=True)
    unique_clicks = fields.Integer(required=True)
    machine_clicks = fields.Integer(required=True)
    goal = fields.String(required=True, allow_none=True)
    conversions = fields.Integer(required=True)
    conversion_rate = fields.Float(required=True, allow_none=True)
    shares = fields.Integer(required=True)
    machine_shares = fields.Integer(required=True)
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
    referrer_platform = fields.String(required=True, allow_none=True)
    platform_disagrees = fields.Boolean(
        required=True, metadata={"description": "The link was made for another platform than the one they came from."}
    )
    advocate = fields.String(required=True, allow_none=True)
    campaign = fields.String(required=True, allow_none=True)
    message_id = fields.String(required=True, allow_none=True)
    user_agent = fields.String(required=True, allow_none=True)
    device = fields.String(required=True, allow_none=True)
    country = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of the visitor's network, where the hub has a GeoIP file; no whole address is kept."},
    )
    verdict = fields.String(required=True)
    signals = fields.List(fields.String(), required=True)


class ContactFigureSchema(Loose):
    """A contact and their part in a figure."""

    contact_id = fields.String(required=True, allow_none=True, metadata={"description": "None for one who is gone."})
    external_id = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    first_name = fields.String(required=True, allow_none=True)
    last_name = fields.String(required=True, allow_none=True)
    count = fields.Integer(required=True, metadata={"description": "All rows' counts add up to the report's figure."})
    first_at = fields.DateTime(required=True)
    last_at = fields.DateTime(required=True)
    revenue = fields.List(
        fields.Nested(RevenueSchema),
        metadata={"description": "Where revenue is the metric: what came of them; it adds up to the report's."},
    )
