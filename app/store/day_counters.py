"""An account's days, added up anew when they begin at another hour."""

from sqlalchemy import and_, func, insert, literal, select
from sqlalchemy.orm import Session

from app.domain.calendar import DAY_QUARTERS, Days, day_of, runs
from app.store.counted_days import CountedDayRow, CountedSubjectRow, add_subjects, clear_days
from app.store.counters import CounterRow, zone_of

_SUBJECT = ("channel", "template", "automation", "campaign_id", "platform", "metric", "currency")


def recount_days(session: Session, account_id: str) -> None:
    """Put days of the account's zone in place of all others; call ``hold_counters`` before the zone is changed."""
    clear_days(session, account_id)
    first, last = session.execute(
        select(func.min(CounterRow.quarter), func.max(CounterRow.quarter)).where(CounterRow.account_id == account_id)
    ).one()
    if first is None:
        return
    zone = zone_of(session, account_id)
    words = [getattr(CounterRow, name) for name in _SUBJECT]
    known = session.execute(select(*words).where(CounterRow.account_id == account_id).distinct())
    add_subjects(session, account_id, [tuple(row) for row in known])
    same = and_(
        CountedSubjectRow.account_id == CounterRow.account_id,
        *(getattr(CountedSubjectRow, name) == getattr(CounterRow, name) for name in _SUBJECT),
    )
    for run in runs(Days(day_of(first, zone), day_of(last, zone)), zone):
        # The 25th hour of a day is still that day.
        length = run.end_quarter - run.first_quarter if run.days == 1 else DAY_QUARTERS
        start = literal(run.first_quarter) + (CounterRow.quarter - run.first_quarter) // length * length
        summed = (
            select(CountedSubjectRow.id, start, func.sum(CounterRow.value))
            .join(CountedSubjectRow, same)
            .where(
                CounterRow.account_id == account_id,
                CounterRow.quarter >= run.first_quarter,
                CounterRow.quarter < run.end_quarter,
            )
            .group_by(CountedSubjectRow.id, start)
        )
        session.execute(insert(CountedDayRow).from_select(["subject_id", "quarter", "value"], summed))
