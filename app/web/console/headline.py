"""The figures that stand above all others, each beside that of the days before."""

from dataclasses import dataclass
from decimal import Decimal

from app.domain.calendar import Days
from app.domain.counting import Metric
from app.domain.money import from_minor
from app.web.console.people_links import People
from app.web.console.sums import Sums
from app.web.console.wording import NBSP, money_words, number_words, rate_words


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure stands against the days before."""

    words: str
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the headline."""

    word: str
    figure: str
    change: Change
    note: str
    url: str = ""
    """The people behind it."""
    note_url: str = ""
    """Those behind the figure of the days before."""


_NEW = Change("None in the days before", "quiet", "dash")
_UNSENT = Change("Nothing sent in these days", "quiet", "dash")
_SAME = Change("As in the days before", "quiet", "dash")
_NONE = Change("Nor in the days before", "quiet", "dash")


def headline(now: Sums, before: Sums, days: Days, people: People) -> list[Tile]:
    """Return goals met, their rate, what was sent, and revenue by currency."""
    rate = Tile(
        "Goal rate",
        rate_words(now.rate),
        _rate_change(now.rate, before.rate),
        "goals met for each message sent",
        people(Metric.CONVERSIONS) if now[Metric.CONVERSIONS] > 0 else "",
    )
    return [
        _counted("Goals met", Metric.CONVERSIONS, now, before, days, people),
        rate,
        *_revenue(now, before, days, people),
        _counted("Messages sent", Metric.SENT, now, before, days, people),
    ]


def sharing_headline(now: Sums, before: Sums, days: Days, people: People) -> list[Tile]:
    """Return shares, the friends who came, their orders, and revenue by currency."""
    return [
        _counted("Shares", Metric.SHARES, now, before, days, people),
        _counted("Friends' clicks", Metric.FRIEND_CLICKS, now, before, days, people),
        _counted("Signups", Metric.SIGNUPS, now, before, days, people),
        _counted("Orders", Metric.ORDERS, now, before, days, people),
        *_revenue(now, before, days, people),
    ]


def _counted(word: str, metric: Metric, now: Sums, before: Sums, days: Days, people: People) -> Tile:
    url = people(metric) if now[metric] > 0 else ""
    note = _note(number_words(before[metric]), days) if before[metric] else ""
    note_url = people(metric, days=days.before) if before[metric] > 0 else ""
    return Tile(word, number_words(now[metric]), _change(now[metric], before[metric]), note, url, note_url)


def _revenue(now: Sums, before: Sums, days: Days, people: People) -> list[Tile]:
    codes = sorted({code for sums in (now, before) for code, minor in sums.revenue.items() if minor})
    if not codes:
        return [Tile("Revenue", "–", _change(0, 0), "no order was credited")]
    return [_earned(code, now.revenue[code], before.revenue[code], days, people) for code in codes]


def _earned(code: str, now: int, before: int, days: Days, people: People) -> Tile:
    return Tile(
        f"Revenue in {code}",
        money_words(from_minor(now, code), code),
        _change(now, before),
        _note(money_words(from_minor(before, code), code), days) if before else "",
        people(Metric.REVENUE, currency=code) if now else "",
        people(Metric.REVENUE, currency=code, days=days.before) if before else "",
    )


def _note(figure: str, days: Days) -> str:
    return f"{figure} on the day before" if len(days) == 1 else f"{figure} in the {len(days)} days before"


def _change(now: int, before: int) -> Change:
    if now == before:
        return _SAME if now else _NONE
    if before <= 0:
        return _NEW
    by = (Decimal(now) - before) / before * 100
    return _worded(f"{abs(by):,.0f}{NBSP}%" if abs(by) >= 1 else f"under{NBSP}1{NBSP}%", rises=by > 0)


def _rate_change(now: float | None, before: float | None) -> Change:
    if before is None:
        return _NEW
    if now is None:
        return _UNSENT
    points = (now - before) * 100
    if abs(points) < 0.05:
        return _SAME
    return _worded(f"{abs(points):.1f}{NBSP}points", rises=points > 0)


def _worded(by: str, *, rises: bool) -> Change:
    if rises:
        return Change(f"Up {by}", "good", "arrow-up-right")
    return Change(f"Down {by}", "bad", "arrow-down-right")
