"""What is counted: one definition for the live counters, the audit and the rebuild."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain.errors import InvalidInputError
from app.domain.visit import LinkKind, Verdict

QUARTER_S = 900
"""Counters stand by the quarter of an hour: every time zone's day begins on one, which an hour does not give."""


class Metric(StrEnum):
    """The figures that are counted."""

    SENT = "sent"
    DELIVERED = "delivered"
    OPENED = "opened"
    """Messages that a person opened at least once, as far as mail programs tell."""
    MACHINE_OPENS = "machine_opens"
    """Fetches by a reader's mail service, such as Apple's, whether or not anybody looked; each of them."""
    FAILED = "failed"
    DOUBLE_TRACKED = "double_tracked"
    """Clicks of which a provider tells, on links that were swapped already: its own click tracking is on."""
    UNTRACKED = "untracked"
    """Sent with their links as they were: smart URLs were off, or there was no verified domain."""
    CLICKS = "clicks"
    """People's clicks on a message's own links."""
    UNIQUE_CLICKS = "unique_clicks"
    """Messages that a person clicked at least once."""
    MACHINE_CLICKS = "machine_clicks"
    """Anybody else's visits to those links."""
    SHARES = "shares"
    MACHINE_SHARES = "machine_shares"
    FRIEND_CLICKS = "friend_clicks"
    """People's clicks on links that an advocate shared."""
    FRIEND_UNIQUE_CLICKS = "friend_unique_clicks"
    FRIEND_MACHINE_CLICKS = "friend_machine_clicks"
    SIGNUPS = "signups"
    ORDERS = "orders"
    CONVERSIONS = "conversions"
    REVENUE = "revenue"
    """In minor units of its currency, refunds subtracted."""


OF_CLICKS = frozenset(
    {
        Metric.CLICKS,
        Metric.UNIQUE_CLICKS,
        Metric.MACHINE_CLICKS,
        Metric.FRIEND_CLICKS,
        Metric.FRIEND_UNIQUE_CLICKS,
        Metric.FRIEND_MACHINE_CLICKS,
    }
)
"""What is counted of single visits, and stays when they are let go of."""


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What a figure belongs to; an empty word where it belongs to none."""

    channel: str = ""
    template: str = ""
    automation: str = ""
    campaign_id: str = ""
    platform: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Counter:
    """The address of one figure."""

    quarter: int
    subject: Subject
    metric: Metric
    currency: str = ""


def quarter_of(at: datetime) -> int:
    """Return the number of the quarter of an hour since 1970 (UTC) in which ``at`` lies."""
    return int(at.timestamp() // QUARTER_S)


_CLICK_METRICS = {
    True: (Metric.CLICKS, Metric.UNIQUE_CLICKS, Metric.MACHINE_CLICKS),
    False: (Metric.FRIEND_CLICKS, Metric.FRIEND_UNIQUE_CLICKS, Metric.FRIEND_MACHINE_CLICKS),
}


def count_click(kind: LinkKind, verdict: Verdict, *, is_unique: bool) -> Iterator[Metric]:
    """Yield what one click counts for; an unknown visitor counts as a machine until shown to be a person."""
    people, unique, machines = _CLICK_METRICS[kind is LinkKind.MESSAGE]
    if verdict is not Verdict.HUMAN:
        yield machines
        return
    yield people
    if is_unique:
        yield unique


def count_share(verdict: Verdict) -> Metric:
    """Return what one press of a share button counts for."""
    return Metric.SHARES if verdict is Verdict.HUMAN else Metric.MACHINE_SHARES


@dataclass(frozen=True, slots=True)
class Span:
    """Quarters from the first to before the end; None where it is open."""

    first_quarter: int | None = None
    end_quarter: int | None = None


def read_span(first: str | None, last: str | None, zone: str) -> Span:
    """Return the quarters from the day or moment ``first`` to ``last``; a last day is included whole.

    Days are days of ``zone``, 23 or 25 hours long where its clocks change; moments are ISO 8601 and count to the
    quarter of an hour that they lie in.

    Raises:
        InvalidInputError: a date, a moment or the zone is none.
    """
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInputError({"tz": [f"There is no time zone {zone!r}."]}) from error
    start = _moment("from", first, place, days_on=0) if first else None
    end = _moment("to", last, place, days_on=1) if last else None
    return Span(
        quarter_of(start) if start else None,
        -int(-end.timestamp() // QUARTER_S) if end else None,
    )


def _moment(field: str, value: str, place: ZoneInfo, *, days_on: int) -> datetime:
    try:
        day = _day(value)
        if day is None:
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=place)
        day += timedelta(days=days_on)
        return datetime(day.year, day.month, day.day, tzinfo=place)
    except (ValueError, OverflowError) as error:
        raise InvalidInputError({field: ["Give a date such as 2026-11-22, or a moment in ISO 8601."]}) from error


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
