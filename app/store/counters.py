"""Counters by the quarter of an hour: what reports read, so that a year costs no more than its counters."""

from collections import Counter as Tally
from collections.abc import Iterable, Mapping

from sqlalchemy import BigInteger, ForeignKey, Index, bindparam, delete, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.calendar import begins_a_day, by_day
from app.domain.counting import Counter, Metric, Subject
from app.store.accounts import AccountRow
from app.store.base import Base, insert
from app.store.counted_days import Bounds, add_days, clear_days, day_sums
from app.store.many_rows import fetch


class CounterRow(Base):
    """One figure of one quarter of an hour, by what it belongs to."""

    __tablename__ = "counters"
    __table_args__ = (Index(None, "quarter"),)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    quarter: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    template: Mapped[str] = mapped_column(primary_key=True)
    automation: Mapped[str] = mapped_column(primary_key=True)
    campaign_id: Mapped[str] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(primary_key=True)
    metric: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


_KEY = [column.name for column in CounterRow.__table__.primary_key]


_ZONE = select(AccountRow.time_zone).where(AccountRow.id == bindparam("account_id"))


_ADDED = insert(CounterRow)
_ADD = _ADDED.on_conflict_do_update(index_elements=_KEY, set_={"value": CounterRow.value + _ADDED.excluded.value})


def bump(session: Session, account_id: str, counts: Mapping[Counter, int]) -> None:
    """Add to counters; in one order for everybody, so that two batches at once cannot lock each other out."""
    if not any(counts.values()):
        return
    _add(session, account_id, counts)
    # Only now: whoever waited for the counters while the account's days changed goes by the new ones.
    add_days(session, account_id, by_day(counts, zone_of(session, account_id)))


def _add(session: Session, account_id: str, counts: Mapping[Counter, int]) -> None:
    rows = [
        {
            "account_id": account_id,
            "quarter": counter.quarter,
            "channel": counter.subject.channel,
            "template": counter.subject.template,
            "automation": counter.subject.automation,
            "campaign_id": counter.subject.campaign_id,
            "platform": counter.subject.platform,
            "metric": counter.metric,
            "currency": counter.currency,
            "value": value,
        }
        for counter, value in sorted(counts.items())
        if value
    ]
    if not rows:
        return
    # Past the ORM, which would look at each row by itself.
    session.connection().execute(_ADD, rows)


def zone_of(session: Session, account_id: str) -> str:
    """Return the time zone in whose days an account counts."""
    [row] = fetch(session, _ZONE, account_id=account_id)
    return str(row[0])


_ALL = select(CounterRow.quarter, *(getattr(CounterRow, name) for name in _KEY[2:]), CounterRow.value).where(
    CounterRow.account_id == bindparam("account_id"), CounterRow.value != 0
)


def all_counters(session: Session, account_id: str) -> Tally[Counter]:
    """Return every counter of an account that is not nought."""
    return Tally(
        {
            Counter(quarter, Subject(*subject), Metric(metric), currency): value
            for quarter, *subject, metric, currency, value in fetch(session, _ALL, account_id=account_id)
        }
    )


def hold_counters(session: Session) -> None:
    """Let nobody else count until the transaction ends: what others store meanwhile they count after it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE counters IN SHARE ROW EXCLUSIVE MODE"))


def replace_counters(session: Session, account_id: str, counts: Mapping[Counter, int]) -> None:
    """Put counters built from the raw rows in place of what was there; call ``hold_counters`` before reading those."""
    session.execute(delete(CounterRow).where(CounterRow.account_id == account_id))
    clear_days(session, account_id)
    bump(session, account_id, counts)


def sums(
    session: Session,
    account_id: str,
    by: Iterable[str],
    *,
    first_quarter: int | None,
    end_quarter: int | None,
    narrowed: Mapping[str, str] | None = None,
) -> list[tuple[tuple[str, ...], Metric, str, int]]:
    """Return (group, metric, currency, sum) that is not nought, from ``first_quarter`` to before ``end_quarter``."""
    bounds, zone = (first_quarter, end_quarter), zone_of(session, account_id)
    if all(begins_a_day(one, zone) for one in bounds if one is not None):
        return _of_days(session, account_id, tuple(by), bounds, narrowed or {})
    group = [getattr(CounterRow, name) for name in by]
    query = select(*group, CounterRow.metric, CounterRow.currency, func.sum(CounterRow.value)).where(
        CounterRow.account_id == account_id
    )
    if first_quarter is not None:
        query = query.where(CounterRow.quarter >= first_quarter)
    if end_quarter is not None:
        query = query.where(CounterRow.quarter < end_quarter)
    for name, word in (narrowed or {}).items():
        query = query.where(getattr(CounterRow, name) == word)
    # What was given and taken back leaves no trace: the same figures, whatever came first.
    grouped = query.group_by(*group, CounterRow.metric, CounterRow.currency).having(func.sum(CounterRow.value) != 0)
    rows = session.execute(grouped)
    size = len(group)
    return [(tuple(row[:size]), Metric(row[size]), row[size + 1], int(row[size + 2])) for row in rows]


def _of_days(
    session: Session, account_id: str, by: tuple[str, ...], bounds: Bounds, narrowed: Mapping[str, str]
) -> list[tuple[tuple[str, ...], Metric, str, int]]:
    found: Tally[tuple[tuple[str, ...], str, str]] = Tally()
    for words, (value,) in day_sums(session, account_id, [bounds], narrowed):
        found[tuple(words[name] for name in by), words["metric"], words["currency"]] += value
    return [(group, Metric(metric), currency, value) for (group, metric, currency), value in found.items() if value]


def totals_since(session: Session, quarter: int) -> dict[Metric, int]:
    """Return each figure of the whole hub from ``quarter`` on, all accounts together; for whoever operates it."""
    query = select(CounterRow.metric, func.sum(CounterRow.value)).where(CounterRow.quarter >= quarter)
    return {Metric(metric): int(value) for metric, value in session.execute(query.group_by(CounterRow.metric))}
