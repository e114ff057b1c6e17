"""One visit through one of our links, as the edge saw it: a line of the journal, later a click or a share."""

import hashlib
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

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


_TEXTS = ("id", "account_id", "url", "ip", "user_agent", "referrer", "method", "prefetch")
_MAYBE_TEXTS = ("message_id", "advocate_id", "campaign_id", "platform")
_YEAR_10000_MS = 253_402_300_800_000
_LARGEST = 2**31
"""What an integer column of PostgreSQL does not hold any more."""


@dataclass(frozen=True, slots=True)
class Visit:
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
        return orjson.dumps(asdict(self), option=orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def from_line(cls, line: str | bytes) -> Self:
        """Return the visit that ``line`` holds.

        Raises:
            ValueError: the line is not one that ``line()`` wrote: half-written, or of another time.
        """
        try:
            fields = orjson.loads(line)
            _check(fields)
            fields["kind"] = LinkKind(fields["kind"])
            fields["verdict"] = Verdict(fields["verdict"])
            fields["signals"] = tuple(fields["signals"])
            return cls(**fields)
        except (AttributeError, TypeError, KeyError, ValueError) as error:
            raise ValueError(f"not a visit: {error}") from error


def _check(fields: dict[str, Any]) -> None:
    """Raise a TypeError for a line that no database could take; one such line must not hold up its batch."""
    texts = [fields.get(name, "") for name in _TEXTS]
    texts += [text for name in _MAYBE_TEXTS if (text := fields.get(name)) is not None]
    signals = fields["signals"]
    if not isinstance(signals, list) or not all(isinstance(text, str) and "\0" not in text for text in texts + signals):
        raise TypeError("a text is none")
    index = fields.get("link_index")
    for number, end in (
        (fields["at_ms"], _YEAR_10000_MS),
        (fields["rules"], _LARGEST),
        (0 if index is None else index, _LARGEST),
    ):
        if type(number) is not int or not 0 <= number < end:
            raise TypeError("a number is none")
    presser = fields.get("message_id") or fields.get("advocate_id")
    if fields["kind"] == LinkKind.PRESS and not (presser and fields.get("platform")):
        raise TypeError("a press needs its message or advocate, and its platform")


def visitor_key(
    kind: LinkKind, message_id: str | None, advocate_id: str | None, platform: str | None, ip: str, user_agent: str
) -> str:
    """Return whom a click counts once for: a message's own reader, or one visitor of one shared link."""
    if kind is LinkKind.MESSAGE:
        return f"reader:{message_id}"
    browser = hashlib.sha256(f"{ip}|{user_agent}".encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return f"friend:{message_id or advocate_id}:{platform or ''}:{browser}"
