"""Visits go when no account keeps them any more; what was counted and earned by them stays."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app.domain.errors import InvalidInputError
from app.domain.ids import new_id
from app.domain.months import Month
from app.domain.retention import kept_since
from app.domain.visit import Verdict
from app.domain.visit_patterns import SPAN_S
from app.flow import let_visits_go as module
from app.flow.change_account import change_account
from app.flow.explain_credit import explain_order
from app.flow.let_visits_go import let_visits_go
from app.flow.make_click_months import make_click_months
from app.flow.rebuild_counters import audit_counters, rebuild_counters
from app.flow.reclassify_visits import reclassify_visits
from app.store import click_months as click_months_module
from app.store.accounts import account_by_id
from app.store.click_months import click_months, has_months
from app.store.clicks import ClickRow
from app.store.counted_days import all_day_counters
from app.store.counters import all_counters
from app.store.shares import ShareRow
from app.store.verdicts import (
    NetworkFollowerRow,
    StoredVisit,
    VerdictRevisionRow,
    add_revisions,
    note_followers,
)
from tests.flow.story import DAY, MINUTE, Shop, both_databases, minted


@pytest.fixture
def engine(emptied_engine):
    """A month goes when all its accounts let it go."""
    return emptied_engine


@pytest.fixture
def earned(shop):
    """Return a shop whose visits earned an order and a signup, and the ids of the orders' rows."""
    make_click_months(transaction=shop.transaction, now=shop.now)
    message = shop.invited()
    press, friend = shop.press(message, minutes=1), shop.friend(message, minutes=2, id=minted(shop.now + 2 * MINUTE))
    shop.record(press, friend, shop.click(message, minutes=3), shop.click(message, minutes=4), shop.plain(message))
    shop.row_id = shop.order(mbsy_source=friend.id)
    shop.signup(mbsy_source=friend.id)
    return shop


def keep(shop, days):
    shop.in_one(change_account, shop.account.id, {"retention_days": days}, now=shop.now)


def go(shop, days):
    shop.now += days * DAY
    return let_visits_go(transaction=shop.transaction, now=shop.now)


def clicks(shop):
    return shop.in_one(
        lambda session: session.scalars(select(ClickRow.at).where(ClickRow.account_id == shop.account.id)).all()
    )


def figures(shop):
    counted = shop.in_one(all_counters, shop.account.id), shop.in_one(all_day_counters, shop.account.id)
    return counted, shop.messages(), shop.channels()


@both_databases
def test_visits_are_kept_for_ever_unless_an_account_says_otherwise(earned):
    assert go(earned, 4_000) == 0
    assert len(clicks(earned)) == 4


@both_databases
def test_visits_go_on_their_day_and_every_figure_stays(earned, new_account, transaction):
    # Whoever keeps visits for ever keeps the month's table, so others' rows go one by one.
    new_account()
    before = figures(earned)
    keep(earned, 37)
    go(earned, 37)
    assert len(clicks(earned)) == 4
    go(earned, 1)
    assert clicks(earned) == []
    assert earned.in_one(account_by_id, earned.account.id).visits_since == kept_since(earned.now, 37)
    assert figures(earned) == before
    assert audit_counters(transaction=transaction) == []
    rebuild_counters(transaction=transaction)
    assert figures(earned) == before
    assert go(earned, 0) == 0


@both_databases
def test_an_audit_still_sees_what_is_wrong_with_visits_that_are_kept(earned, transaction):
    keep(earned, 37)
    go(earned, 60)
    message = earned.invited()
    earned.record(earned.click(message))
    assert audit_counters(transaction=transaction) == []
    with transaction() as session:
        for row in session.scalars(select(ClickRow)):
            session.delete(row)
    assert {found.counter.metric for found in audit_counters(transaction=transaction)} == {"clicks", "unique_clicks"}


@both_databases
def test_an_account_that_keeps_its_visits_keeps_them_beside_one_that_does_not(earned, new_account, transaction):
    other = Shop(transaction, new_account(), earned.now)
    other.record(other.click(other.invited()))
    keep(earned, 37)
    go(earned, 60)
    assert clicks(earned) == []
    assert len(clicks(other)) == 1
    with transaction() as session:
        assert not has_months(session) or Month(2026, 11) in click_months(session)


@pytest.mark.parametrize("database", ["postgresql"])
def test_a_month_is_dropped_once_every_account_lets_it_go(earned, new_account, transaction):
    other = Shop(transaction, new_account(), earned.now)
    other.record(other.click(other.invited()))
    for shop, days in ((earned, 37), (other, 50)):
        keep(shop, days)
    # December 30th and January 19th: the shorter one's visits have gone, the longer one's wait for their month's end.
    for days in (38, 20):
        go(earned, days)
        assert (clicks(earned), len(clicks(other))) == ([], 1)
        with transaction() as session:
            assert Month(2026, 11) in click_months(session)
    # January 20th.
    go(earned, 1)
    with transaction() as session:
        assert Month(2026, 11) not in click_months(session)
        assert Month(2026, 12) in click_months(session)
    assert clicks(other) == []
    assert earned.in_one(account_by_id, other.account.id).visits_since == Month(2026, 12).start
    assert audit_counters(transaction=transaction) == []


@pytest.mark.parametrize("database", ["postgresql"])
def test_while_somebody_reads_clicks_no_month_is_dropped_and_nobody_waits_for_long(earned, transaction, monkeypatch):
    monkeypatch.setattr(click_months_module, "_PATIENCE", "SET LOCAL lock_timeout = '50ms'")
    keep(earned, 37)
    with transaction() as reader:
        reader.execute(select(ClickRow.id)).all()
        with pytest.raises(OperationalError):
            go(earned, 60)
        assert clicks(earned) == []
        earned.record(earned.click(earned.invited()))
    go(earned, 0)
    with transaction() as session:
        assert Month(2026, 11) not in click_months(session)


def test_what_is_more_than_a_call_does_goes_at_the_next(earned, monkeypatch):
    monkeypatch.setattr(module, "_AT_ONCE", 1)
    monkeypatch.setattr(module, "_PIECES", 3)
    keep(earned, 37)
    assert go(earned, 40) == 3 + 1
    assert len(clicks(earned)) == 1
    assert go(earned, 0) == 1
    assert clicks(earned) == []


@both_databases
def test_a_press_stays_without_where_it_was_made_and_no_machines(earned, transaction):
    keep(earned, 37)
    go(earned, 60)
    with transaction() as session:
        presses = session.execute(select(ShareRow.ip, ShareRow.user_agent, ShareRow.verdict)).all()
    assert presses == [("", "", "human")]
    assert reclassify_visits(transaction=transaction, now=earned.now) == 0
    assert earned.channels()["whatsapp"]["shares"] == 1


@both_databases
def test_what_was_noted_of_networks_and_of_revised_verdicts_goes_with_its_visits(earned, new_account, transaction):
    # Whoever keeps visits for ever keeps what their verdicts rest on, too.
    other = Shop(transaction, new_account(), earned.now)
    for shop in (earned, other):
        note_gateway(shop)
    keep(earned, 37)
    go(earned, 37)
    assert [noted(shop) for shop in (earned, other)] == [(2, 1), (2, 1)]
    go(earned, 1)
    assert [noted(shop) for shop in (earned, other)] == [(0, 0), (2, 1)]
    note_gateway(earned)
    assert go(earned, 0) == 0
    assert noted(earned) == (2, 1)
    assert audit_counters(transaction=transaction) == []


def note_gateway(shop):
    """Note that one network followed the links of two readers, and that a visit's verdict was revised."""
    span = int(shop.now.timestamp()) // SPAN_S
    shop.in_one(note_followers, shop.account.id, {("203.0.113.0", span): {"m-1", "m-2"}}, enough=5)
    taken = StoredVisit(
        **dict.fromkeys(StoredVisit.__dataclass_fields__, None)
        | {"id": new_id(), "at": shop.now, "verdict": Verdict.HUMAN, "signals": (), "rules": 1}
    )
    revised = replace(taken, verdict=Verdict.MACHINE, signals=("busy-network",))
    shop.in_one(add_revisions, shop.account.id, [(taken, revised)], by="a test", now=shop.now)


def noted(shop):
    """Return how many rows there are of an account's networks and of its revisions."""
    return tuple(
        shop.in_one(
            lambda session, row=row: session.scalar(
                select(func.count()).select_from(row).where(row.account_id == shop.account.id)
            )
        )
        for row in (NetworkFollowerRow, VerdictRevisionRow)
    )


@both_databases
def test_an_order_whose_click_is_gone_stays_credited_and_follows_its_refund(earned, transaction):
    before = earned.placed(earned.row_id)
    keep(earned, 37)
    go(earned, 60)
    earned.credit(earned.row_id)
    earned.order(status="refunded", minutes=None)
    after = earned.placed(earned.row_id)
    whom = ("standing", "reason", "chain", "click_id", "share_id", "message_id", "advocate_id", "platform")
    assert [getattr(after, name) for name in whom] == [getattr(before, name) for name in whom]
    assert earned.channels()["whatsapp"]["orders"] == 1
    assert earned.channels()["whatsapp"]["revenue"] == []
    assert audit_counters(transaction=transaction) == []


def test_why_says_that_the_visit_was_let_go_of(earned):
    keep(earned, 37)
    go(earned, 38)
    sentences = earned.in_one(explain_order, earned.account, "o-1").sentences
    assert [sentence.kind for sentence in sentences] == ["message", "share", "click", "order", "verdict"]
    click = next(sentence for sentence in sentences if sentence.kind == "click")
    assert click.text == (
        "A friend clicked the link that Ada Lovelace (adalovelace) had shared on WhatsApp. The visit's details were let"
        " go of since, as the account's settings say; what it earned stays."
    )
    assert click.id == earned.placed(earned.row_id).click_id
    assert sentences[-1].text.startswith("So the order is credited to this chain.")


def test_an_order_that_names_a_click_of_long_ago_is_told_that_it_is_gone(earned):
    keep(earned, 37)
    # The moment stands in the click's own id.
    earned.now = datetime.now(UTC)
    go(earned, 38)
    earned.order("o-2", mbsy_source=new_id())
    words = " ".join(sentence.text for sentence in earned.in_one(explain_order, earned.account, "o-2").sentences)
    assert "which was let go of since." in words


def test_keeping_for_longer_again_says_from_when_on_visits_are_there(earned):
    keep(earned, 37)
    go(earned, 60)
    since = earned.in_one(account_by_id, earned.account.id).visits_since
    for days in (100, None):
        keep(earned, days)
        go(earned, 1)
        assert earned.in_one(account_by_id, earned.account.id).visits_since == since


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"retention_days": 36}, "retention_days"),
        ({"retention_days": 3_651}, "retention_days"),
        ({"attribution_days": 90, "retention_days": 96}, "retention_days"),
        ({"attribution_days": 31}, "attribution_days"),
    ],
)
def test_visits_are_not_let_go_of_before_orders_have_found_them(shop, changes, field):
    keep(shop, 37)
    with pytest.raises(InvalidInputError) as refused:
        shop.in_one(change_account, shop.account.id, changes, now=shop.now)
    assert list(refused.value.errors) == [field]


def test_the_moment_is_a_midnight_of_utc():
    assert kept_since(datetime(2026, 3, 1, 0, 30, tzinfo=UTC), 1) == datetime(2026, 2, 28, tzinfo=UTC)
    assert kept_since(datetime(2026, 3, 1, tzinfo=UTC) - timedelta(microseconds=1), 1).day == 27
