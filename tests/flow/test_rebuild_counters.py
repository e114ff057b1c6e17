"""Every counter, worked out again from the raw rows."""

import pytest
from sqlalchemy import update

from app.domain.counting import Counter, Metric, Subject, quarter_of
from app.domain.message import Goal
from app.flow.rebuild_counters import audit_counters, rebuild_counters
from app.store.base import readings, transactions
from app.store.counters import CounterRow, all_counters, bump
from tests.flow.story import MINUTE, Shop, both_databases


@pytest.fixture
def transaction(own_engine):
    return transactions(own_engine)


@pytest.fixture
def own_engine(database, request):
    """A database of this test's own: a rebuild is for all accounts."""
    request.getfixturevalue("sqlite_url" if database == "sqlite" else "postgres_url")
    return (
        request.getfixturevalue("sqlite_file").engine
        if database == "sqlite"
        else request.getfixturevalue("postgres_database")
    )


@pytest.fixture
def busy(shop):
    """Return a shop in which everything that is counted has happened."""
    message = shop.invited(Goal.SHARE)
    click, press, friend = shop.click(message), shop.press(message), shop.friend(message)
    shop.record(click, press, friend, shop.plain(message), shop.click(message))
    shop.order("o-1", mbsy_source=friend.id)
    shop.order("o-1", "refunded")
    shop.order("o-2", mbsy_source=click.id, currency="JPY", total=500)
    shop.now += MINUTE
    shop.signup(mbsy_source=friend.id)
    return shop


@both_databases
def test_a_busy_shop_is_clean_and_rebuilding_changes_nothing(busy, transaction):
    assert audit_counters(transaction=transaction) == []
    before = busy.in_one(all_counters, busy.account.id)
    reports = (busy.messages(), busy.channels())
    assert rebuild_counters(transaction=transaction) == len(before)
    assert busy.in_one(all_counters, busy.account.id) == before
    assert (busy.messages(), busy.channels()) == reports


@both_databases
def test_an_audit_names_each_counter_that_somebody_changed_and_a_rebuild_mends_it(busy, transaction):
    right = busy.in_one(all_counters, busy.account.id)
    clicks = [counter for counter in right if counter.metric is Metric.CLICKS]
    stray = Counter(quarter_of(busy.now), Subject("sms", "ghost"), Metric.SENT)

    def spoil(session):
        session.execute(update(CounterRow).where(CounterRow.metric == Metric.CLICKS).values(value=77))
        bump(session, busy.account.id, {stray: 3})

    busy.in_one(spoil)
    found = {
        difference.counter: (difference.counted, difference.rows)
        for difference in audit_counters(transaction=transaction)
    }
    assert found == {clicks[0]: (77, 2), stray: (3, 0)}
    rebuild_counters(transaction=transaction)
    assert audit_counters(transaction=transaction) == []
    assert busy.in_one(all_counters, busy.account.id) == right


def test_a_missing_counter_is_found_too(busy, transaction):
    busy.in_one(lambda session: session.query(CounterRow).delete())
    assert len(audit_counters(transaction=transaction)) > 10


def test_each_account_is_counted_by_itself(busy, other_account, transaction, now):
    other = Shop(transaction, other_account, now)
    other.record(other.click(other.invited()))
    busy.in_one(lambda session: bump(session, busy.account.id, {Counter(1, Subject(), Metric.SENT): 1}))
    assert [difference.account_id for difference in audit_counters(transaction=transaction)] == [busy.account.id]
    rebuild_counters(transaction=transaction)
    assert audit_counters(transaction=transaction) == []


@both_databases
def test_an_audit_beside_the_running_hub_sees_one_moment(busy, own_engine, monkeypatch):
    def count_and_be_late(session, account_id):
        counted = all_counters(session, account_id)
        busy.sent(template="invite", campaign="spring")
        return counted

    monkeypatch.setattr("app.flow.rebuild_counters.all_counters", count_and_be_late)
    assert audit_counters(transaction=readings(own_engine)) == []
