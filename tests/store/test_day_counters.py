"""Days stand beside the quarters of an hour, and say the same."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.domain.calendar import Days, by_day, runs
from app.domain.counting import Counter, Metric, Subject
from app.flow.change_account import change_account
from app.flow.rebuild_counters import audit_counters
from app.store import counted_days
from app.store.counted_days import CountedDayRow, CountedSubjectRow, all_day_counters
from app.store.counters import CounterRow, all_counters, bump, replace_counters, sums
from app.store.figures import compared_figures, dated_figure

_EMAIL = Subject("email", "a")
_AUTUMN = Days(date(2026, 10, 23), date(2026, 10, 27))
_NOW = datetime(2026, 11, 22, tzinfo=UTC)


def _count(session, account):
    [first, *_] = runs(_AUTUMN, "Europe/Berlin")
    bump(session, account.id, {Counter(first.first_quarter + n, _EMAIL, Metric.SENT): n + 1 for n in range(0, 490, 7)})


def test_days_follow_when_an_account_moves_to_another_time_zone(transaction, account, other_account):
    for each in (account, other_account):
        with transaction() as session:
            _count(session, each)
    for zone in ("Europe/Berlin", "Asia/Kathmandu", "UTC"):
        with transaction() as session:
            change_account(session, account.id, {"time_zone": zone}, now=_NOW)
        with transaction() as session:
            assert all_day_counters(session, account.id) == by_day(all_counters(session, account.id), zone)
    with transaction() as session:
        assert all_day_counters(session, other_account.id) == by_day(all_counters(session, other_account.id), "UTC")


def test_a_report_on_whole_days_reads_no_quarters(transaction, account):
    asked = runs(_AUTUMN, "UTC")
    with transaction() as session:
        _count(session, account)
        session.execute(update(CounterRow).values(value=0))
    with transaction() as session:
        span = {"first_quarter": asked[0].first_quarter, "end_quarter": asked[-1].end_quarter}
        [(_, _, _, whole)] = sums(session, account.id, ["channel"], **span)
        whose = (session, account.id, _AUTUMN, "UTC")
        dated = dated_figure(*whose, Metric.SENT, narrowed={})
        now = [one for one in compared_figures(*whose, narrowed={}) if one.day == _AUTUMN.first]
        assert whole == sum(dated.values()) == sum(one.value for one in now) > 0
        assert sums(session, account.id, ["channel"], **{**span, "first_quarter": span["first_quarter"] + 1}) == []


def test_days_of_an_account_are_forgotten_with_what_they_belong_to(transaction, account, other_account):
    with transaction() as session:
        for each in (account, other_account):
            _count(session, each)
        theirs = all_day_counters(session, other_account.id)
        replace_counters(session, account.id, {})
    with transaction() as session:
        assert all_day_counters(session, account.id) == {}
        assert all_day_counters(session, other_account.id) == theirs
        assert session.execute(select(CountedSubjectRow.account_id).distinct()).scalars().all() == [other_account.id]


def test_two_figures_that_would_share_an_id_are_never_counted_together(transaction, account, monkeypatch):
    with transaction() as session:
        bump(session, account.id, {Counter(96, _EMAIL, Metric.SENT): 1})
        taken = session.execute(select(CountedDayRow.subject_id)).scalar_one()
    monkeypatch.setattr(counted_days, "subject_id", lambda *_: taken)
    with pytest.raises(IntegrityError), transaction() as session:
        bump(session, account.id, {Counter(96, _EMAIL, Metric.DELIVERED): 1})


def test_an_audit_names_a_day_that_does_not_equal_its_rows(transaction, account):
    day = Counter(96, _EMAIL, Metric.SENT)
    with transaction() as session:
        bump(session, account.id, {day: 1})
        session.execute(update(CounterRow).values(value=0))
    assert [(one.counter, one.counted, one.rows) for one in audit_counters(transaction=transaction)] == [(day, 1, 0)]
