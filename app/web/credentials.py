"""Credentials as callers write them."""

from typing import Any

from app.domain.errors import InvalidInputError
from app.web.parts import parts

_LONGEST = 4000


def read_credentials(name: str, body: dict[str, Any]) -> dict[str, str]:
    """Return the credentials of an integration by our names for them; an error never repeats a value.

    Raises:
        InvalidInputError: one is missing, unknown or empty.
    """
    required, optional = parts().integration_fields[name]
    words = parts().integration_words.get(name, {})
    given = {words.get(field, field): value for field, value in body.items()}
    errors = {field: ["Missing data for required field."] for field in required if field not in given}
    if len(given) < len(body):
        errors["body"] = ["One setting is given twice, by two names."]
    for field, value in given.items():
        if field not in required and field not in optional:
            errors[field[:200]] = [f"Unknown field; {name} takes {', '.join((*required, *optional))}."]
        elif not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
            errors[field] = [f"Give a text of 1 to {_LONGEST} characters."]
    if errors:
        raise InvalidInputError(errors)
    return given
