"""An order is what its notices together say, in whatever order they come."""

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.message import ContactDetails
from app.domain.order import OrderNotice, OrderState, OrderStatus, first_state, merge

S = OrderStatus


def notice(status=S.PAID, total=None, refunded=None):
    return OrderNotice("A-1", status, "EUR", total, refunded, ContactDetails(), None, None, None, {})


def told(*notices):
    return reduce(merge, notices[1:], first_state(notices[0]))


NOTICES = st.builds(
    notice,
    st.sampled_from(list(OrderStatus)),
    st.none() | st.sampled_from([0, 1, 1000, 2000]),
    st.none() | st.sampled_from([0, 400, 1000]),
)


@given(
    st.lists(NOTICES, min_size=1, max_size=5).flatmap(lambda found: st.tuples(st.just(found), st.permutations(found)))
)
def test_the_order_of_the_notices_makes_no_difference(both):
    one, other = both
    assert told(*one) == told(*other)


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
    assert told(notice(total=1000), notice(total=1200)) == OrderState(S.PAID, 1200, 0, is_disputed=True)


@pytest.mark.parametrize(
    "pair", [(notice(total=1000), notice(S.CANCELLED, 0)), (notice(S.CANCELLED, 0), notice(total=1000))]
)
def test_a_total_of_nought_beside_another_is_no_contradiction(pair):
    assert told(*pair) == OrderState(S.CANCELLED, 1000, 0)


def test_a_refund_without_a_sum_is_of_everything():
    assert told(notice(total=1000), notice(S.REFUNDED)).net_minor == 0


def test_a_cancelled_order_is_worth_nothing():
    assert told(notice(total=1000), notice(S.CANCELLED)).net_minor == 0


def test_the_highest_of_the_refunds_stands():
    assert told(notice(total=1000), notice(S.PARTIALLY_REFUNDED, None, 300), notice(S.PAID, None, 100)).net_minor == 700


def test_more_refunded_than_paid_is_worth_nothing():
    assert told(notice(total=1000), notice(S.PARTIALLY_REFUNDED, None, 5000)).net_minor == 0
