"""A batch of the journal becomes clicks and shares, in one transaction."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.domain.message import ContactDetails, Goal
from app.domain.visit import LinkKind, Verdict
from app.store.clicks import ClickBatchRow, ClickRow, RefusedVisitRow, list_clicks
from app.store.outcomes import outcomes_of
from app.store.shares import ShareRow
from tests.flow.story import at_once, both_databases, counted

BOB = ContactDetails(email="bob@friends.example", first_name="Bob")


def stored(shop):
    return shop.in_one(list_clicks, shop.account.id, before=None, limit=100)


def shares(shop):
    query = select(func.count()).select_from(ShareRow).where(ShareRow.account_id == shop.account.id)
    return shop.in_one(lambda session: session.execute(query).scalar_one())


def refused(shop, batch):
    query = select(RefusedVisitRow.line, RefusedVisitRow.reason).where(RefusedVisitRow.batch_id == batch)
    return shop.in_one(lambda session: [tuple(row) for row in session.execute(query)])


def text(visit):
    return visit.line().decode().rstrip("\n")


@both_databases
def test_a_click_is_kept_with_all_that_the_edge_saw_and_who_it_was(shop):
    message = shop.invited()
    click = shop.click(message, user_agent="Mozilla/5.0 ü", referrer="https://mail.example/", signals=("plain",))
    shop.record(click)
    [row] = stored(shop)
    assert (row.id, row.kind, row.contact_id) == (click.id, "message", message.contact_id)
    assert (row.user_agent, row.referrer, row.signals) == ("Mozilla/5.0 ü", "https://mail.example/", ["plain"])
    assert (row.verdict, row.is_unique, row.link_index) == ("human", True, 0)


def test_a_friends_click_is_nobodys_own(shop):
    message = shop.invited()
    shop.record(shop.friend(message))
    [row] = stored(shop)
    assert (row.contact_id, row.advocate_id, row.platform) == (None, message.advocate_id, "whatsapp")


@both_databases
def test_a_batch_that_comes_twice_is_recorded_once(shop):
    message = shop.invited(Goal.SHARE)
    visits = [shop.click(message), shop.press(message), shop.friend(message)]
    for _ in range(3):
        shop.record(*visits, batch="twice" + shop.account.id)
    assert (len(stored(shop)), shares(shop)) == (2, 1)
    assert counted(shop.messages()["invite"])["clicked"] == 1
    assert shop.audit() == []


@both_databases
def test_a_batch_that_two_workers_have_at_once_is_recorded_once(shop):
    message = shop.invited(Goal.SHARE)
    visits = [shop.click(message), shop.press(message), shop.friend(message)]
    ends = at_once(*[lambda: shop.record(*visits, batch="both" + shop.account.id) for _ in range(3)])
    assert sorted(end.verdicts.total() for end in ends) == [0, 0, 3]
    assert (len(stored(shop)), shares(shop)) == (2, 1)
    assert shop.audit() == []


@both_databases
def test_one_visit_in_two_batches_or_twice_in_one_counts_once(shop):
    message = shop.invited(Goal.SHARE)
    click, press, friend = shop.click(message), shop.press(message), shop.friend(message)
    shop.record(click, press, click, friend, press)
    shop.record(press, friend, shop.click(message), click)
    assert (len(stored(shop)), shares(shop)) == (3, 1)
    figures = counted(shop.messages()["invite"])
    assert (figures["clicked"], figures["unique_clicks"], figures["shares"], figures["conversions"]) == (2, 1, 1, 1)
    assert shop.audit() == []


@both_databases
def test_the_same_visits_in_different_batches_at_once_count_once(shop):
    messages = [shop.invited(Goal.SHARE, contact=ContactDetails(email=f"p{n}@example.com")) for n in range(4)]
    visits = [do(message) for message in messages for do in (shop.click, shop.press, shop.friend)]
    ends = at_once(
        lambda: shop.record(*visits), lambda: shop.record(*visits[::-1]), lambda: shop.record(*visits[6:], *visits[:6])
    )
    assert sum(end.verdicts.total() for end in ends) == 12
    assert (len(stored(shop)), shares(shop)) == (8, 4)
    assert counted(shop.messages()["invite"])["conversions"] == 4
    assert shop.audit() == []


@both_databases
def test_a_damaged_line_is_kept_with_its_reason_and_stops_nobody(shop):
    message = shop.invited()
    click = shop.click(message)
    damaged = ["", "{", '{"id": 1}', "[]", "null", text(click)[:-9], "\0\0\0", '{"kind": "message"}']
    batch = "damaged" + shop.account.id
    shop.record(*damaged, click, batch=batch)
    assert [row.id for row in stored(shop)] == [click.id]
    kept = refused(shop, batch)
    assert sorted(line for line, _ in kept) == sorted(line.replace("\0", "\ufffd") for line in damaged)
    assert all(reason for _, reason in kept)


@both_databases
def test_a_visit_to_an_account_that_is_gone_is_kept_aside_and_stops_nobody(shop):
    message = shop.invited()
    click, stray = shop.click(message), shop.click(message, account_id="gone")
    batch = "gone" + shop.account.id
    shop.record(stray, click, batch=batch)
    assert [row.id for row in stored(shop)] == [click.id]
    assert refused(shop, batch) == [(text(stray), "There is no such account.")]
    taken = shop.in_one(lambda session: session.get(ClickBatchRow, batch))
    assert (taken.visits, taken.refused) == (1, 1)


@both_databases
def test_no_line_whatsoever_stops_a_batch(shop):
    message = shop.invited()
    fields = json.loads(text(shop.click(message)))
    odd = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers()), st.just("\0")
    )

    @settings(max_examples=15, deadline=None, database=None)
    @given(st.sampled_from(sorted(fields)), odd, st.sampled_from(list(LinkKind)))
    def check(name, value, kind):
        line = json.dumps({**fields, "id": shop.click(message).id, "kind": kind, name: value})
        good = shop.click(message)
        shop.record(line, good)
        assert shop.in_one(lambda session: session.get(ClickRow, good.id)) is not None

    check()
    assert shop.audit() == []


@both_databases
def test_a_reader_is_unique_once_a_message_and_a_friend_once_a_shared_link(shop):
    message = shop.invited()
    shop.record(shop.click(message), shop.click(message, who="10.0.1.0", link_index=1))
    shop.record(shop.friend(message), shop.friend(message), shop.friend(message, who="10.8.8.0"))
    shop.record(shop.friend(message, "facebook"), shop.plain(message), shop.plain(message))
    assert counted(shop.messages()["invite"])["clicked"] == 2
    assert counted(shop.messages()["invite"])["unique_clicks"] == 1
    channels = {name: (row["clicks"], row["unique_clicks"]) for name, row in shop.channels().items()}
    assert channels == {"whatsapp": (3, 2), "facebook": (1, 1), None: (2, 1)}
    assert shop.audit() == []


@pytest.mark.parametrize("verdict", [Verdict.MACHINE, Verdict.PREVIEW, Verdict.UNKNOWN])
def test_a_machine_is_never_counted_as_a_person(shop, verdict):
    message = shop.invited(Goal.SHARE)
    shop.record(*[do(message, verdict=verdict) for do in (shop.click, shop.press, shop.friend)])
    shop.record(shop.click(message))
    assert counted(shop.messages()["invite"]) == {
        "sent": 1,
        "delivered": 1,
        "clicked": 1,
        "unique_clicks": 1,
        "machine_clicks": 1,
        "machine_shares": 1,
    }
    assert counted(shop.channels()["whatsapp"]) == {"machine_clicks": 1}
    assert shop.audit() == []


def test_a_message_is_converted_by_its_first_share_and_by_no_other(shop):
    message, other = shop.invited(Goal.SHARE), shop.invited(Goal.SHARE, contact=BOB)
    shop.record(shop.press(message, minutes=1), shop.press(message, minutes=2), shop.press(message, "x", minutes=3))
    shop.record(shop.press(message, minutes=4), shop.press(other, minutes=5))
    figures = counted(shop.messages()["invite"])
    assert (figures["shares"], figures["conversions"]) == (5, 2)
    assert shop.messages()["invite"]["conversion_rate"] == 1.0
    assert counted(shop.channels()["whatsapp"]) == {"shares": 4, "conversions": 2}
    assert counted(shop.channels()["x"]) == {"shares": 1}
    assert shop.audit() == []


@both_databases
def test_the_first_share_is_the_one_that_was_made_first_not_the_one_that_came_in_first(shop):
    message = shop.invited(Goal.SHARE)
    early, late = shop.press(message, "x", minutes=1), shop.press(message, "whatsapp", minutes=2)
    shop.record(late)
    assert counted(shop.channels()["whatsapp"]) == {"shares": 1, "conversions": 1}
    shop.record(early)
    assert counted(shop.channels()["whatsapp"]) == {"shares": 1}
    assert counted(shop.channels()["x"]) == {"shares": 1, "conversions": 1}
    assert shop.audit() == []


def test_a_share_of_a_message_with_another_goal_is_a_share_and_no_conversion(shop):
    message = shop.invited(Goal.ORDER)
    press = shop.press(message)
    shop.record(press)
    assert counted(shop.messages()["invite"])["shares"] == 1
    assert "conversions" not in counted(shop.messages()["invite"])
    [outcome] = shop.in_one(outcomes_of, shop.account.id, Goal.SHARE, press.id)
    assert (outcome.message_id, outcome.advocate_id, outcome.quantity) == (message.id, message.advocate_id, 1)


@both_databases
def test_visits_of_a_message_that_is_unknown_are_kept_and_counted_for_their_channel(shop):
    message = shop.invited(Goal.SHARE)
    before = counted(shop.messages()["invite"])
    stray = {"message_id": "erased"}
    shop.record(shop.click(message, **stray), shop.press(message, **stray), shop.friend(message, **stray))
    assert len(stored(shop)) == 2
    assert counted(shop.messages()["invite"]) == before
    assert counted(shop.channels()["whatsapp"]) == {"shares": 1, "clicks": 1, "unique_clicks": 1}
    assert shop.audit() == []


def test_a_message_of_another_account_gains_nothing(shop, other_shop):
    theirs = other_shop.invited(Goal.SHARE)
    before = counted(other_shop.messages()["invite"])
    shop.record(shop.click(theirs), shop.press(theirs), shop.friend(theirs))
    assert counted(other_shop.messages()["invite"]) == before
    assert shop.audit() == other_shop.audit() == []


@both_databases
def test_one_batch_may_hold_the_visits_of_many_accounts(shop, other_shop):
    ours, theirs = shop.invited(Goal.SHARE), other_shop.invited(Goal.SHARE)
    shop.record(shop.click(ours), other_shop.click(theirs), shop.press(ours), other_shop.friend(theirs))
    assert (len(stored(shop)), len(stored(other_shop))) == (1, 2)
    assert counted(shop.messages()["invite"])["conversions"] == 1
    assert shop.audit() == other_shop.audit() == []


@both_databases
def test_a_full_batch_of_new_visits_is_recorded_whole(shop):
    message = shop.invited(Goal.SHARE)
    visits = [(shop.click if n % 60 else shop.press)(message, minutes=n % 50) for n in range(1_200)]
    shop.record(*visits)
    figures = counted(shop.messages()["invite"])
    assert (figures["clicked"], figures["shares"], figures["conversions"]) == (1_180, 20, 1)
    assert shop.audit() == []
