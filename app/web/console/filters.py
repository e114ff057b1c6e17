"""What a page of figures is asked for: days, and what they are narrowed down to. It all stands in the address."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import request, url_for

from app.domain.calendar import Days
from app.domain.sharing import PLATFORMS
from app.store.campaigns import Campaign
from app.store.figures import Subjects

NO_TEMPLATE = NO_PLATFORM = "none"
"""What the address says for messages without a template, and for advocates' plain links."""
WHEN = ("days", "from", "to")
_KNOWN = ("days", "from", "to", "campaign", "automation", "template", "platform", "machines", "sort", "order", "chart")
_PERIODS = ((7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "12 months"))
_USUAL = 30
_LONGEST = 731
NARROWING = {"campaign": "campaign_id", "automation": "automation", "template": "template", "platform": "platform"}
"""What the address calls it, and what counters do."""
_LONGEST_WORD = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page shall show."""

    days: Days
    period: int | None
    """The number of days when they end today; None for days of the reader's own choice."""
    narrowed: dict[str, str]
    """By the counters' names."""
    machines: bool
    error: str


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list or a row of links."""

    label: str
    value: str
    is_chosen: bool
    url: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """A list to choose from."""

    name: str
    label: str
    every: str
    options: tuple[Option, ...]


def here(**changes: object) -> str:
    """Return the address of this page with some of its choices changed; None drops one."""
    said: dict[str, object] = {name: request.args[name] for name in _KNOWN if request.args.get(name)}
    said |= changes
    kept = {name: value for name, value in said.items() if value not in (None, "")}
    return url_for(request.endpoint or "console.overview", **(request.view_args or {}), **kept)  # type: ignore[arg-type]


def read_filters(zone: str, now: datetime) -> Asked:
    """Return what the address asks for; what cannot be read is left out, and said."""
    today = now.astimezone(ZoneInfo(zone)).date()
    days, period, error = _days(today)
    narrowed = {}
    for name, column in NARROWING.items():
        word = request.args.get(name, "")
        if word and len(word) <= _LONGEST_WORD:
            narrowed[column] = word
    return Asked(days, period, narrowed, request.args.get("machines") == "show", error)


def _days(today: date) -> tuple[Days, int | None, str]:
    first, last = request.args.get("from", ""), request.args.get("to", "")
    if not first and not last:
        said = request.args.get("days", "")
        period = next((days for days, _ in _PERIODS if str(days) == said), _USUAL)
        return Days(today - timedelta(days=period - 1), today), period, ""
    usual = Days(today - timedelta(days=_USUAL - 1), today)
    try:
        end = date.fromisoformat(last) if last else today
        start = date.fromisoformat(first) if first else end - timedelta(days=_USUAL - 1)
    except (ValueError, OverflowError):
        return usual, _USUAL, "These are no dates. Give them as year, month and day."
    wanted = Days(start, end)
    if start > end:
        return usual, _USUAL, "The first day is later than the last one."
    if len(wanted) > _LONGEST or not 1971 <= start.year <= end.year <= 9000:
        return usual, _USUAL, "At most two years can be looked at together."
    return wanted, None, ""


def periods(asked: Asked) -> list[Option]:
    """Return the usual periods, as links."""
    return [
        Option(label, str(days), asked.period == days, here(days=days, **{"from": None, "to": None}))
        for days, label in _PERIODS
    ]


def menus(
    asked: Asked, found: Subjects, campaigns: Iterable[Campaign], names: dict[str, str], *, leave_out: str = ""
) -> list[Menu]:
    """Return the lists by which figures can be narrowed down; one with nothing to choose from is left out."""
    known = {campaign.id: campaign.name for campaign in campaigns}
    platforms = {name: PLATFORMS[name].label if name in PLATFORMS else name for name in found.platforms}
    every = (
        ("campaign", "Campaign", "All campaigns", {one: known.get(one, "A deleted one") for one in found.campaign_ids}),
        ("automation", "Automation", "All automations", {one: one for one in found.automations}),
        ("template", "Template", "All templates", {one: names.get(one, one) for one in found.templates}),
        ("platform", "Platform", "All platforms", platforms),
    )
    return [
        Menu(name, label, all_of, options(labels, asked.narrowed.get(NARROWING[name], "")))
        for name, label, all_of, labels in every
        if name != leave_out and (labels or NARROWING[name] in asked.narrowed)
    ]


def options(labels: dict[str, str], chosen: str) -> tuple[Option, ...]:
    """Return the choices of a list by their labels; what is chosen stands there even if it is not known."""
    if chosen and chosen not in labels:
        labels = {**labels, chosen: chosen}
    return tuple(
        Option(label, value, value == chosen) for value, label in sorted(labels.items(), key=lambda pair: pair[1])
    )
