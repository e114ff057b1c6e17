"""A shop's notices of one order, in whatever order and however often they come."""

from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import func, select

from app.domain.message import ContactDetails
from app.flow.record_order import record_order
from app.store.orders import OrderNoticeRow, OrderRow
from tests.flow.story import BOB, at_once, both_databases


def told(shop, *words, **given):
    return shop.in_one(record_order, shop.account, shop.notice(*words, **given), now=shop.now)


def notices(shop):
    query = select(func.count()).select_from(OrderNoticeRow).where(OrderNoticeRow.account_id == shop.account.id)
    return shop.in_one(lambda session: session.execute(query).scalar_one())


@both_databases
def test_a_notice_makes_the_order_and_is_kept_as_it_came(shop):
    notice = shop.notice(mbsy="johndoe", mbsy_source="0192f0c0-0000-7000-8000-000000000000")
    row = shop.placed(shop.in_one(record_order, shop.account, notice, now=shop.now))
    assert (row.order_id, row.status, row.total_minor, row.currency) == ("o-1", "paid", 4990, "EUR")
    assert (row.email, row.mbsy, row.mbsy_source) == (BOB.email, "johndoe", notice.mbsy_source)
    assert (row.standing, row.is_open, row.at) == ("pending", True, notice.placed_at)
    payloads = select(OrderNoticeRow.payload).where(OrderNoticeRow.order_row_id == row.id)
    assert shop.in_one(lambda session: session.execute(payloads).scalars().all()) == [notice.payload]


@both_databases
def test_the_same_notice_again_changes_nothing_and_wakes_nobody(shop):
    row_id = shop.order()
    shop.now += timedelta(minutes=1)
    assert told(shop, minutes=9) == row_id
    assert notices(shop) == 1
    assert not shop.placed(row_id).is_open


def test_news_open_the_order_again(shop):
    row_id = shop.order(status="created")
    assert told(shop, "o-1", "paid") == row_id
    assert shop.placed(row_id).is_open
    assert notices(shop) == 2


def test_an_order_number_belongs_to_its_account_alone(shop, other_shop):
    assert told(shop) != told(other_shop, total=100)
    assert told(shop, status="refunded") == told(shop, status="refunded")


def test_another_currency_is_kept_and_flagged_and_changes_no_sum(shop):
    row_id = told(shop)
    assert told(shop, currency="USD", total=9900) == row_id
    row = shop.placed(row_id)
    assert (row.currency, row.total_minor, row.is_disputed) == ("EUR", 4990, True)
    assert [(one["field"], one["stands"], one["said"]) for one in row.conflicts] == [("currency", "EUR", "USD")]
    assert notices(shop) == 2


@pytest.mark.parametrize("order", [*permutations(("created", "paid", "refunded"))], ids="-".join)
def test_notices_tell_the_same_order_in_any_sequence(shop, order):
    said = {
        "created": {"mbsy": "johndoe"},
        "paid": {},
        "refunded": {"total": None, "refunded_minor": 1000, "minutes": None, "buyer": ContactDetails()},
    }
    for minute, status in enumerate(order):
        shop.now += timedelta(minutes=minute)
        placed = {"placed_at": None} if status == "refunded" else {"placed_at": shop.account.smart_urls_since}
        row_id = told(shop, "o-1", status, **said[status] | placed)
    row = shop.placed(row_id)
    assert (row.status, row.total_minor, row.refunded_minor, row.is_disputed) == ("refunded", 4990, 1000, False)
    assert (row.mbsy, row.email, row.at) == ("johndoe", BOB.email, shop.account.smart_urls_since)


CONTRADICTING = [
    {"mbsy": "bob", "buyer": ContactDetails(email="b@example.com", phone="+15005550006")},
    {
        "mbsy": "ada",
        "mbsy_source": "0192f0c0-2",
        "source_place": "landing_site",
        "buyer": ContactDetails(email="a@example.com"),
    },
    {"mbsy_source": "0192f0c0-3", "source_place": "landing_site", "buyer": ContactDetails(external_id="c-1")},
    {"mbsy_source": "0192f0c0-1", "source_place": "note_attributes", "buyer": ContactDetails(external_id="c-0")},
]


@pytest.mark.parametrize("order", [*permutations(CONTRADICTING)][::5])
def test_notices_that_contradict_each_other_come_to_the_same_in_any_sequence_and_are_kept(shop, order):
    for notice in order:
        row_id = told(shop, **notice)
    row = shop.placed(row_id)
    assert (row.mbsy_source, row.source_place, row.mbsy) == ("0192f0c0-1", "note_attributes", "ada")
    assert (row.email, row.phone, row.external_id) == ("a@example.com", "+15005550006", "c-0")
    assert {one["field"] for one in row.conflicts} == {"mbsy_source", "mbsy", "email", "external_id"}
    assert row.is_disputed


@pytest.mark.parametrize("places", [("landing_site", "note_attributes"), ("note_attributes", "landing_site")])
def test_of_two_places_in_which_a_code_stood_the_stronger_is_told(shop, places):
    for minute, place in enumerate(places):
        row_id = told(shop, mbsy="ada", source_place=place, minutes=minute)
    assert shop.placed(row_id).source_place == "note_attributes"


@both_databases
def test_a_refund_that_came_first_does_not_decide_when_the_order_was_placed(shop):
    message = shop.invited()
    click = shop.plain(message, minutes=-60)
    shop.record(click)
    placed_at = shop.now - timedelta(minutes=30)
    shop.now += timedelta(days=40)
    row_id = shop.order("o-1", "partially_refunded", refunded_minor=990, minutes=None, mbsy="adalovelace")
    assert shop.placed(row_id).standing == "unattributed"
    shop.order("o-1", "created", placed_at=placed_at, mbsy="adalovelace")
    row = shop.placed(row_id)
    assert (row.at, row.standing) == (placed_at, "attributed")
    assert shop.audit() == []


def test_totals_that_contradict_each_other_are_marked_and_the_higher_one_stands(shop):
    for total in (4990, 5990, 3990):
        row_id = told(shop, total=total)
    row = shop.placed(row_id)
    assert (row.total_minor, row.is_disputed) == (5990, True)


@both_databases
def test_notices_of_one_new_order_at_once_make_one_order(shop):
    ends = at_once(*[lambda s=status: told(shop, "o-1", s) for status in ("created", "paid", "refunded", "paid")])
    assert len(set(ends)) == 1
    orders = select(OrderRow).where(OrderRow.account_id == shop.account.id)
    [row] = shop.in_one(lambda session: session.execute(orders).scalars().all())
    assert (row.status, row.is_open) == ("refunded", True)
    assert notices(shop) == 3


@both_databases
def test_fifty_calls_at_once_about_a_session_and_its_payment_make_one_order(shop):
    session = shop.notice("cs_1", names=("pi_1",))
    refund = shop.notice("pi_1", names=("pi_1", "ch_1"), is_nameless=True, refunds={"ch_1": 1000})
    ends = at_once(
        *[
            lambda said=said: shop.in_one(record_order, shop.account, said, now=shop.now)
            for said in [session, refund] * 25
        ]
    )
    assert len(set(ends)) == 1, set(map(repr, ends))
    row = shop.placed(ends[0])
    assert (row.order_id, row.total_minor, row.refunded_minor, row.is_disputed) == ("cs_1", 4990, 1000, False)
    assert notices(shop) == 2
