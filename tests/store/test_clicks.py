"""Clicks: a batch is recorded once, and who was here before is never new again."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.domain.ids import new_id
from app.domain.message import ContactDetails
from app.domain.visit import LinkKind, Verdict, Visit
from app.store.campaigns import add_advocates, put_campaign
from app.store.click_batches import recorded_batches
from app.store.clicks import (
    ClickBatchRow,
    NewClick,
    RefusedVisitRow,
    add_clicks,
    click_by_id,
    click_row,
    clicks_of_advocate,
    clicks_of_contact,
    first_visits,
    keep_refused,
    known_clicks,
    list_clicks,
    take_batch,
)
from app.store.identities import save_contact

DAY = timedelta(days=1)


@pytest.fixture
def session(transaction):
    with transaction() as session:
        yield session


@pytest.fixture
def click(account, now):
    def make(*, at=now, contact_id=None, **seen):
        facts = {
            "kind": LinkKind.MESSAGE,
            "verdict": Verdict.HUMAN,
            "signals": ("a",),
            "rules": 1,
            "url": "https://shop.example/",
            "link_index": 0,
            "ip": "192.0.2.0",
            "user_agent": "Mozilla",
        }
        visit = Visit(id=new_id(), at_ms=int(at.timestamp() * 1000), account_id=account.id, **facts | seen)
        return NewClick(visit, contact_id, None, is_unique=True)

    return make


@pytest.fixture
def advocate(transaction, account, now):
    with transaction() as session:
        person = save_contact(session, account.id, ContactDetails("johndoe"), now)
        words = {"name": "Spring", "landing_url": "https://shop.example/", "share_text": "", "enrolment": {}}
        campaign = put_campaign(session, account.id, key="spring", **words, now=now)
        return add_advocates(session, account.id, campaign.id, {person.id: "johndoe"}, now)[person.id]


def test_a_batch_is_taken_once(transaction, now):
    for is_new in (True, False, False):
        with transaction() as session:
            assert take_batch(session, "batch-1", visits=2, refused=0, now=now) is is_new


def test_a_batch_whose_transaction_failed_is_taken_again(transaction, now):
    def fail():
        with transaction() as session:
            take_batch(session, "batch-1", visits=2, refused=0, now=now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with transaction() as session:
        assert take_batch(session, "batch-1", visits=2, refused=0, now=now)


def test_of_two_workers_with_the_same_batch_one_records_it(transaction, now, at_once):
    def work(_):
        with transaction() as session:
            return take_batch(session, "batch-1", visits=2, refused=0, now=now)

    assert sorted(at_once(2, work)) == [False, True]


def test_it_is_known_which_batches_are_recorded(session, now):
    take_batch(session, "batch-1", visits=2, refused=1, now=now)
    assert recorded_batches(session, ["batch-1", "batch-2"]) == {"batch-1"}
    assert recorded_batches(session, []) == set()
    assert session.execute(select(ClickBatchRow.visits, ClickBatchRow.refused)).one() == (2, 1)


def test_whoever_was_here_before_is_never_new_again(session):
    assert first_visits(session, "acc", {"ada": "1", "grace": "2"}) == {"ada", "grace"}
    assert first_visits(session, "acc", {"ada": "3", "eve": "4"}) == {"eve"}
    assert first_visits(session, "acc", {"ada": "5"}) == set()
    assert first_visits(session, "other", {"ada": "6"}) == {"ada"}
    assert first_visits(session, "acc", {}) == set()


def test_of_two_batches_at_once_each_visitor_is_new_to_one(transaction, at_once):
    visitors = [f"visitor-{number}" for number in range(1500)]

    def work(number):
        told = visitors if number % 2 else visitors[::-1]
        with transaction() as session:
            return first_visits(session, "acc", dict.fromkeys(told, f"click-{number}"))

    found = at_once(4, work)
    assert sum(len(new) for new in found) == len(visitors)
    assert set().union(*found) == set(visitors)


def test_a_click_is_stored_once(session, click):
    first, second = click(), click()
    add_clicks(session, [first])
    add_clicks(session, [])
    assert known_clicks(session, []) == set()
    assert known_clicks(session, [first.visit, second.visit]) == {first.visit.id}
    with pytest.raises(IntegrityError), session.begin_nested():
        add_clicks(session, [second, first])
    assert known_clicks(session, [first.visit, second.visit, click().visit]) == {first.visit.id}


def test_a_click_comes_back_as_it_went_in(session, account, click, now):
    at = now + timedelta(milliseconds=7)
    seen = {
        "message_id": "m",
        "platform": "x",
        "url": "https://shop.example/\\N\t\n?ü=\u2028",
        "referrer": 'a"b',
        "method": "HEAD",
    }
    new = click(at=at, contact_id="ada", **seen, prefetch="prefetch", signals=("head", "\\N"), verdict=Verdict.MACHINE)
    add_clicks(session, [new._replace(referrer_platform="email", is_unique=False)])
    row = click_row(session, account.id, new.visit.id)
    kept = {name: getattr(row, name) for name in (*Visit._fields, "at", "contact_id") if name != "at_ms"}
    wanted = {**new.visit._asdict(), "signals": ["head", "\\N"], "at": at, "contact_id": "ada"}
    assert kept == {name: value for name, value in wanted.items() if name != "at_ms"}
    assert (row.referrer_platform, row.is_unique) == ("email", False)


def test_thousands_of_clicks_are_stored_at_once(session, click):
    rows = [click() for _ in range(1201)]
    add_clicks(session, rows)
    assert len(known_clicks(session, [row.visit for row in rows])) == 1201


def test_a_line_that_is_no_visit_is_kept_as_it_came(session, now):
    take_batch(session, "batch-1", visits=0, refused=2, now=now)
    keep_refused(session, "batch-1", [("{half", "not a visit"), ("\0\0zeros\0", "not a visit")])
    lines = session.scalars(select(RefusedVisitRow.line).order_by(RefusedVisitRow.id)).all()
    assert lines == ["{half", "\ufffd\ufffdzeros\ufffd"]


def test_a_persons_own_clicks_come_latest_first_and_within_both_ends(session, account, contact, click, now):
    own = {"contact_id": contact.id}
    rows = [click(**own, at=now - days * DAY) for days in (0, 1, 2, 3)]
    add_clicks(session, [*rows, click(**own, verdict=Verdict.MACHINE), click()])
    found = clicks_of_contact(session, account.id, contact.id, now - 2 * DAY, now)
    assert [each.id for each in found] == [row.visit.id for row in rows[:3]]
    assert {each.sharer_id for each in found} == {None}


def test_an_advocates_clicks_are_friends_and_know_who_shared(session, account, advocate, click, now):
    theirs = {"advocate_id": advocate.id, "platform": "whatsapp"}
    shared, plain = click(**theirs, kind=LinkKind.SHARED), click(**theirs, kind=LinkKind.ADVOCATE, at=now - DAY)
    add_clicks(session, [shared, plain, click(**theirs, kind=LinkKind.MESSAGE)])
    found = clicks_of_advocate(session, account.id, advocate.id, now - DAY, now)
    assert [each.id for each in found] == [shared.visit.id, plain.visit.id]
    assert {each.sharer_id for each in found} == {advocate.contact_id}


def test_whose_message_was_shared_is_known_without_an_advocate(session, account, contact, add, click):
    row = click(kind=LinkKind.SHARED, message_id=add())
    add_clicks(session, [row])
    assert click_by_id(session, account.id, row.visit.id).sharer_id == contact.id


def test_a_click_is_kept_though_its_message_is_gone(session, account, click):
    row = click(message_id="erased", advocate_id="erased", kind=LinkKind.SHARED)
    add_clicks(session, [row])
    assert click_by_id(session, account.id, row.visit.id).sharer_id is None


def test_another_accounts_click_is_never_found(session, other_account, contact, advocate, click, now):
    row = click(contact_id=contact.id, advocate_id=advocate.id, kind=LinkKind.SHARED)
    add_clicks(session, [row])
    assert click_by_id(session, other_account.id, row.visit.id) is None
    assert click_row(session, other_account.id, row.visit.id) is None
    assert clicks_of_contact(session, other_account.id, contact.id, now, now) == []
    assert clicks_of_advocate(session, other_account.id, advocate.id, now, now) == []
    assert list_clicks(session, other_account.id, before=None, limit=10) == []


def test_visits_are_listed_newest_first(session, account, click):
    rows = [click() for _ in range(3)]
    add_clicks(session, rows)
    ids = [row.visit.id for row in rows]
    assert [each.id for each in list_clicks(session, account.id, before=None, limit=2)] == ids[:0:-1]
    assert [each.id for each in list_clicks(session, account.id, before=ids[1], limit=2)] == ids[:1]
    assert click_row(session, account.id, ids[0]).signals == ["a"]
