"""Where the links of messages lead is stored once, however many people get them."""

import pytest
from sqlalchemy import func, select

from app.store.links import LinkSetRow, link_set

DESTINATIONS = ["https://shop.example/a", "https://shop.example/ü?b=1#c"]


@pytest.fixture
def keep(transaction):
    def work(account, destinations=DESTINATIONS):
        with transaction() as session:
            return link_set(session, account.id, destinations)

    return work


def how_many(transaction):
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(LinkSetRow))


def test_the_same_destinations_are_stored_once(transaction, account, keep):
    assert keep(account) == keep(account, tuple(DESTINATIONS))
    assert how_many(transaction) == 1
    with transaction() as session:
        assert session.scalar(select(LinkSetRow.destinations)) == DESTINATIONS


def test_another_order_is_another_set(account, keep):
    assert keep(account) != keep(account, DESTINATIONS[::-1])


def test_a_set_is_told_by_its_pieces_and_not_by_their_sum(account, keep):
    assert keep(account, ["https://a.example/x", "y"]) != keep(account, ["https://a.example/", "xy"])


def test_each_account_has_its_own(account, other_account, keep):
    assert keep(account) != keep(other_account)


def test_many_senders_at_once_store_it_once(transaction, account, keep, at_once):
    assert len(set(at_once(8, lambda _: keep(account)))) == 1
    assert how_many(transaction) == 1


def test_sets_stored_together_in_one_transaction_are_told_apart(transaction, account):
    with transaction() as session:
        ids = [link_set(session, account.id, [f"https://a.example/{number % 3}"]) for number in range(9)]
    assert len(set(ids)) == 3
