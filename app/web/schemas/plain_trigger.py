"""A plain trigger read without the schema: what nearly every trigger of a long list is, in a tenth of the time.

Plain is one that names a template, says nothing of links or moments, and whose every field is of its type, short and
printable. About any other the schema decides, and words what is wrong with it; what is read here is what it would read.
"""

from typing import Any

from app.domain.addresses import email_address, phone_number
from app.domain.message import Channel, ContactDetails, Goal, LinkOptions, Trigger

IDENTIFIER_LENGTH = 255
ADDRESS_LENGTH = 320
NUMBER_LENGTH = 64
NAME_LENGTH = 200
_FIELDS = frozenset({"id", "channel", "contact", "template", "automation", "campaign", "goal", "data"})
_CONTACT_FIELDS = frozenset({"external_id", "email", "phone", "first_name", "last_name", "fields"})
_CHANNELS = {channel.value: channel for channel in Channel}
_GOALS: dict[str | None, Goal | None] = {None: None, **{goal.value: goal for goal in Goal}}
_NO_OPTIONS = LinkOptions()


class _OddError(Exception):
    """Something is not plain."""


def plain_trigger(body: Any, *, key: str | None, fingerprint: str) -> Trigger | None:
    """Return the trigger that ``body`` is, ``key`` standing in for its id; None where the schema has to look."""
    if type(body) is not dict or not body.keys() <= _FIELDS:
        return None
    try:
        channel, contact = _CHANNELS[body["channel"]], _contact(body["contact"])
        address = contact.email if channel is Channel.EMAIL else contact.phone
        template = _line(body["template"], NAME_LENGTH)
        if address is None or template is None:
            return None
        return Trigger(
            channel,
            contact,
            _line(body.get("id"), IDENTIFIER_LENGTH) or key,
            fingerprint,
            template,
            None,
            _line(body.get("automation"), NAME_LENGTH),
            _line(body.get("campaign"), NAME_LENGTH),
            _GOALS[body.get("goal")],
            _object(body.get("data")),
            None,
            _NO_OPTIONS,
        )
    except (_OddError, KeyError, TypeError, ValueError):
        return None


def _contact(said: Any) -> ContactDetails:
    if type(said) is not dict or not said.keys() <= _CONTACT_FIELDS:
        raise _OddError
    email, phone = _line(said.get("email"), ADDRESS_LENGTH), _line(said.get("phone"), NUMBER_LENGTH)
    return ContactDetails(
        _line(said.get("external_id"), IDENTIFIER_LENGTH),
        None if email is None else email_address(email),
        None if phone is None else phone_number(phone),
        _line(said.get("first_name"), NAME_LENGTH),
        _line(said.get("last_name"), NAME_LENGTH),
        _object(said.get("fields")),
    )


def _line(value: Any, longest: int) -> str | None:
    if value is None:
        return None
    # What can be printed holds no control character and ends no line.
    if type(value) is not str or not 0 < len(value) <= longest or not value.isprintable() or value.isspace():
        raise _OddError
    return value


def _object(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if type(value) is not dict:
        raise _OddError
    return value
