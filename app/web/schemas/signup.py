"""An enrolment that another system reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.errors import InvalidInputError
from app.domain.ids import normal_uuid
from app.domain.message import ContactDetails
from app.web.schemas.loading import Loose
from app.web.schemas.order import Hint, in_our_words, load_spelled
from app.web.schemas.values import EmailAddress, Identifier, JsonObject, Line, PhoneNumber

_PERSON = ("external_id", "email", "phone", "first_name", "last_name", "fields")


@dataclass(frozen=True, slots=True)
class Signup:
    """Who enrolled, where, and by whose link."""

    details: ContactDetails
    campaign: str | None
    mbsy: str | None
    mbsy_source: str | None
    share_code: str | None


class SignupSchema(Loose):
    """Who enrolled; one of email, phone and external_id is needed, and Ambassador's names are taken too."""

    external_id = Identifier(255, blank_is_unsaid=True, allow_none=True)
    email = EmailAddress(allow_none=True)
    phone = PhoneNumber(allow_none=True)
    first_name = Line(200, blank_is_unsaid=True, allow_none=True)
    last_name = Line(200, blank_is_unsaid=True, allow_none=True)
    extra = JsonObject(data_key="fields", attribute="fields", allow_none=True)
    campaign = Line(200, allow_none=True)
    mbsy = Hint(allow_none=True)
    mbsy_source = Hint(allow_none=True)
    share_code = Line(32, allow_none=True, metadata={"description": "A wish; one is made from the name without it."})


_SIGNUP = SignupSchema()


def read_signup(body: Mapping[str, Any]) -> Signup:
    """Return the enrolment that ``body`` is.

    Raises:
        InvalidInputError: something in it cannot be used.
    """
    values = load_spelled(_SIGNUP, *in_our_words(body))
    person = {name: value for name in _PERSON if (value := values.get(name)) is not None}
    details = ContactDetails(**person)
    if details.email is None and details.phone is None and details.external_id is None:
        raise InvalidInputError({"email": ["Give an email, a phone or an external_id."]})
    return Signup(
        details=details,
        campaign=values.get("campaign"),
        mbsy=values.get("mbsy"),
        mbsy_source=normal_uuid(values.get("mbsy_source")),
        share_code=values.get("share_code"),
    )
