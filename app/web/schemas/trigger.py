"""A trigger: what an automation platform posts to have something sent."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from app.domain.consent import Purpose
from app.domain.message import Channel, ContactDetails, Content, Goal, LinkOptions, Trigger
from app.web.json_body import fingerprint
from app.web.schemas.loading import load
from app.web.schemas.plain_trigger import IDENTIFIER_LENGTH, NAME_LENGTH, plain_trigger
from app.web.schemas.values import (
    Body,
    EmailAddress,
    Flag,
    HostName,
    Identifier,
    JsonObject,
    Line,
    Moment,
    PhoneNumber,
    ZoneName,
)

MOST_TRIGGERS = 1000
HTML_LENGTH = 4_000_000
TEXT_LENGTH = 1_000_000
_MOST_SKIPS = 100
_NEEDED = {Channel.EMAIL: "email", Channel.SMS: "phone"}


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


class ContactSchema(Schema):
    """Who it is for."""

    external_id = Identifier(IDENTIFIER_LENGTH, blank_is_unsaid=True, allow_none=True)
    email = EmailAddress(allow_none=True)
    phone = PhoneNumber(allow_none=True)
    first_name = Line(NAME_LENGTH, blank_is_unsaid=True, allow_none=True)
    last_name = Line(NAME_LENGTH, blank_is_unsaid=True, allow_none=True)
    timezone = ZoneName(allow_none=True, metadata={"description": "By its IANA name; kept as the field of that name."})
    extra = JsonObject(data_key="fields", attribute="fields", allow_none=True)

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> ContactDetails:
        """Return the domain's value."""
        zone, said = values.pop("timezone", None), _said(values)
        if zone is not None:
            said["fields"] = {**said.get("fields", {}), "timezone": zone}
        return ContactDetails(**said)


class MessageContentSchema(Schema):
    """The words of the message, final unless ``liquid``."""

    subject = Line(998, allow_none=True)
    html = Body(HTML_LENGTH, allow_none=True)
    text = Body(TEXT_LENGTH, allow_none=True)
    sender = Line(320, data_key="from", allow_none=True)
    liquid = Flag()
    transactional = Flag(
        metadata={
            "description": "No marketing: sent to those who unsubscribed, too; not where the team says no by hand."
        }
    )

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> Content:
        """Return the domain's value."""
        purpose = Purpose.TRANSACTIONAL if values.pop("transactional", False) else Purpose.MARKETING
        return Content(**_said(values), purpose=purpose)


class LinkOptionsSchema(Schema):
    """Wishes for the links."""

    skip = fields.List(Line(2000), validate=validate.Length(max=_MOST_SKIPS), allow_none=True)
    extension = fields.String(
        validate=validate.Regexp(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}\Z", error="1 to 64 letters, digits, - or _."),
        allow_none=True,
    )
    domain = HostName(allow_none=True)

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> LinkOptions:
        """Return the domain's value."""
        said = _said(values)
        return LinkOptions(**{**said, "skip": tuple(said.get("skip", ()))})


class TriggerSchema(Schema):
    """One message to one person; unknown fields are refused, for a misspelt ``send_at`` must not send at once."""

    key = Identifier(
        IDENTIFIER_LENGTH, data_key="id", allow_none=True, metadata={"description": "Makes it happen once, for ever."}
    )
    channel = fields.Enum(Channel, by_value=True, required=True)
    contact = fields.Nested(ContactSchema, required=True)
    template = Line(NAME_LENGTH, allow_none=True)
    content = fields.Nested(MessageContentSchema, data_key="message", allow_none=True)
    automation = Line(NAME_LENGTH, allow_none=True)
    campaign = Line(NAME_LENGTH, allow_none=True)
    goal = fields.Enum(Goal, by_value=True, allow_none=True)
    data = JsonObject(allow_none=True)
    send_at = Moment(allow_none=True)
    links = fields.Nested(LinkOptionsSchema, allow_none=True)

    @validates_schema
    def check_address(self, values: dict[str, Any], **_: Any) -> None:
        """Refuse a message that could reach nobody."""
        field = _NEEDED[values["channel"]]
        if getattr(values["contact"], field) is None:
            raise ValidationError({"contact": {field: [f"Needed to send by {values['channel']}."]}})

    @validates_schema
    def check_words(self, values: dict[str, Any], **_: Any) -> None:
        """Refuse a message without words, or with two sorts of them."""
        content: Content | None = values.get("content")
        template = values.get("template")
        if template is not None and content is not None:
            raise _wordless("Give either template or message, not both.")
        if template is None and content is None:
            raise _wordless("Give a template, or the words in message.")
        if content is not None and (missing := _missing(values["channel"], content)):
            raise ValidationError({"message": missing})

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> Trigger:
        """Return the domain's value."""
        return Trigger(**_said(values))


def _wordless(why: str) -> ValidationError:
    return ValidationError({"template": [why], "message": [why]})


def _missing(channel: Channel, content: Content) -> dict[str, list[str]]:
    if channel is Channel.SMS:
        surplus = {name: ["An SMS has none."] for name in ("subject", "html") if getattr(content, name) is not None}
        return surplus if content.text else {"text": ["An SMS needs a text."], **surplus}
    # An email may go without a subject; whether its provider takes it, the provider says.
    return {} if content.html or content.text else {"html": ["An email needs html or text."]}


_TRIGGER = TriggerSchema()


def read_trigger(body: Any, *, key: str | None, path: str = "") -> Trigger:
    """Return the trigger that ``body`` is; ``key`` stands in where it has no id of its own.

    Raises:
        InvalidInputError: something in it cannot be used; ``path`` is where in the call's body it stands.
    """
    named = key is not None or (isinstance(body, dict) and body.get("id") is not None)
    # Two bodies are only ever compared where a key says that they are one.
    digest = fingerprint(body) if named else ""
    plain = plain_trigger(body, key=key, fingerprint=digest)
    if plain:
        return plain
    trigger: Trigger = load(_TRIGGER, body, path)
    return trigger._replace(key=trigger.key or key, fingerprint=digest)
