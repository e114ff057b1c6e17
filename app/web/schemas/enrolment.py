"""What somebody typed into a campaign's enrolment page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields

from app.domain.enrolment import Collect, split_name
from app.domain.errors import InvalidInputError
from app.domain.ids import normal_uuid
from app.domain.message import ContactDetails
from app.web.schemas.loading import Loose, load
from app.web.schemas.order import Hint
from app.web.schemas.values import EmailAddress, Line, PhoneNumber

_MISSING = {
    Collect.EMAIL: {"email": ["Enter your email address."]},
    Collect.PHONE: {"phone": ["Enter your phone number."]},
    Collect.EITHER: {"email": ["Enter your email address or your phone number."]},
}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who wants to enrol, and by whose link they came."""

    details: ContactDetails
    share_code: str | None
    mbsy: str | None
    mbsy_source: str | None


class _Email(EmailAddress):
    """An email address, refused in words for people."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        try:
            return super()._deserialize(value, attr, data, **kwargs)
        except ValidationError as error:
            raise ValidationError("Enter an email address such as ada@example.com.") from error


class _Phone(PhoneNumber):
    """A phone number, refused in words for people."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        try:
            return super()._deserialize(value, attr, data, **kwargs)
        except ValidationError as error:
            raise ValidationError("Enter your number with its country code, such as +44 20 7946 0018.") from error


class _FormSchema(Loose):
    """What the page sends; what is required depends on the campaign."""

    name = Line(200, blank_is_unsaid=True)
    email = _Email()
    phone = _Phone()
    share_code = Line(200, blank_is_unsaid=True)
    consent = fields.String()
    mbsy = Hint()
    mbsy_source = Hint()


_FORM = _FormSchema()


def read_form(form: Mapping[str, str], *, collect: Collect, chooses_code: bool) -> Visitor:
    """Return who filled in the page.

    Raises:
        InvalidInputError: by field, in sentences for the person who typed.
    """
    values, errors = _loaded(form)
    email = values.get("email") if collect is not Collect.PHONE else None
    phone = values.get("phone") if collect is not Collect.EMAIL else None
    if values.get("name") is None:
        errors.setdefault("name", ["Enter your name."])
    if not (email or phone or errors.keys() & {"email", "phone"}):
        errors |= _MISSING[collect]
    if not values.get("consent"):
        errors["consent"] = ["Without this we cannot keep your link for you."]
    if errors:
        raise InvalidInputError(errors)
    first_name, last_name = split_name(values["name"])
    code = values.get("share_code") if chooses_code else None
    return Visitor(
        ContactDetails(email=email, phone=phone, first_name=first_name, last_name=last_name),
        # In lower case, so that nobody takes a name that looks like somebody else's.
        share_code=code.strip().lower() if code else None,
        mbsy=values.get("mbsy"),
        mbsy_source=normal_uuid(values.get("mbsy_source")),
    )


def _loaded(form: Mapping[str, str]) -> tuple[dict[str, str | None], dict[str, list[str]]]:
    """Return what can be used of the form, and what is wrong with the rest: all of it is said at once."""
    values: dict[str, str | None] = {}
    errors: dict[str, list[str]] = {}
    for name in _FORM.fields:
        if name in form:
            try:
                values |= load(_FORM, {name: form[name]})
            except InvalidInputError as error:
                errors |= error.errors
    return values, errors
