"""The figures that stand above all others, each beside that of the days before."""

from dataclasses import dataclass, replace
from decimal import Decimal

from app.domain.calendar import Days
from app.domain.counting import Metric
from app.domain.money import from_minor
from app.web.console.filters import people_url
from app.web.console.sums import Sums
from app.web.console.wording import count_words, money_words, number_words, rate_words


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


_NEW = Change("None in the days before", "quiet", "dash")
_SAME = Change("As in the days before", "quiet", "dash")


def headline(now: Sums, before: Sums, days: Days, *, channel: str) -> list[Tile]:
    """Return goals met, their rate, what was sent, and revenue by currency."""
    since = f"{count_words(len(days), 'day', 'days')} before"
    return [
        replace(
            _counted("Goals met", Metric.CONVERSIONS, now, before, since), url=_people(Metric.CONVERSIONS, channel)
        ),
        Tile("Goal rate", rate_words(now.rate), _rate_change(now.rate, before.rate), "goals met for each message sent"),
        *_revenue(now, before, since),
        replace(_counted("Messages sent", Metric.SENT, now, before, since), url=_people(Metric.SENT, channel)),
    ]


def _people(metric: Metric, channel: str) -> str:
    return people_url("messages", metric, channel=channel) if channel else ""


def sharing_headline(now: Sums, before: Sums, days: Days) -> list[Tile]:
    """Return shares, the friends who came, their orders, and revenue by currency."""
    since = f"{count_words(len(days), 'day', 'days')} before"
    return [
        _counted("Shares", Metric.SHARES, now, before, since),
        _counted("Friends' clicks", Metric.FRIEND_CLICKS, now, before, since),
        _counted("Signups", Metric.SIGNUPS, now, before, since),
        _counted("Orders", Metric.ORDERS, now, before, since),
        *_revenue(now, before, since),
    ]


def _counted(word: str, metric: Metric, now: Sums, before: Sums, since: str) -> Tile:
    note = f"{number_words(before[metric])} in the {since}"
    return Tile(word, number_words(now[metric]), _change(now[metric], before[metric]), note)


def _revenue(now: Sums, before: Sums, since: str) -> list[Tile]:
    codes = sorted({code for sums in (now, before) for code, minor in sums.revenue.items() if minor})
    if not codes:
        return [Tile("Revenue", "–", _change(0, 0), "no order was credited")]
    return [
        Tile(
            f"Revenue in {code}",
            money_words(from_minor(now.revenue[code], code), code),
            _change(now.revenue[code], before.revenue[code]),
            f"{money_words(from_minor(before.revenue[code], code), code)} in the {since}",
        )
        for code in codes
    ]


def _change(now: int, before: int) -> Change:
    if now == before:
        return _SAME
    if before <= 0:
        return _NEW
    by = (Decimal(now) - before) / before * 100
    return _worded(f"{abs(by):,.0f} %" if abs(by) >= 1 else "under 1 %", rises=by > 0)


def _rate_change(now: float | None, before: float | None) -> Change:
    if before is None:
        return _NEW
    points = ((now or 0) - before) * 100
    if abs(points) < 0.05:
        return _SAME
    return _worded(f"{abs(points):.1f} points", rises=points > 0)


def _worded(by: str, *, rises: bool) -> Change:
    if rises:
        return Change(f"Up {by}", "good", "arrow-up-right")
    return Change(f"Down {by}", "bad", "arrow-down-right")
