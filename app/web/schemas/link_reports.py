"""What is said of one link."""

from marshmallow import fields, validate

from app.domain.visit import LinkKind
from app.web.documents import page_of
from app.web.schemas.loading import Loose
from app.web.schemas.reports import ContactFigureSchema, RevenueSchema

_METRICS = ("clicked", "unique_clicks", "machine_clicks", "shares", "signups", "orders")
CONTACTS = page_of(ContactFigureSchema)


class LinkContactsQuery(Loose):
    """Which figure of a link."""

    metric = fields.String(load_default="clicked", validate=validate.OneOf(_METRICS))


class LinkFiguresSchema(Loose):
    """A link and what came of it."""

    id = fields.String(required=True)
    kind = fields.Enum(LinkKind, by_value=True, required=True)
    platform = fields.String(required=True, allow_none=True)
    destination = fields.String(required=True, allow_none=True)
    contact_id = fields.String(required=True)
    message_id = fields.String(required=True, allow_none=True)
    template = fields.String(required=True, allow_none=True)
    advocate = fields.String(required=True, allow_none=True, metadata={"description": "The share code."})
    clicks = fields.Integer(required=True)
    unique_clicks = fields.Integer(required=True)
    machine_clicks = fields.Integer(required=True)
    shares = fields.Integer(required=True)
    signups = fields.Integer(required=True)
    orders = fields.Integer(required=True)
    revenue = fields.List(fields.Nested(RevenueSchema), required=True)
    first_at = fields.DateTime(required=True, allow_none=True)
    last_at = fields.DateTime(required=True, allow_none=True)
