"""JSON as strangers send it: read strictly, refused by name, never an error of ours.

Of two equal keys the last one wins, as in every common reader. What PostgreSQL cannot keep (NUL, outside of a message's
own bodies) and what no reader keeps exactly (whole numbers beyond 64 bits) is refused here once, so that nobody behind
has to think of it.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson
from werkzeug.exceptions import UnsupportedMediaType

from app.domain.errors import InvalidInputError, ThroughlineError

_BOM = b"\xef\xbb\xbf"
_LONG_NUMBER = re.compile(rb"(?:^|[:\[,])\s*-?[0-9]{19,}\s*(?:[,\]}]|$)")
_DIGITS = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x20 for byte in range(256))
_LONG_RUN = b"0" * 19
_WIDEST = 2**63
_PATH_LENGTH = 200
_NOTHING = re.compile(r"(?!)")
# A body is sent as it was given, to the character: its columns keep NUL too.
_BODY = re.compile(r"(?:(?:triggers\.[0-9]+\.)?message\.)?(?:html|text)")


class InvalidJsonError(ThroughlineError):
    """A body is no JSON object at all."""


def check_is_json(mimetype: str, encoding: str | None) -> None:
    """Let JSON pass, and a body without a content type, which is tried as JSON.

    Raises:
        UnsupportedMediaType: the body says that it is something else, or is compressed.
    """
    if mimetype and mimetype != "application/json" and not mimetype.endswith("+json"):
        raise UnsupportedMediaType(f"Send JSON (application/json), not {mimetype[:_PATH_LENGTH]}.")
    if encoding and encoding.lower() != "identity":
        raise UnsupportedMediaType("Send the body uncompressed.")


def read_object(raw: bytes) -> dict[str, Any]:
    """Return the JSON object that ``raw`` holds.

    Raises:
        InvalidJsonError: it is not UTF-8, not JSON, not an object, or nested too deeply.
        InvalidInputError: a string that is no body holds NUL, or a whole number has over 64 bits; the path is named.
    """
    try:
        body = orjson.loads(raw.removeprefix(_BOM))
        # Writing stops at a lesser depth than reading; what could not be kept is refused here.
        orjson.dumps([[[body]]])
    except orjson.JSONDecodeError as error:
        raise InvalidJsonError(f"The body is not valid JSON in UTF-8: {error}") from error
    except orjson.JSONEncodeError as error:
        raise InvalidJsonError("The body is nested too deeply.") from error
    if not isinstance(body, dict):
        raise InvalidJsonError("The body must be a JSON object.")
    if rb"\u0000" in raw:
        _refuse(body, _has_nul, "Must not contain a NUL character.", besides=_BODY)
    # Nearly no body has such a run, and to look for one so costs a tenth of the expression.
    if _LONG_RUN in raw.translate(_DIGITS) and _LONG_NUMBER.search(raw):
        _refuse(body, _is_too_wide, "Whole numbers may have 64 bits; send longer ones as strings.")
    return body


def fingerprint(*values: Any) -> str:
    """Return a digest of JSON values that ``read_object`` let pass, the same for any order of keys."""
    return hashlib.sha256(orjson.dumps(values, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _refuse(
    body: dict[str, Any], is_bad: Callable[[Any], bool], reason: str, *, besides: re.Pattern[str] = _NOTHING
) -> None:
    bad = (path for path, value in _leaves(body) if is_bad(value) and not besides.fullmatch(path))
    found = {path[:_PATH_LENGTH]: [reason] for path in bad}
    if found:
        raise InvalidInputError(dict(list(found.items())[:20]))


def _leaves(body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield (dotted path, value) of every leaf; a key counts as a leaf of its own object."""
    waiting: list[tuple[str, Any]] = [("", body)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            yield from ((path or "body", key) for key in value if _has_nul(key))
            waiting.extend((f"{path}.{key}".lstrip("."), inner) for key, inner in value.items() if not _has_nul(key))
        elif isinstance(value, list):
            waiting.extend((f"{path}.{index}".lstrip("."), inner) for index, inner in enumerate(value))
        else:
            yield path, value


def _has_nul(value: Any) -> bool:
    return isinstance(value, str) and "\0" in value


def _is_too_wide(value: Any) -> bool:
    return isinstance(value, float) and abs(value) >= _WIDEST and value.is_integer()
