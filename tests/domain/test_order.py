"""An order is what its notices together say, in whatever order they come."""

from datetime import UTC, datetime
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.message import ContactDetails
from app.domain.order import OrderNotice, OrderStatus, first_state, merge

S = OrderStatus


def notice(status=S.PAID, total=None, refunded=None, **said):
    return OrderNotice("A-1", status, "EUR", total, refunded, ContactDetails(), None, None, None, {}, **said)


def version(minute, status=S.PAID, total=None, **said):
    return notice(status, total, as_of=datetime(2026, 11, 22, 9, minute, tzinfo=UTC), **said)


def told(*notices):
    return reduce(merge, notices[1:], first_state(notices[0]))


NOTICES = st.builds(
    notice,
    st.sampled_from(list(OrderStatus)),
    st.none() | st.sampled_from([0, 1, 1000, 2000]),
    st.none() | st.sampled_from([0, 400, 1000]),
) | st.builds(
    version,
    st.integers(0, 2),
    st.sampled_from(list(OrderStatus)),
    st.none() | st.sampled_from([1000, 2000]),
    refunds=st.dictionaries(st.sampled_from(["r-1", "r-2"]), st.sampled_from([0, 100, 400]), max_size=2),
)


@given(
    st.lists(NOTICES, min_size=1, max_size=5).flatmap(lambda found: st.tuples(st.just(found), st.permutations(found)))
)
def test_the_order_of_the_notices_makes_no_difference(both):
    one, other = both
    one, other = told(*one), told(*other)
    assert one == other


@given(st.lists(NOTICES, min_size=1, max_size=4))
def test_telling_everything_twice_makes_no_difference(notices):
    assert told(*notices, *notices) == told(*notices)


@given(st.lists(NOTICES, min_size=1, max_size=5))
def test_an_order_is_never_worth_less_than_nothing_nor_more_than_its_total(notices):
    state = told(*notices)
    assert 0 <= state.net_minor <= state.total_minor


def test_a_refund_that_comes_first_is_not_lost():
    assert told(notice(S.PARTIALLY_REFUNDED, None, 400), notice(S.PAID, 1000)).net_minor == 600


def test_the_higher_of_two_totals_stands_and_the_order_is_disputed():
    state = told(notice(total=1000), notice(total=1200))
    assert (state.status, state.total_minor, state.is_disputed) == (S.PAID, 1200, True)


@pytest.mark.parametrize(
    "pair", [(notice(total=1000), notice(S.CANCELLED, 0)), (notice(S.CANCELLED, 0), notice(total=1000))]
)
def test_a_total_of_nought_beside_another_is_no_contradiction(pair):
    state = told(*pair)
    assert (state.status, state.total_minor, state.is_disputed) == (S.CANCELLED, 1000, False)


def test_a_refund_without_a_sum_is_of_everything():
    assert told(notice(total=1000), notice(S.REFUNDED)).net_minor == 0


def test_a_cancelled_order_is_worth_nothing():
    assert told(notice(total=1000), notice(S.CANCELLED)).net_minor == 0


def test_the_highest_of_the_refunds_stands():
    assert told(notice(total=1000), notice(S.PARTIALLY_REFUNDED, None, 300), notice(S.PAID, None, 100)).net_minor == 700


def test_more_refunded_than_paid_is_worth_nothing():
    assert told(notice(total=1000), notice(S.PARTIALLY_REFUNDED, None, 5000)).net_minor == 0


def test_single_refunds_add_up_each_once():
    state = told(
        notice(total=1000), notice(refunds={"r-1": 300}), notice(refunds={"r-2": 200}), notice(refunds={"r-1": 300})
    )
    assert (state.status, state.refunded_minor, state.net_minor) == (S.PARTIALLY_REFUNDED, 500, 500)
    assert told(notice(total=1000), notice(refunds={"r-1": 1000})).status is S.REFUNDED


@pytest.mark.parametrize("first", [0, 1])
def test_an_edit_lowers_the_net_and_keeps_the_gross_and_is_no_contradiction(first):
    versions = [version(1, total=5000), version(2, total=3000)]
    state = told(versions[first], versions[1 - first])
    assert (state.total_minor, state.net_minor, state.is_disputed) == (5000, 3000, False)


@pytest.mark.parametrize("first", [0, 1])
def test_a_stale_version_never_moves_an_order_back_and_a_later_one_may_bring_it_back(first):
    versions = [version(1, S.CANCELLED), version(2, S.PAID, total=1000)]
    assert told(versions[first], versions[1 - first]).status is S.PAID


def test_a_version_is_no_less_known_because_a_later_notice_says_no_total():
    assert told(version(1, total=2000), version(2), version(2, total=1000)).net_minor == 1000


def test_a_total_of_no_moment_is_held_against_those_of_every_moment():
    said = [notice(total=1), version(0), version(0, total=1000)]
    assert [told(*said).is_disputed, told(*reversed(said)).is_disputed] == [True, True]


def test_two_totals_of_one_moment_contradict_each_other():
    assert told(version(1, total=1000), version(1, total=900)).is_disputed
