"""From a body to a domain value; every error is named by its dotted path in the body."""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError

from app.domain.errors import InvalidInputError

_NAME_LENGTH = 200
_MOST = 50


class Loose(Schema):
    """A body of which we use a part: what else it holds is not ours to judge."""

    class Meta:
        """Unknown fields are left out."""

        unknown = EXCLUDE


def load(schema: Schema, body: Any, path: str = "") -> Any:
    """Return what ``schema`` makes of ``body``; ``path`` is where in the call's body it stands.

    Raises:
        InvalidInputError: something in it cannot be used.
    """
    try:
        return schema.load(body)
    except ValidationError as error:
        raise InvalidInputError(named(error.messages_dict, path)) from error


def named(messages: Mapping[Any, Any], path: str = "") -> dict[str, list[str]]:
    """Return marshmallow's nested messages by dotted path."""
    found: dict[str, list[str]] = {}
    for name, reasons in _flat(messages, path):
        found.setdefault(name, []).extend(reasons)
        if len(found) == _MOST:
            break
    return found


def _flat(messages: Mapping[Any, Any], path: str) -> Iterator[tuple[str, list[str]]]:
    for key, reasons in messages.items():
        # The body's own errors stand under "_schema"; keys are the sender's, so they may be of any length.
        name = path or "body" if key == "_schema" else f"{path}.{str(key)[:_NAME_LENGTH]}".lstrip(".")
        if isinstance(reasons, Mapping):
            yield from _flat(reasons, name)
        else:
            yield name, [str(reason) for reason in reasons]
