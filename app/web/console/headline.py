"""The figures that stand above all others, each beside that of the days before."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from app.domain.behind import ChannelMetric
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


People = Callable[..., str]
"""Returns the page of the people behind a figure, and a currency."""
_NEW = Change("None in the days before", "quiet", "dash")
_SAME = Change("As in the days before", "quiet", "dash")
_NONE = Change("Nor in the days before", "quiet", "dash")


def headline(now: Sums, before: Sums, days: Days, *, channel: str) -> list[Tile]:
    """Return goals met, their rate, what was sent, and revenue by currency; without a channel, nobody stands behind."""
    people = partial(_people, "messages", channel) if channel else _nobody
    since = f"{count_words(len(days), 'day', 'days')} before"
    rate = Tile(
        "Goal rate",
        rate_words(now.rate),
        _rate_change(now.rate, before.rate),
        "goals met for each message sent",
        people(Metric.CONVERSIONS) if now[Metric.CONVERSIONS] > 0 else "",
    )
    return [
        _counted("Goals met", Metric.CONVERSIONS, now, before, since, people),
        rate,
        *_revenue(now, before, since, people),
        _counted("Messages sent", Metric.SENT, now, before, since, people),
    ]


def sharing_headline(now: Sums, before: Sums, days: Days, *, is_sample: bool) -> list[Tile]:
    """Return shares, the friends who came, their orders, and revenue by currency; behind a sample stands nobody."""
    people = _nobody if is_sample else partial(_people, "channels", "")
    since = f"{count_words(len(days), 'day', 'days')} before"
    return [
        _counted("Shares", Metric.SHARES, now, before, since, people),
        _counted("Friends' clicks", Metric.FRIEND_CLICKS, now, before, since, people),
        _counted("Signups", Metric.SIGNUPS, now, before, since, people),
        _counted("Orders", Metric.ORDERS, now, before, since, people),
        *_revenue(now, before, since, people),
    ]


def _people(of: str, channel: str, metric: Metric, currency: str = "") -> str:
    more = {"channel": channel, "currency": currency}
    # Friends' clicks are the channel report's clicks.
    name = ChannelMetric.CLICKS if metric is Metric.FRIEND_CLICKS else metric
    return people_url(of, name, **{name: word for name, word in more.items() if word})


def _nobody(_metric: Metric, _currency: str = "") -> str:
    return ""


def _counted(word: str, metric: Metric, now: Sums, before: Sums, since: str, people: People) -> Tile:
    note = f"{number_words(before[metric])} in the {since}" if before[metric] else ""
    url = people(metric) if now[metric] > 0 else ""
    return Tile(word, number_words(now[metric]), _change(now[metric], before[metric]), note, url)


def _revenue(now: Sums, before: Sums, since: str, people: People) -> list[Tile]:
    codes = sorted({code for sums in (now, before) for code, minor in sums.revenue.items() if minor})
    if not codes:
        return [Tile("Revenue", "–", _change(0, 0), "no order was credited")]
    return [
        Tile(
            f"Revenue in {code}",
            money_words(from_minor(now.revenue[code], code), code),
            _change(now.revenue[code], before.revenue[code]),
            f"{money_words(from_minor(before.revenue[code], code), code)} in the {since}"
            if before.revenue[code]
            else "",
            people(Metric.REVENUE, code) if now.revenue[code] else "",
        )
        for code in codes
    ]


def _change(now: int, before: int) -> Change:
    if now == before:
        return _SAME if now else _NONE
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
