"""Figures by the day: a whole page of the console from the counters of its days."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.calendar import Days, Run, runs
from app.domain.counting import Metric
from app.store.counted_days import Bounds, counted_words, day_sums, metric_by_day
from app.store.counters import CounterRow


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


def compared_figures(
    session: Session, account_id: str, days: Days, zone: str, *, narrowed: Mapping[str, str]
) -> list[Figure]:
    """Return the figures of some days and of as many before them, in ``zone``, which is the account's own.

    Each is summed up on the first day of its period. ``narrowed`` names channel, template, automation and so on.
    """
    periods = (days.before, days)
    spans = [_span(runs(each, zone)) for each in periods]
    return [
        Figure(
            period.first,
            words["channel"],
            words["template"],
            words["platform"],
            Metric(words["metric"]),
            words["currency"],
            value,
        )
        for words, values in day_sums(session, account_id, spans, narrowed)
        for period, value in zip(periods, values, strict=True)
        if value
    ]


def dated_figure(
    session: Session,
    account_id: str,
    days: Days,
    zone: str,
    metric: Metric,
    *,
    narrowed: Mapping[str, str],
    is_shared: bool = False,
) -> Counter[date]:
    """Return one metric by the day, in the account's own ``zone``; ``is_shared`` leaves what came of sharing."""
    values: Counter[date] = Counter()
    for run in runs(days, zone):
        for index, value in metric_by_day(session, account_id, metric, run, narrowed, is_shared=is_shared):
            values[run.day(index)] += value
    return values


def subjects(session: Session, account_id: str, days: Days, zone: str, *, channel: str | None) -> Subjects:
    """Return what the figures of some days belong to, in the account's own ``zone``."""
    narrowed = {} if channel is None else {"channel": channel}
    rows = counted_words(session, account_id, _span(runs(days, zone)), narrowed)
    seen = [{row[place] for row in rows} for place in range(4)]
    return Subjects(*(tuple(sorted(words - {""})) for words in seen))


def _span(asked: Sequence[Run]) -> Bounds:
    return asked[0].first_quarter, asked[-1].end_quarter


def has_figures(session: Session, account_id: str) -> bool:
    """Tell whether anything was ever counted for an account."""
    query = select(CounterRow.account_id).where(CounterRow.account_id == account_id).limit(1)
    return session.execute(query).first() is not None
