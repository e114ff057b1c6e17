"""A bar for every day, as SVG without a script or a style of its own, and as the table behind it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.calendar import Days
from app.domain.counting import Metric
from app.store.figures import Figure
from app.web.console.people_links import People
from app.web.console.wording import number_words

_MOST_BARS = 100
_GAP = 0.28


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in a drawing 100 wide and 100 high."""

    x: str
    y: str
    width: str
    height: str
    slot_x: str
    slot_width: str
    label: str
    value: str
    url: str
    """The people behind it."""


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars with what is written around them."""

    bars: list[Bar]
    top: str
    middle: str
    first: str
    last: str
    """Empty where the first day is the only one."""
    by: str
    """day or week."""
    is_flat: bool
    """No bar can be seen."""


def day_words(day: date) -> str:
    """Return a day for people: 5 Nov 2026."""
    return f"{day.day} {day:%b} {day.year}"


def chart(values: Mapping[date, int], days: Days, metric: Metric, people: People) -> Chart:
    """Return the chart of a metric's ``values``; beyond a hundred days, a bar stands for a week."""
    step = 1 if len(days) <= _MOST_BARS else 7
    starts = [days.first + timedelta(days=number) for number in range(0, len(days), step)]
    sums = [sum(values.get(start + timedelta(days=more), 0) for more in range(step)) for start in starts]
    top = _round_up(max([*sums, 1]))
    slot = 100 / len(starts)
    bars = []
    for number, (start, value) in enumerate(zip(starts, sums, strict=True)):
        # What was taken back can bring a day below nought: it has no bar, and its figure in the table.
        height = max(value, 0) * 100 / top
        bars.append(
            Bar(
                x=f"{slot * (number + _GAP / 2):.3f}",
                y=f"{100 - height:.3f}",
                width=f"{slot * (1 - _GAP):.3f}",
                height=f"{height:.3f}",
                slot_x=f"{slot * number:.3f}",
                slot_width=f"{slot:.3f}",
                label=day_words(start) if step == 1 else f"Week from {day_words(start)}",
                value=number_words(value),
                url=people(metric, days=Days(start, min(start + timedelta(days=step - 1), days.last)))
                if value > 0
                else "",
            )
        )
    middle = number_words(top // 2) if top % 2 == 0 else ""
    by = "day" if step == 1 else "week"
    last = day_words(days.last) if len(days) > 1 else ""
    return Chart(bars, number_words(top), middle, day_words(days.first), last, by, is_flat=max(sums) <= 0)


def by_day(figures: Iterable[Figure], metric: Metric) -> Counter[date]:
    """Return one metric of some figures, by the day."""
    values: Counter[date] = Counter()
    for figure in figures:
        if figure.metric is metric:
            values[figure.day] += figure.value
    return values


def _round_up(value: int) -> int:
    """Return the next 2, 3, 4, 5, 6, 8 or 10, or ten or a hundred times that: a scale that can be read off."""
    unit = 1
    while True:
        for factor in (2, 3, 4, 5, 6, 8, 10):
            if value <= factor * unit:
                return factor * unit
        unit *= 10
