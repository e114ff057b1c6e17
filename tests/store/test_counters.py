"""Counters add up, whoever counts at the same moment."""

import random

import pytest

from app.domain.counting import Counter, Metric, Subject
from app.store.counters import all_counters, bump, replace_counters, sums

EMAIL = Subject("email", "invite")
CLICKS = Counter(100, EMAIL, Metric.CLICKS)
EUROS = Counter(100, EMAIL, Metric.REVENUE, "EUR")


@pytest.fixture
def session(transaction):
    with transaction() as session:
        yield session


def total(session, account, by=("channel", "template"), first=None, end=None, channel=None):
    return sorted(
        sums(
            session,
            account.id,
            by,
            first_quarter=first,
            end_quarter=end,
            narrowed={"channel": channel} if channel else {},
        )
    )


def test_counting_again_adds(session, account):
    bump(session, account.id, {CLICKS: 2, EUROS: 500})
    bump(session, account.id, {CLICKS: 3, EUROS: -200})
    assert all_counters(session, account.id) == {CLICKS: 5, EUROS: 300}


def test_nought_is_not_counted(session, account, raw):
    bump(session, account.id, {CLICKS: 0})
    bump(session, account.id, {})
    assert all_counters(session, account.id) == {}
    session.commit()
    assert raw("SELECT * FROM counters") == []


def test_each_account_counts_for_itself(session, account, other_account):
    bump(session, account.id, {CLICKS: 1})
    bump(session, other_account.id, {CLICKS: 5})
    assert all_counters(session, account.id) == {CLICKS: 1}


def test_more_counters_than_one_statement_takes_are_all_counted(session, account):
    counts = {Counter(quarter, EMAIL, Metric.CLICKS): quarter + 1 for quarter in range(333)}
    bump(session, account.id, counts)
    assert all_counters(session, account.id) == counts


def test_sums_larger_than_32_bits_are_exact(session, account):
    for _ in range(3):
        bump(session, account.id, {EUROS: 99_999_999_999_999})
    bump(session, account.id, {Counter(101, EMAIL, Metric.REVENUE, "EUR"): 1})
    assert total(session, account) == [(("email", "invite"), Metric.REVENUE, "EUR", 299_999_999_999_998)]


def test_batches_at_once_add_up_and_never_lock_each_other_out(transaction, account, at_once):
    counters = [Counter(quarter, Subject("email", f"t{quarter % 7}"), Metric.CLICKS) for quarter in range(100)]

    def work(number):
        shuffled = random.Random(number).sample(counters, len(counters))
        for _ in range(2):
            with transaction() as session:
                bump(session, account.id, dict.fromkeys(shuffled, 1))

    at_once(4, work)
    with transaction() as session:
        assert all_counters(session, account.id) == dict.fromkeys(counters, 8)


def test_a_rebuild_puts_new_counters_in_place_of_all_others(session, account, other_account):
    bump(session, account.id, {CLICKS: 7, EUROS: 1})
    bump(session, other_account.id, {CLICKS: 5})
    replace_counters(session, account.id, {CLICKS: 2})
    assert all_counters(session, account.id) == {CLICKS: 2}
    assert all_counters(session, other_account.id) == {CLICKS: 5}


def test_sums_are_of_the_quarters_from_the_first_to_before_the_end(session, account):
    bump(session, account.id, {Counter(quarter, EMAIL, Metric.CLICKS): 1 for quarter in range(100, 110)})
    key = (("email", "invite"), Metric.CLICKS, "")
    assert total(session, account) == [(*key, 10)]
    assert total(session, account, first=102, end=105) == [(*key, 3)]
    assert total(session, account, first=110) == []
    assert total(session, account, first=105, end=105) == []


def test_sums_are_grouped_by_what_is_asked_and_never_across_currencies(session, account):
    sms = Counter(100, Subject("sms", "invite"), Metric.CLICKS)
    dollars = Counter(100, EMAIL, Metric.REVENUE, "USD")
    bump(session, account.id, {CLICKS: 1, sms: 2, EUROS: 3, dollars: 4})
    assert total(session, account, by=("template",)) == [
        (("invite",), Metric.CLICKS, "", 3),
        (("invite",), Metric.REVENUE, "EUR", 3),
        (("invite",), Metric.REVENUE, "USD", 4),
    ]
    assert total(session, account, channel="sms") == [(("sms", "invite"), Metric.CLICKS, "", 2)]


def test_what_was_given_and_taken_back_leaves_no_trace(session, account):
    bump(session, account.id, {EUROS: 500})
    bump(session, account.id, {EUROS: -500})
    assert all_counters(session, account.id) == {}
    assert total(session, account) == []
