"""Figures by the day: one pass over the counters for a whole page of the console."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.domain.calendar import DAY_QUARTERS, Days, Run
from app.domain.calendar import runs as runs_of
from app.domain.counting import Metric
from app.store.counters import Counted, CounterRow, DayCounterRow, zone_of


@dataclass(frozen=True, slots=True)
class Figure:
    """What was counted on one day for one template on one platform; an empty word where it belongs to none."""

    day: date
    channel: str
    template: str
    platform: str
    metric: Metric
    currency: str
    value: int


@dataclass(frozen=True, slots=True)
class Subjects:
    """What figures of some days belong to, for narrowing them down."""

    templates: tuple[str, ...]
    automations: tuple[str, ...]
    campaign_ids: tuple[str, ...]
    platforms: tuple[str, ...]


def daily_figures(
    session: Session,
    account_id: str,
    runs: Iterable[Run],
    *,
    narrowed: Mapping[str, str],
    dated: Metric | None = None,
) -> list[Figure]:
    """Return an account's figures by the day, of what ``narrowed`` names: channel, template, automation and so on.

    With ``dated``, that metric alone is told by the day; all others are summed up on the first day of each run.
    """
    runs = list(runs)
    counted = _counted(session, account_id, runs)
    group = (counted.channel, counted.template, counted.platform, counted.metric, counted.currency)
    found = []
    for run in runs:
        day_in = (counted.quarter - run.first_quarter) // DAY_QUARTERS
        index = day_in if dated is None else case((counted.metric == dated, day_in), else_=0)
        query = (
            select(index, *group, func.sum(counted.value))
            .where(
                counted.account_id == account_id,
                counted.quarter >= run.first_quarter,
                counted.quarter < run.end_quarter,
                *(getattr(counted, name) == word for name, word in narrowed.items()),
            )
            .group_by(index, *group)
        )
        found += [
            Figure(run.day(int(day)), channel, template, platform, Metric(metric), currency, int(value))
            for day, channel, template, platform, metric, currency, value in session.execute(query)
            if value
        ]
    return found


def compared_figures(
    session: Session, account_id: str, days: Days, zone: str, *, narrowed: Mapping[str, str], dated: Metric
) -> list[Figure]:
    """Return the figures of some days and of as many before them, ``dated`` alone by the day."""
    return [
        figure
        for each in (days.before, days)
        for figure in daily_figures(session, account_id, runs_of(each, zone), narrowed=narrowed, dated=dated)
    ]


def subjects(session: Session, account_id: str, runs: Iterable[Run], *, channel: str | None) -> Subjects:
    """Return what the figures of some days belong to."""
    seen: tuple[set[str], ...] = (set(), set(), set(), set())
    runs = list(runs)
    counted = _counted(session, account_id, runs)
    group = (counted.template, counted.automation, counted.campaign_id, counted.platform)
    for run in runs:
        query = select(*group).where(
            counted.account_id == account_id,
            counted.quarter >= run.first_quarter,
            counted.quarter < run.end_quarter,
        )
        if channel is not None:
            query = query.where(counted.channel == channel)
        for row in session.execute(query.distinct()):
            for words, word in zip(seen, row, strict=True):
                words.add(word)
    return Subjects(*(tuple(sorted(words - {""})) for words in seen))


def _counted(session: Session, account_id: str, asked: Sequence[Run]) -> Counted:
    """Return the counters to read: those by the day, where the days asked for are the account's own."""
    if not asked:
        return DayCounterRow
    days = Days(asked[0].first_day, asked[-1].day(asked[-1].days - 1))
    return DayCounterRow if list(asked) == runs_of(days, zone_of(session, account_id)) else CounterRow


def has_figures(session: Session, account_id: str) -> bool:
    """Tell whether anything was ever counted for an account."""
    query = select(CounterRow.account_id).where(CounterRow.account_id == account_id).limit(1)
    return session.execute(query).first() is not None
