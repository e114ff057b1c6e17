"""The enrolment page of a campaign: what its settings make of it, and what stands there where they say nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_LONGEST_LINE = 200
_LONGEST_TEXT = 4_000


class Collect(StrEnum):
    """How an advocate can be reached."""

    EMAIL = "email"
    PHONE = "phone"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class EnrolmentPage:
    """The words and fields of the page."""

    title: str
    text: str
    button: str
    consent: str
    thanks: str
    collect: Collect
    chooses_code: bool
    """Whether advocates may choose how their link ends."""
    is_open: bool


def enrolment_page(settings: Mapping[str, Any], *, campaign: str, sender: str) -> EnrolmentPage:
    """Return the page that ``settings`` describe; what cannot be used of them counts as not said.

    Args:
        settings: ``enrolment`` of the campaign, as it was stored.
        campaign: its name.
        sender: the account's.
    """

    def said(name: str, otherwise: str, longest: int = _LONGEST_LINE) -> str:
        value = settings.get(name)
        return value.strip()[:longest] if isinstance(value, str) and value.strip() else otherwise

    return EnrolmentPage(
        title=said("title", campaign),
        text=said("text", "Get a link of your own, and share it with your friends.", _LONGEST_TEXT),
        button=said("button", "Get my link"),
        consent=said(
            "consent",
            f"{sender} may keep what I entered and write to me about this. I can take that back at any time.",
            _LONGEST_TEXT,
        ),
        thanks=said("thanks", "This is your link. Whoever follows it comes with your recommendation.", _LONGEST_TEXT),
        collect=_collect(settings.get("collect")),
        chooses_code=settings.get("choose_code") is True,
        is_open=settings.get("open") is not False,
    )


def _collect(wanted: Any) -> Collect:
    """Return what is asked for: a word, or a list of both."""
    if isinstance(wanted, list):
        named = {word for word in wanted if isinstance(word, str)}
        return Collect.EITHER if {Collect.EMAIL, Collect.PHONE} <= named else _collect(next(iter(named), None))
    return Collect(wanted) if isinstance(wanted, str) and wanted in set(Collect) else Collect.EMAIL


def split_name(name: str | None) -> tuple[str | None, str | None]:
    """Return first and last name of what somebody typed into one field; the first word is the first name."""
    first, _, last = " ".join((name or "").split()).partition(" ")
    return first or None, last or None
