"""The resources of the API: what is written with PUT and POST, and what is read back."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Range

from app.domain.message import Channel, Goal, Unrewritten
from app.domain.retention import LONGEST_DAYS
from app.web.schemas.trigger import HTML_LENGTH, TEXT_LENGTH
from app.web.schemas.values import (
    Body,
    ClockTime,
    EmailAddress,
    Flag,
    HostName,
    JsonObject,
    Line,
    PhoneNumber,
    ZoneName,
)


class QuietHoursSchema(Schema):
    """From one time of day to another, over midnight where the end is the earlier one."""

    begins = ClockTime(data_key="from", required=True)
    ends = ClockTime(data_key="to", required=True)

    @validates_schema
    def check_length(self, values: dict[str, Any], **_: Any) -> None:
        """Refuse hours without a length."""
        if values["begins"] == values["ends"]:
            raise ValidationError({"to": ["Must differ from the beginning; give null for no quiet hours."]})


class AccountSchema(Schema):
    """The account that the API key opens."""

    account = fields.String(required=True, metadata={"description": "Its name in addresses of webhooks."})
    name = fields.String(required=True)
    time_zone = fields.String(required=True)
    smart_urls = fields.Boolean(required=True)
    smart_urls_since = fields.DateTime(required=True, allow_none=True)
    attribution_days = fields.Integer(required=True)
    retention_days = fields.Integer(
        required=True, allow_none=True, metadata={"description": "For how long single visits are kept; null for ever."}
    )
    visits_since = fields.DateTime(
        required=True,
        allow_none=True,
        metadata={"description": "Visits before this moment were let go of; null where none ever were."},
    )
    unrewritten = fields.Enum(Unrewritten, by_value=True, required=True)
    schemeless_links = fields.Boolean(required=True)
    plain_sms = fields.Boolean(required=True)
    canary_links = fields.Boolean(required=True)
    sms_per_second = fields.Integer(required=True)
    quiet_hours = fields.Nested(QuietHoursSchema, required=True, allow_none=True)
    help_text = fields.String(required=True, allow_none=True)


class AccountChangeSchema(Schema):
    """What of an account can be changed; what is left out stays."""

    name = Line(200)
    time_zone = ZoneName(metadata={"description": "Of whoever's own is not known, by its IANA name."})
    quiet_hours = fields.Nested(
        QuietHoursSchema,
        allow_none=True,
        metadata={"description": "When marketing waits, by the recipient's clock; null where it never does."},
    )
    help_text = Body(1_600, allow_none=True, metadata={"description": "What answers a text that says HELP."})
    attribution_days = fields.Integer(
        strict=True,
        validate=Range(1, 365),
        metadata={"description": "For how long a click may earn an order."},
    )
    retention_days = fields.Integer(
        strict=True,
        allow_none=True,
        validate=Range(1, LONGEST_DAYS),
        metadata={
            "description": "For how long single visits are kept: at least attribution_days and 7 more; null for ever."
            " They go at the latest a month after that: where the database drops whole months, with their month."
            " What was counted and earned by them stays, as do messages and orders."
        },
    )
    smart_urls = Flag(metadata={"description": "Whether links are swapped."})
    unrewritten = fields.Enum(
        Unrewritten,
        by_value=True,
        metadata={"description": "What becomes of a message whose links should be swapped and cannot be."},
    )
    schemeless_links = Flag(metadata={"description": "Whether example.com/x in a text is a link, too."})
    plain_sms = Flag(metadata={"description": "Whether an SMS gets plain quotes and dashes, which cost half."})
    canary_links = Flag(
        metadata={
            "description": "Whether each templated email gets a link that is hidden from people and screen readers: who"
            " follows it is a scanner, and so is all that came from there about that time."
        }
    )
    sms_per_second = fields.Integer(
        strict=True,
        validate=Range(1, 1000),
        metadata={"description": "How many text messages may leave in a second, whatever number of workers there is."},
    )


class TemplateChangeSchema(Schema):
    """A template to store; merge fields are Liquid."""

    key = Line(200, metadata={"description": "May repeat the key of the address."})
    channel = fields.Enum(Channel, by_value=True, required=True)
    name = Line(200, allow_none=True)
    goal = fields.Enum(Goal, by_value=True, allow_none=True)
    subject = Line(998, allow_none=True)
    html = Body(HTML_LENGTH, allow_none=True)
    text = Body(TEXT_LENGTH, allow_none=True)
    sender = Line(320, data_key="from", allow_none=True)
    automation = Line(200, allow_none=True)
    transactional = Flag(
        metadata={
            "description": "No marketing: sent to those who unsubscribed, too; not where the team says no by hand."
        }
    )


class TemplateSchema(Schema):
    """A template as it stands."""

    key = fields.String(required=True)
    channel = fields.String(required=True)
    name = fields.String(required=True)
    goal = fields.String(required=True, allow_none=True)
    subject = fields.String(required=True, allow_none=True)
    html = fields.String(required=True, allow_none=True)
    text = fields.String(required=True, allow_none=True)
    sender = fields.String(required=True, allow_none=True, data_key="from")
    automation = fields.String(required=True, allow_none=True)
    transactional = fields.Boolean(required=True)


class CampaignChangeSchema(Schema):
    """A campaign to store."""

    key = Line(200, metadata={"description": "May repeat the key of the address."})
    name = Line(200, allow_none=True)
    landing_url = Line(4000, required=True)
    share_text = Body(4000, allow_none=True)
    share_texts = fields.Dict(
        keys=Line(40),
        values=Body(4000),
        allow_none=True,
        metadata={"description": "By platform: the words there, in place of share_text. Some platforms take none."},
    )
    enrolment = JsonObject(
        allow_none=True,
        metadata={
            "description": "What the page /e/{key} says and asks: title, text, button, consent, thanks; collect (email,"
            " phone, or a list of both for either), choose_code, open."
        },
    )


class CampaignSchema(Schema):
    """A campaign as it stands."""

    id = fields.String(required=True)
    key = fields.String(required=True)
    name = fields.String(required=True)
    landing_url = fields.String(required=True)
    share_text = fields.String(required=True)
    share_texts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    enrolment = fields.Dict(required=True)


class PersonChangeSchema(Schema):
    """What of a contact is to change; what is left out stays, null takes a value away."""

    email = EmailAddress(allow_none=True)
    phone = PhoneNumber(allow_none=True)
    first_name = Line(200, blank_is_unsaid=True, allow_none=True)
    last_name = Line(200, blank_is_unsaid=True, allow_none=True)
    extra = JsonObject(
        data_key="fields", attribute="fields", metadata={"description": "Fields that are not named stay."}
    )


class PersonSchema(Schema):
    """A contact."""

    id = fields.String(required=True)
    external_id = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    first_name = fields.String(required=True, allow_none=True)
    last_name = fields.String(required=True, allow_none=True)
    extra = fields.Dict(required=True, data_key="fields", attribute="fields")
    created_at = fields.DateTime(required=True)


class AdvocateSchema(Schema):
    """A contact enrolled in a campaign."""

    id = fields.String(required=True)
    share_code = fields.String(required=True)
    share_url = fields.String(required=True)
    campaign = fields.String(required=True, allow_none=True)
    contact_id = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    consent = fields.String(
        required=True, allow_none=True, metadata={"description": "What they agreed to on the enrolment page."}
    )
    consented_at = fields.DateTime(required=True, allow_none=True)


class EnrolmentSchema(Schema):
    """A contact to enrol."""

    contact_id = Line(100, required=True)
    campaign = Line(200, required=True, metadata={"description": "The campaign's key."})
    share_code = Line(32, allow_none=True, metadata={"description": "A wish; one is made from the name without it."})


class DomainChangeSchema(Schema):
    """A domain to add; its links work once it is verified."""

    host = HostName(required=True)


class DnsRecordSchema(Schema):
    """A record to set with whoever manages the domain."""

    type = fields.String(required=True, metadata={"enum": ["TXT", "CNAME"]})
    name = fields.String(required=True)
    value = fields.String(required=True)
    purpose = fields.String(required=True)


class DomainSchema(Schema):
    """A host for links."""

    id = fields.String(required=True)
    host = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": ["pending", "verified"]})
    verified_at = fields.DateTime(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)
    records = fields.List(fields.Nested(DnsRecordSchema), required=True)


CREDENTIALS = {
    "type": "object",
    "additionalProperties": {"type": "string", "minLength": 1},
    "description": "The credentials by name, which differ by integration; they go in and never come out. twilio:"
    " account_sid, auth_token (and auth_token_secondary or auth_token_previous while they change), from,"
    " messaging_service_sid. sendgrid: api_key, from, webhook_public_key (and webhook_public_key_previous).",
}


class IntegrationCheckSchema(Schema):
    """Whether an integration's credentials work."""

    works = fields.Boolean(required=True)
    detail = fields.String(required=True, metadata={"description": "What they open, or why they do not work."})


class IntegrationSchema(Schema):
    """What is set for an integration; never the values."""

    name = fields.String(required=True)
    configured = fields.List(fields.String(), required=True)
