"""An account's days, added up anew when they begin at another hour."""

from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.orm import Session

from app.domain.calendar import DAY_QUARTERS, Days, day_of, runs
from app.store.counters import CounterRow, DayCounterRow, zone_of

_SUBJECT = ("channel", "template", "automation", "campaign_id", "platform", "metric", "currency")


def recount_days(session: Session, account_id: str) -> None:
    """Put days of the account's zone in place of all others; call ``hold_counters`` before the zone is changed."""
    session.execute(delete(DayCounterRow).where(DayCounterRow.account_id == account_id))
    first, last = session.execute(
        select(func.min(CounterRow.quarter), func.max(CounterRow.quarter)).where(CounterRow.account_id == account_id)
    ).one()
    if first is None:
        return
    zone = zone_of(session, account_id)
    subject = [getattr(CounterRow, name) for name in _SUBJECT]
    for run in runs(Days(day_of(first, zone), day_of(last, zone)), zone):
        # The 25th hour of a day is still that day.
        length = run.end_quarter - run.first_quarter if run.days == 1 else DAY_QUARTERS
        start = literal(run.first_quarter) + (CounterRow.quarter - run.first_quarter) // length * length
        summed = (
            select(CounterRow.account_id, start, *subject, func.sum(CounterRow.value))
            .where(
                CounterRow.account_id == account_id,
                CounterRow.quarter >= run.first_quarter,
                CounterRow.quarter < run.end_quarter,
            )
            .group_by(CounterRow.account_id, start, *subject)
        )
        names = ["account_id", "quarter", *_SUBJECT, "value"]
        session.execute(insert(DayCounterRow).from_select(names, summed))
