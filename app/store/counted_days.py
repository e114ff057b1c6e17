"""Counters by the day of an account's zone: each subject stands once, and a day of it is three numbers.

What a busy account counts in a year is nearly as many quarters as clicks; its days are few, and a sum over a year of
them is read in the order in which they lie there.
"""

import hashlib
from collections import Counter as Tally
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Integer,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.calendar import DAY_QUARTERS, Run
from app.domain.counting import Counter, Metric, Subject
from app.store.base import Base, insert
from app.store.many_rows import fetch

_WORDS = ("channel", "template", "automation", "campaign_id", "platform", "metric", "currency")
Bounds = tuple[int | None, int | None]
"""From a quarter to before another; None where it is open."""


class CountedSubjectRow(Base):
    """What a figure belongs to; its id is worked out of the words, so that nobody has to look it up to count."""

    __tablename__ = "counted_subjects"
    __table_args__ = (UniqueConstraint("account_id", *_WORDS, name="uq_counted_subjects_words"),)
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    channel: Mapped[str]
    template: Mapped[str]
    automation: Mapped[str]
    campaign_id: Mapped[str]
    platform: Mapped[str]
    metric: Mapped[str]
    currency: Mapped[str]


class CountedDayRow(Base):
    """One figure of one day of the account's time zone, under the quarter that the day begins with."""

    __tablename__ = "counted_days"
    # In the order in which a year of one figure is read, the value beside its key.
    __table_args__ = ({"sqlite_with_rowid": False},)
    subject_id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), ForeignKey("counted_subjects.id"), primary_key=True
    )
    quarter: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


_SUBJECT = tuple(getattr(CountedSubjectRow, name) for name in _WORDS)


_ADDED = insert(CountedDayRow)
_ADD = _ADDED.on_conflict_do_update(
    index_elements=["subject_id", "quarter"], set_={"value": CountedDayRow.value + _ADDED.excluded.value}
)
# By the words: another subject of the same id would be refused, and not counted as this one.
_ADD_SUBJECTS = insert(CountedSubjectRow).on_conflict_do_nothing(index_elements=["account_id", *_WORDS])


@lru_cache(maxsize=20_000)
def subject_id(account_id: str, words: tuple[str, ...]) -> int:
    """Return the id of what a figure belongs to: 64 bits, of which a million subjects share none."""
    told = "\0".join((account_id, *words)).encode()
    return int.from_bytes(hashlib.blake2b(told, digest_size=8).digest(), signed=True)


def words_of(counter: Counter) -> tuple[str, ...]:
    """Return what a counter belongs to, in the order of the columns."""
    of = counter.subject
    return of.channel, of.template, of.automation, of.campaign_id, of.platform, str(counter.metric), counter.currency


def add_days(session: Session, account_id: str, counts: Mapping[Counter, int]) -> None:
    """Add to days, each under the quarter that it begins with; in one order for everybody."""
    days: Tally[tuple[int, int]] = Tally()
    subjects: dict[int, tuple[str, ...]] = {}
    for counter, value in counts.items():
        words = words_of(counter)
        known = subject_id(account_id, words)
        subjects[known] = words
        days[known, counter.quarter] += value
    rows = [{"subject_id": key[0], "quarter": key[1], "value": value} for key, value in sorted(days.items()) if value]
    if not rows:
        return
    add_subjects(session, account_id, subjects.values())
    session.connection().execute(_ADD, rows)


def add_subjects(session: Session, account_id: str, subjects: Iterable[tuple[str, ...]]) -> None:
    """Store what figures belong to, where it is not known yet."""
    rows = [
        {"id": subject_id(account_id, words), "account_id": account_id, **dict(zip(_WORDS, words, strict=True))}
        for words in sorted(subjects)
    ]
    if rows:
        session.connection().execute(_ADD_SUBJECTS, rows)


def clear_days(session: Session, account_id: str) -> None:
    """Forget what stands for an account's days."""
    own = select(CountedSubjectRow.id).where(CountedSubjectRow.account_id == account_id)
    session.execute(delete(CountedDayRow).where(CountedDayRow.subject_id.in_(own)))
    session.execute(delete(CountedSubjectRow).where(CountedSubjectRow.account_id == account_id))


_ALL = (
    select(CountedDayRow.quarter, *_SUBJECT, CountedDayRow.value)
    .join(CountedSubjectRow, CountedSubjectRow.id == CountedDayRow.subject_id)
    .where(CountedSubjectRow.account_id == bindparam("account_id"), CountedDayRow.value != 0)
)


def all_day_counters(session: Session, account_id: str) -> Tally[Counter]:
    """Return what stands for each of an account's days, under the quarter that it begins with."""
    return Tally(
        {
            Counter(quarter, Subject(*subject), Metric(metric), currency): value
            for quarter, *subject, metric, currency, value in fetch(session, _ALL, account_id=account_id)
        }
    )


def day_sums(
    session: Session, account_id: str, spans: Sequence[Bounds], narrowed: Mapping[str, str]
) -> list[tuple[dict[str, str], list[int]]]:
    """Return what each figure comes to in each of ``spans``, by its words; one of noughts alone is left out."""
    # A sum for each subject by itself: its days are read one after the other, and nothing has to be sorted.
    sums = [select(func.sum(CountedDayRow.value)).where(*_within(span)).scalar_subquery() for span in spans]
    query = select(*_SUBJECT, *sums).where(*_narrowed(account_id, narrowed))
    found = []
    for row in session.execute(query):
        values = [int(value or 0) for value in row[len(_WORDS) :]]
        if any(values):
            found.append((dict(zip(_WORDS, row, strict=False)), values))
    return found


def metric_by_day(
    session: Session, account_id: str, metric: Metric, run: Run, narrowed: Mapping[str, str], *, is_shared: bool
) -> list[tuple[int, int]]:
    """Return one metric of days in a row: (how many days in, sum); ``is_shared`` leaves what came of sharing."""
    index = (CountedDayRow.quarter - run.first_quarter) // DAY_QUARTERS
    # Without a platform, what belongs to a message came of its own links; the rest of advocates' plain ones.
    shared = [or_(CountedSubjectRow.platform != "", CountedSubjectRow.channel == "")] if is_shared else []
    query = (
        select(index, func.sum(CountedDayRow.value))
        .select_from(CountedSubjectRow)
        .join(CountedDayRow, CountedDayRow.subject_id == CountedSubjectRow.id)
        .where(
            *_narrowed(account_id, narrowed),
            *shared,
            CountedSubjectRow.metric == metric,
            CountedDayRow.quarter >= run.first_quarter,
            CountedDayRow.quarter < run.end_quarter,
        )
        .group_by(index)
    )
    return [(int(day), int(value)) for day, value in session.execute(query)]


def counted_words(
    session: Session, account_id: str, span: Bounds, narrowed: Mapping[str, str]
) -> list[tuple[str, str, str, str]]:
    """Return the (template, automation, campaign id, platform) of which something was counted in a span."""
    of = CountedSubjectRow
    counted = select(CountedDayRow.quarter).where(*_within(span)).exists()
    query = select(of.template, of.automation, of.campaign_id, of.platform).distinct()
    rows: Iterable[Any] = session.execute(query.where(*_narrowed(account_id, narrowed), counted))
    return [tuple(row) for row in rows]


def _within(span: Bounds) -> list[ColumnElement[bool]]:
    first, end = span
    conditions = [CountedDayRow.subject_id == CountedSubjectRow.id]
    if first is not None:
        conditions.append(CountedDayRow.quarter >= first)
    if end is not None:
        conditions.append(CountedDayRow.quarter < end)
    return conditions


def _narrowed(account_id: str, narrowed: Mapping[str, str]) -> list[ColumnElement[bool]]:
    chosen = [getattr(CountedSubjectRow, name) == word for name, word in narrowed.items()]
    return [CountedSubjectRow.account_id == account_id, *chosen]
