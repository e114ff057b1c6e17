"""Single values as callers write them: nothing is silently turned into something else."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields

from app.domain.addresses import email_address, phone_number
from app.domain.errors import InvalidInputError
from app.domain.quiet_hours import find_zone

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")
_HOST_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_HOST_LABEL}\.)*{_HOST_LABEL}")
_CLOCK = re.compile(r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
_YEARS = range(1990, 2200)
_KEY_LENGTH = 200
_Data = Mapping[str, Any] | None


class Line(fields.String):
    """One line of text, not empty."""

    def __init__(self, longest: int, *, blank_is_unsaid: bool = False, **kwargs: Any) -> None:
        """``longest`` counts characters; with ``blank_is_unsaid`` an empty text is None, as many platforms send it."""
        words = {} if blank_is_unsaid else {"minLength": 1, "pattern": r"\S"}
        super().__init__(metadata={"maxLength": longest, **words, **kwargs.pop("metadata", {})}, **kwargs)
        self._longest = longest
        self._blank_is_unsaid = blank_is_unsaid

    def _deserialize(self, value: Any, attr: str | None, data: _Data, **kwargs: Any) -> Any:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if len(text) > self._longest:
            raise ValidationError(f"Longer than {self._longest} characters.")
        if _CONTROL.search(text):
            raise ValidationError("Must be one line without control characters.")
        if not text.strip():
            if self._blank_is_unsaid:
                return None
            raise ValidationError("Must not be empty.")
        return text


class Identifier(Line):
    """A name that the caller gives to something; whole numbers are taken as their digits."""

    def _deserialize(self, value: Any, attr: str | None, data: _Data, **kwargs: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        return super()._deserialize(value, attr, data, **kwargs)


class Body(fields.String):
    """The words of a message, of any number of lines."""

    def __init__(self, longest: int, **kwargs: Any) -> None:
        """``longest`` counts characters."""
        super().__init__(metadata={"maxLength": longest, **kwargs.pop("metadata", {})}, **kwargs)
        self._longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: _Data, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if len(text) > self._longest:
            raise ValidationError(f"Longer than {self._longest} characters.")
        return text


class Flag(fields.Boolean):
    """True or false, and nothing that looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: _Data, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class EmailAddress(Line):
    """An email address, in lower case."""

    def __init__(self, **kwargs: Any) -> None:
        """Take what any field takes."""
        super().__init__(320, blank_is_unsaid=True, metadata={"format": "email"}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: _Data, **kwargs: Any) -> Any:
        address = super()._deserialize(value, attr, data, **kwargs)
        return None if address is None else _checked(email_address, address)


class PhoneNumber(Line):
    """A phone number in its international form, as E.164."""

    def __init__(self, **kwargs: Any) -> None:
        """Take what any field takes."""
        super().__init__(
            64, blank_is_unsaid=True, metadata={"description": "International, such as +15005550006."}, **kwargs
        )

    def _deserialize(self, value: Any, attr: str | None, data: _Data, **kwargs: Any) -> Any:
        number = super()._deserialize(value, attr, data, **kwargs)
        return None if number is None else _checked(phone_number, number)


class ClockTime(Line):
    """A time of day such as 21:00."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(5, metadata={"pattern": _CLOCK.pattern, **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: _Data, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not _CLOCK.fullmatch(text):
            raise ValidationError("Give a time of day such as 21:00.")
        return text


class ZoneName(Line):
    """A time zone by its IANA name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(64, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: _Data, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text is not None and find_zone(text) is None:
            raise ValidationError("There is no such time zone; give a name such as Europe/Berlin.")
        return text


class Moment(fields.DateTime):
    """A moment in ISO 8601 with its offset from UTC."""

    def _deserialize(self, value: Any, attr: str | None, data: _Data, **kwargs: Any) -> datetime:
        if not isinstance(value, str):
            raise ValidationError("Not a valid ISO 8601 date and time.")
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise ValidationError("Needs its offset from UTC, such as 2026-12-01T09:00:00+01:00.")
            moment = moment.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise ValidationError("Not a valid ISO 8601 date and time.") from error
        if moment.year not in _YEARS:
            raise ValidationError("Not a date of our times.")
        return moment


class Amount(fields.String):
    """A sum of money as a plain decimal; a JSON number is taken as it is written."""

    def _deserialize(self, value: Any, attr: str | None, data: _Data, **kwargs: Any) -> str:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            # The shortest spelling of a double is what its sender wrote.
            value = format(Decimal(str(value)), "f")
        text: str = super()._deserialize(value, attr, data, **kwargs).strip()
        if not _AMOUNT.fullmatch(text):
            raise ValidationError("Give an amount as a plain decimal, such as 49.90.")
        return text


class HostName(Line):
    """A host such as refer.example.com, in lower case."""

    def __init__(self, **kwargs: Any) -> None:
        """Take what any field takes."""
        super().__init__(253, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: _Data, **kwargs: Any) -> str:
        host: str = super()._deserialize(value, attr, data, **kwargs).strip().lower().rstrip(".")
        if not _HOST.fullmatch(host):
            raise ValidationError("Give a host name alone, such as refer.example.com.")
        return host


class JsonObject(fields.Dict):
    """Any JSON object."""


def _checked(spelled: Callable[[str], str], value: str) -> str:
    try:
        return spelled(value)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def resource_key(key: str) -> str:
    """Return the key of an address, under which something is to be stored.

    Raises:
        InvalidInputError: it is too long, or holds what no name may.
    """
    if len(key) > _KEY_LENGTH or _CONTROL.search(key) or not key.strip():
        raise InvalidInputError({"key": [f"Give 1 to {_KEY_LENGTH} characters on one line."]})
    return key
