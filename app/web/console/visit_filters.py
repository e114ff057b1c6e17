"""Which visits a page is asked for. It all stands in the address."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import request

from app.domain.counting import Span, read_span
from app.domain.sharing import PLATFORMS
from app.domain.visit import Verdict
from app.store.campaigns import Campaign
from app.store.visits import VisitFilter
from app.web.console.filters import NO_PLATFORM, Menu, options

WHO = (
    ("", "Everybody"),
    (Verdict.HUMAN.value, "People"),
    (Verdict.MACHINE.value, "Machines"),
    (Verdict.PREVIEW.value, "Previews"),
    (Verdict.UNKNOWN.value, "Unknown"),
)
SHARED, _OWN = "shared", "own"
_LINKS = {SHARED: "Links that advocates shared", _OWN: "Messages' own links"}
_NAMES = ("link", "campaign", "platform", "advocate", "from", "to")
_LONGEST_WORD = 200
_FIRST_YEAR, _LAST_YEAR = 1971, 9000


@dataclass(frozen=True, slots=True)
class AskedVisits:
    """What the page shall show."""

    wanted: VisitFilter
    said: dict[str, str]
    """By the names in the address; what says nothing is left out."""
    error: str

    @property
    def narrows(self) -> int:
        """By how many conditions, beside who came."""
        return len(self.said.keys() - {"who"})


def asked_visits(zone: str) -> AskedVisits:
    """Return what the address asks for, its days being days of ``zone``; what cannot be read is left out, and said."""
    said = {name: request.args.get(name, "").strip() for name in ("who", *_NAMES)}
    said = {name: word for name, word in said.items() if word and len(word) <= _LONGEST_WORD}
    if said.get("who") not in set(Verdict):
        said.pop("who", None)
    if said.get("link") not in _LINKS:
        said.pop("link", None)
    span, error = _span(said.get("from"), said.get("to"), zone)
    if error:
        said = {name: word for name, word in said.items() if name not in {"from", "to"}}
    platform = said.get("platform")
    wanted = VisitFilter(
        span=span,
        campaign=said.get("campaign"),
        advocate=said.get("advocate"),
        platform="" if platform == NO_PLATFORM else platform,
        verdict=said.get("who"),
        is_shared={SHARED: True, _OWN: False}.get(said.get("link", "")),
    )
    return AskedVisits(wanted, said, error)


def _span(first: str | None, last: str | None, zone: str) -> tuple[Span, str]:
    try:
        days = [date.fromisoformat(one) for one in (first, last) if one]
    except ValueError:
        return Span(), "These are no dates. Give them as year, month and day."
    if not all(_FIRST_YEAR <= day.year <= _LAST_YEAR for day in days):
        return Span(), f"Give dates between {_FIRST_YEAR} and {_LAST_YEAR}."
    if days != sorted(days):
        return Span(), "The first day is later than the last one."
    return read_span(first, last, zone), ""


def visit_menus(asked: AskedVisits, campaigns: Iterable[Campaign]) -> list[Menu]:
    """Return the lists by which visits can be narrowed down."""
    named = {campaign.key: campaign.name for campaign in campaigns}
    platforms = {NO_PLATFORM: "No platform", **{name: platform.label for name, platform in PLATFORMS.items()}}
    return [
        Menu("link", "Link", "All links", options(_LINKS, asked.said.get("link", ""))),
        Menu("campaign", "Campaign", "All campaigns", options(named, asked.said.get("campaign", ""))),
        Menu("platform", "Platform", "All platforms", options(platforms, asked.said.get("platform", ""))),
    ]
