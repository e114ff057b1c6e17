"""Days of a time zone over counters that stand by the quarter of an hour."""

from collections import Counter as Tally
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.counting import QUARTER_S, Counter, quarter_of

DAY_QUARTERS = 96
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """Local days from ``first`` to ``last``, both included."""

    first: date
    last: date

    def __len__(self) -> int:
        """Return how many they are."""
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[date]:
        """Yield each of them."""
        return (self.first + _A_DAY * number for number in range(len(self)))

    @property
    def before(self) -> "Days":
        """As many days, just before these."""
        return Days(self.first - _A_DAY * len(self), self.first - _A_DAY)


@dataclass(frozen=True, slots=True)
class Run:
    """Days of 24 hours in a row, or one of 23 or 25, as quarters of an hour since 1970."""

    first_quarter: int
    end_quarter: int
    first_day: date
    days: int

    def day(self, index: int) -> date:
        """Return the day that is ``index`` times 24 hours in; the 25th hour of a day is still that day."""
        return self.first_day + _A_DAY * min(index, self.days - 1)


def runs(days: Days, zone: str) -> list[Run]:
    """Return the quarters of ``days`` in ``zone``, cut only where its clocks change: one sum by the day for each."""
    place = ZoneInfo(zone)
    found: list[Run] = []
    for day in days:
        start, end = _midnight(day, place), _midnight(day + _A_DAY, place)
        last = found[-1] if found else None
        is_plain = end - start == DAY_QUARTERS
        if last and is_plain and last.end_quarter - last.first_quarter == last.days * DAY_QUARTERS:
            found[-1] = Run(last.first_quarter, end, last.first_day, last.days + 1)
        else:
            found.append(Run(start, end, day, 1))
    return found


def day_of(quarter: int, zone: str) -> date:
    """Return the day of ``zone`` that a quarter lies in, as ``runs`` cuts days."""
    place = ZoneInfo(zone)
    day = datetime.fromtimestamp(quarter * QUARTER_S, place).date()
    # Where clocks are set back at midnight, the hour before comes twice: its second time is the next day's.
    return day + _A_DAY if _midnight(day + _A_DAY, place) <= quarter else day


def day_start(quarter: int, zone: str) -> int:
    """Return the quarter with which the day of ``zone`` begins that ``quarter`` lies in."""
    return _midnight(day_of(quarter, zone), ZoneInfo(zone))


def begins_a_day(quarter: int, zone: str) -> bool:
    """Tell whether a day of ``zone`` begins with ``quarter``; where the calendar ends, none does."""
    try:
        return day_start(quarter, zone) == quarter
    except (ValueError, OverflowError):
        return False


def by_day(counts: Mapping[Counter, int], zone: str) -> Tally[Counter]:
    """Return counts of days of ``zone``, each under the quarter that it begins with."""
    starts = {quarter: day_start(quarter, zone) for quarter in {counter.quarter for counter in counts}}
    days: Tally[Counter] = Tally()
    for counter, value in counts.items():
        days[replace(counter, quarter=starts[counter.quarter])] += value
    return days


def _midnight(day: date, place: ZoneInfo) -> int:
    return quarter_of(datetime(day.year, day.month, day.day, tzinfo=place))
