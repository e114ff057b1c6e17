"""One visit through one of our links, as the edge saw it: a line of the journal, later a click or a share."""

import hashlib
from enum import StrEnum
from itertools import product
from operator import itemgetter
from typing import Any, NamedTuple, Self

import orjson


class Verdict(StrEnum):
    """Who was it? Only a human is ever counted as a person."""

    HUMAN = "human"
    MACHINE = "machine"
    PREVIEW = "preview"
    UNKNOWN = "unknown"


class LinkKind(StrEnum):
    """Which kind of link was followed, by its address."""

    MESSAGE = "message"
    """``/-t``: a link of a message, followed by the person it was sent to."""
    PRESS = "press"
    """``/-s``: a share button of a message or of an advocate's widget; a share, not a click."""
    SHARED = "shared"
    """``/-i``: a link that an advocate shared on a platform."""
    ADVOCATE = "advocate"
    """``/johndoe``: an advocate's plain link, no platform known."""


_YEAR_10000_MS = 253_402_300_800_000
_LARGEST = 2**31
"""What an integer column of PostgreSQL does not hold any more."""


class Visit(NamedTuple):
    """What is kept of a visit; its id is the ``mbsy_source`` of the landing."""

    id: str
    """UUIDv7, minted at the redirect."""
    at_ms: int
    """Milliseconds since 1970, UTC."""
    account_id: str
    kind: LinkKind
    verdict: Verdict
    signals: tuple[str, ...]
    rules: int
    """The version of the rules behind the verdict."""
    url: str
    """Where it led, before our parameters; at most 2,000 characters are kept."""
    message_id: str | None = None
    link_index: int | None = None
    advocate_id: str | None = None
    campaign_id: str | None = None
    platform: str | None = None
    ip: str = ""
    """Truncated to its /24 or /48."""
    user_agent: str = ""
    referrer: str = ""
    method: str = "GET"
    prefetch: str = ""
    """What the headers said that announce a prefetch or a preview."""

    def line(self) -> bytes:
        """Return the visit as one line of JSON, its newline included."""
        return orjson.dumps(self._asdict(), option=orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def from_line(cls, line: str | bytes) -> Self:
        """Return the visit that ``line`` holds.

        Raises:
            ValueError: the line is not one that ``line()`` wrote: half-written, or of another time.
        """
        try:
            fields = orjson.loads(line)
            if len(fields) != len(cls._fields):
                fields = cls._field_defaults | fields
            values = _values(fields)
            _check(fields, values)
            # JSON writes NUL in one way only, and hardly ever a text that looks like it.
            if (_NUL_BYTES if isinstance(line, bytes) else _NUL) in line:  # type: ignore[operator]
                _refuse_nul(values)
            visit_id, at_ms, account_id, kind, verdict, signals, *rest = values
            known = (visit_id, at_ms, account_id, _KINDS[kind], _VERDICTS[verdict], tuple(signals), *rest)
            return cls._make(known)
        except (AttributeError, TypeError, KeyError, ValueError) as error:
            raise ValueError(f"not a visit: {error}") from error


_NUL = "\\u0000"
_NUL_BYTES = _NUL.encode()
_KINDS = {kind.value: kind for kind in LinkKind}
_VERDICTS = {verdict.value: verdict for verdict in Verdict}
_values = itemgetter(*Visit._fields)
_TYPES = {"at_ms": (int,), "rules": (int,), "signals": (list,), "link_index": (int, type(None))}
_TYPES |= dict.fromkeys(("message_id", "advocate_id", "campaign_id", "platform"), (str, type(None)))
_SHAPES = frozenset(product(*(_TYPES.get(name, (str,)) for name in Visit._fields)))
"""The types that the values of a line may have, all of a line at once: one look instead of eighteen."""


def _check(fields: dict[str, Any], values: tuple[Any, ...]) -> None:
    """Raise a TypeError for a line that no database could take; one such line must not hold up its batch."""
    if len(fields) != len(values):
        raise TypeError("a field is none of a visit's")
    if tuple(map(type, values)) not in _SHAPES or not {str}.issuperset(map(type, fields["signals"])):
        raise TypeError("a text or a number is none")
    index = fields["link_index"]
    if not (
        0 <= fields["at_ms"] < _YEAR_10000_MS
        and 0 <= fields["rules"] < _LARGEST
        and (index is None or 0 <= index < _LARGEST)
    ):
        raise TypeError("a number is out of bounds")
    if fields["kind"] == "press" and not (fields["platform"] and (fields["message_id"] or fields["advocate_id"])):
        raise TypeError("a press needs its message or advocate, and its platform")


def _refuse_nul(values: tuple[Any, ...]) -> None:
    for value in values:
        if any("\0" in text for text in (value if isinstance(value, list) else (value,)) if isinstance(text, str)):
            raise TypeError("a text holds NUL")


def visitor_key(
    kind: LinkKind, message_id: str | None, advocate_id: str | None, platform: str | None, ip: str, user_agent: str
) -> str:
    """Return whom a click counts once for: a message's own reader, or one visitor of one shared link."""
    if kind is LinkKind.MESSAGE:
        return f"reader:{message_id}"
    browser = hashlib.sha256(f"{ip}|{user_agent}".encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return f"friend:{message_id or advocate_id}:{platform or ''}:{browser}"
