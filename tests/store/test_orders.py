"""Orders and signups: each once, credited by one worker at a time."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.domain.attribution import Reason, Standing
from app.domain.ids import new_id
from app.domain.message import ContactDetails
from app.store.arrivals import Arrival, concerned
from app.store.campaigns import add_advocates, put_campaign
from app.store.identities import save_contact
from app.store.orders import (
    OrderNoticeRow,
    OrderRow,
    SignupRow,
    add_notice,
    add_order,
    add_signup,
    held,
    keep_credit,
    list_credited,
    order_by_number,
    wake_pending,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(transaction):
    with transaction() as session:
        yield session


@pytest.fixture
def place(account, now):
    """Store an order and return its row."""

    def work(session, number="A-1", account=account, **values):
        said = {"status": "paid", "total_minor": 4990, "refunded_minor": 0, "currency": "EUR", "at": now}
        add_order(session, account.id, number, **{**said, "woken_at": now, "created_at": now, **values})
        return order_by_number(session, account.id, number)

    return work


def credit(session, row, **values):
    keep_credit(session, row, **values)
    session.expire_all()


def arrived(session, account, since, row=OrderRow, **what):
    sets = {name: frozenset(ids) for name, ids in what.items()}
    return concerned(session, row, account.id, Arrival(since=since, **sets))


def test_a_credit_stands_in_the_row_at_hand_as_in_the_database(session, place):
    row = place(session)
    keep_credit(session, row, standing=Standing.ATTRIBUTED, message_id="m-1")
    assert (row.standing, row.message_id, row in session.dirty) == (Standing.ATTRIBUTED, "m-1", False)
    session.expire_all()
    assert (row.standing, row.message_id) == (Standing.ATTRIBUTED, "m-1")


def test_an_order_is_stored_once_by_the_shops_number(session, account, other_account, place, now):
    first = place(session)
    assert (first.standing, first.is_open, first.total_minor) == (Standing.PENDING, True, 4990)
    assert place(session, total_minor=1).total_minor == 4990
    assert place(session, account=other_account).id != first.id


def test_fifty_calls_at_once_store_the_order_once(transaction, account, at_once, now):
    values = {"status": "paid", "total_minor": 1, "refunded_minor": 0, "currency": "EUR", "at": now}

    def work(_):
        with transaction() as session:
            return add_order(session, account.id, "A-1", **values, woken_at=now, created_at=now)

    assert at_once(50, work).count(True) == 1
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(OrderRow)) == 1


def test_another_accounts_order_is_never_found(session, other_account, place):
    row = place(session, contact_id="ada", mbsy_source="click")
    assert order_by_number(session, other_account.id, "A-1") is None
    assert list_credited(session, OrderRow, other_account.id, before=None, limit=10) == []
    assert arrived(session, other_account, row.at, contact_ids=["ada"], click_ids=["click"]) == []


def test_a_notice_is_kept_once_by_its_digest(session, account, place, now):
    row, other = place(session), place(session, "A-2")
    assert add_notice(session, account.id, row.id, digest="d1", payload={"ü": 1}, now=now)
    assert not add_notice(session, account.id, row.id, digest="d1", payload={}, now=now)
    assert add_notice(session, account.id, row.id, digest="d2", payload={}, now=now)
    assert add_notice(session, account.id, other.id, digest="d1", payload={}, now=now)
    assert session.scalars(select(OrderNoticeRow.payload).where(OrderNoticeRow.digest == "d1")).first() == {"ü": 1}


def test_amounts_larger_than_32_bits_are_kept(session, place):
    assert place(session, total_minor=99_999_999_999_999).total_minor == 99_999_999_999_999


def test_one_worker_credits_an_order_at_a_time(transaction, account, place, at_once):
    with transaction() as session:
        row_id = place(session).id

    def work(_):
        with transaction() as session:
            row = held(session, OrderRow, row_id)
            row.total_minor += 1

    at_once(6, work)
    with transaction() as session:
        assert order_by_number(session, account.id, "A-1").total_minor == 4996


def test_an_order_held_for_update_is_waited_for(transaction, account, place):
    with transaction() as session:
        place(session)
    seen, started = [], threading.Event()

    def second():
        started.set()
        with transaction() as session:
            seen.append(order_by_number(session, account.id, "A-1", for_update=True).total_minor)

    with transaction() as session:
        row = order_by_number(session, account.id, "A-1", for_update=True)
        thread = threading.Thread(target=second)
        thread.start()
        started.wait(5)
        thread.join(0.1)
        row.total_minor = 1
    thread.join(10)
    assert seen == [1]


def test_what_is_not_there_is_not_held(session):
    assert held(session, OrderRow, "nothing") is None


def test_a_click_concerns_the_order_that_names_it(session, account, place, now):
    row = place(session, mbsy_source="click-1")
    place(session, "A-2", mbsy_source="click-2")
    assert arrived(session, account, now + MINUTE, click_ids=["click-1"]) == [row.id]


def test_a_click_concerns_later_orders_of_its_person_and_advocate(session, account, place, now):
    place(session, "before", contact_id="ada", at=now - MINUTE)
    ours = [place(session, "A-1", contact_id="ada").id, place(session, "A-2", named_advocate_id="john").id]
    place(session, "A-3", contact_id="grace")
    assert sorted(arrived(session, account, now, contact_ids=["ada"], advocate_ids=["john"])) == sorted(ours)


def test_an_order_that_named_its_click_is_settled(session, account, place, now):
    row = place(session, contact_id="ada")
    credit(session, row, reason=Reason.LAST_CLICK_OF_CONTACT, standing=Standing.ATTRIBUTED)
    assert arrived(session, account, now, contact_ids=["ada"]) == [row.id]
    credit(session, row, reason=Reason.NAMED_CLICK, standing=Standing.ATTRIBUTED)
    assert arrived(session, account, now, contact_ids=["ada"]) == []


def test_nothing_that_arrived_concerns_nothing(session, account, place, now):
    place(session, contact_id="ada", mbsy_source="click")
    assert arrived(session, account, now) == []


def sweep(session, now, row=OrderRow, limit=10):
    ends = {"new_before": now - MINUTE, "waiting_before": now - 5 * MINUTE}
    return wake_pending(session, row, now=now, **ends, limit=limit)


def test_the_sweep_wakes_news_that_nobody_looked_at_and_marks_them(session, place, now):
    stuck = place(session, woken_at=now - 2 * MINUTE)
    place(session, "A-2")
    assert sweep(session, now) == [stuck.id]
    assert sweep(session, now) == []


def test_the_sweep_looks_seldom_at_what_waits_for_its_click(session, place, now):
    row = place(session, woken_at=now - 4 * MINUTE)
    credit(session, row, is_open=False)
    assert sweep(session, now) == []
    assert sweep(session, now + 2 * MINUTE) == [row.id]


def test_the_sweep_leaves_alone_what_is_settled(session, place, now):
    row = place(session, woken_at=now - 60 * MINUTE)
    credit(session, row, is_open=False, standing=Standing.ATTRIBUTED)
    assert sweep(session, now) == []


def test_the_sweep_takes_the_latest_orders_first(session, place, now):
    rows = [place(session, str(age), at=now - age * MINUTE, woken_at=now - 9 * MINUTE) for age in range(3)]
    assert set(sweep(session, now, limit=2)) == {rows[0].id, rows[1].id}


def test_a_signup_is_stored_once_for_each_advocate(session, account, now):
    person = save_contact(session, account.id, ContactDetails(new_id()), now)
    words = {"name": "S", "landing_url": "https://shop.example/", "share_text": "", "enrolment": {}}
    campaign = put_campaign(session, account.id, key="spring", **words, now=now)
    advocate = add_advocates(session, account.id, campaign.id, {person.id: "johndoe"}, now)[person.id]
    signup_id = add_signup(session, account.id, advocate.id, at=now, woken_at=now - 2 * MINUTE, contact_id=person.id)
    assert signup_id is not None
    assert add_signup(session, account.id, advocate.id, at=now, woken_at=now) is None
    assert held(session, SignupRow, signup_id).standing == Standing.PENDING
    assert arrived(session, account, now, SignupRow, contact_ids=[person.id]) == [signup_id]
    assert sweep(session, now, SignupRow) == [signup_id]


def test_orders_are_listed_newest_first(session, account, place):
    ids = [place(session, str(number)).id for number in range(3)]
    assert [row.id for row in list_credited(session, OrderRow, account.id, before=None, limit=2)] == ids[:0:-1]
    assert [row.id for row in list_credited(session, OrderRow, account.id, before=ids[1], limit=2)] == ids[:1]
