"""Messages: stored once, claimed by one, settled by whoever holds the claim."""

from datetime import timedelta

import pytest

from app.domain.ids import new_code, new_id
from app.domain.message import Status
from app.store.messages import (
    add_event,
    add_messages,
    earned_by,
    events_of,
    list_messages,
    message_by_id,
)
from app.store.sends import abandoned, claim, save_composed, settle, settle_many, wake_due
from app.store.trigger_keys import messages_by_trigger

MINUTE = timedelta(minutes=1)


@pytest.fixture
def take(transaction, now):
    """Claim a message for a minute; None when there is nothing to claim."""

    def work(message_id, at=now):
        with transaction() as session:
            return claim(session, message_id, now=at, lease_until=at + MINUTE)

    return work


@pytest.fixture
def end(transaction):
    def work(message_id, attempt, status=Status.SENT, **values):
        with transaction() as session:
            return settle(session, message_id, attempt, status=status, **values)

    return work


@pytest.fixture
def stored(transaction, account):
    def work(message_id):
        with transaction() as session:
            return message_by_id(session, account.id, message_id)

    return work


@pytest.fixture
def sweep(transaction, now):
    def work(at=now, limit=10):
        with transaction() as session:
            return [one for one, _ in wake_due(session, now=at, woken_before=at - MINUTE, limit=limit)]

    return work


def test_a_trigger_key_makes_one_message(add):
    assert add(trigger_key="evt-1") is not None
    assert add(trigger_key="evt-1") is None


def test_without_a_key_every_trigger_is_a_new_message(add):
    assert add(trigger_key=None) != add(trigger_key=None)


def test_the_same_key_is_another_message_in_another_account(add, other_account, other_contact):
    assert add(trigger_key="evt-1")
    assert add(trigger_key="evt-1", account_id=other_account.id, contact_id=other_contact.id)


def test_of_a_trigger_that_comes_many_times_at_once_one_message_is_made(add, at_once):
    assert [bool(found) for found in at_once(8, lambda _: add(trigger_key="evt-1"))].count(True) == 1


def test_of_a_list_only_those_are_left_out_whose_key_was_used(transaction, account, contact, add, now):
    add(trigger_key="evt-1")

    def row(key):
        return {
            "id": new_id(),
            "contact_id": contact.id,
            "trigger_key": key,
            "fingerprint": "f",
            "channel": "sms",
            "recipient": "+15005550006",
            "source": {},
            "code": new_code(),
            "share_token": new_code(),
            "send_at": now,
        }

    rows = [row("evt-1"), row("evt-2"), row(None), row("evt-2")]
    with transaction() as session:
        new = add_messages(session, account.id, {name: [one[name] for one in rows] for name in rows[0]}, now)
        assert new == {rows[1]["id"], rows[2]["id"]}
        assert [kind for kind, _, _ in events_of(session, account.id, rows[1]["id"])] == [Status.QUEUED]
        assert events_of(session, account.id, rows[0]["id"]) == []
        assert add_messages(session, account.id, {"id": []}, now) == set()


def test_a_message_is_found_by_the_key_that_made_it(transaction, account, other_account, add):
    message_id = add(trigger_key="evt-1", fingerprint="abc", untracked_reason="smart_urls_off")
    with transaction() as session:
        [(key, found)] = messages_by_trigger(session, account.id, ["evt-1", "evt-2"]).items()
        assert messages_by_trigger(session, other_account.id, ["evt-1"]) == {}
        assert messages_by_trigger(session, account.id, []) == {}
    assert (key, found.message_id, found.fingerprint, found.untracked_reason) == (
        "evt-1",
        message_id,
        "abc",
        "smart_urls_off",
    )


def test_a_claimed_message_is_being_sent(add, take, stored, now):
    message_id = add(source={"data": {"coupon": "A1"}})
    draft = take(message_id)
    assert (draft.id, draft.attempt, draft.source) == (message_id, 1, {"data": {"coupon": "A1"}})
    assert (stored(message_id).status, stored(message_id).lease_until) == (Status.SENDING, now + MINUTE)


def test_of_two_workers_at_once_exactly_one_gets_the_message(add, take, at_once):
    for _ in range(3):
        message_id = add()
        assert [bool(found) for found in at_once(4, lambda _, each=message_id: take(each))].count(True) == 1


def test_a_message_that_is_not_due_cannot_be_claimed(add, take, now):
    message_id = add(send_at=now + MINUTE)
    assert take(message_id) is None
    assert take(message_id, now + MINUTE) is not None


@pytest.mark.parametrize("status", [Status.SENT, Status.DELIVERED, Status.FAILED, Status.UNKNOWN])
def test_a_message_that_has_ended_cannot_be_claimed(add, take, end, status):
    message_id = add()
    take(message_id)
    end(message_id, 1, status)
    assert take(message_id) is None


def test_nothing_is_claimed_of_a_message_that_is_not_there(take):
    assert take("nothing") is None


def test_whoever_holds_the_claim_settles_it(add, take, end, stored, now):
    message_id = add()
    take(message_id)
    assert end(message_id, 1, provider="outbox", provider_id="p-1", sent_at=now)
    found = stored(message_id)
    assert (found.status, found.provider_id, found.sent_at, found.lease_until) == (Status.SENT, "p-1", now, None)


def test_an_attempt_whose_claim_has_passed_on_settles_nothing(add, take, end, stored, now):
    message_id = add()
    first = take(message_id)
    end(message_id, first.attempt, Status.QUEUED)
    second = take(message_id)
    assert (first.attempt, second.attempt) == (1, 2)
    assert not end(message_id, first.attempt, Status.FAILED, error="too late")
    assert end(message_id, second.attempt)
    assert (stored(message_id).status, stored(message_id).error) == (Status.SENT, None)


@pytest.mark.parametrize("count", [2, 40])
def test_of_many_that_end_together_those_count_that_nobody_else_has_ended(transaction, add, take, end, stored, count):
    drafts = [take(add()) for _ in range(count)]
    end(drafts[0].id, 1, Status.FAILED, error="no such mailbox")
    # Somebody else took this one over, and has it now.
    end(drafts[1].id, 1, Status.QUEUED)
    take(drafts[1].id)
    with transaction() as session:
        settled = settle_many(session, drafts, status=Status.SENT, provider="sendgrid", provider_id="p-1")
    assert settled == drafts[2:]
    ends = [(row.status, row.provider_id, row.error) for row in (stored(draft.id) for draft in drafts)]
    assert ends[:2] == [(Status.FAILED, None, "no such mailbox"), (Status.SENDING, None, None)]
    assert ends[2:] == [(Status.SENT, "p-1", None)] * (count - 2)
    with transaction() as session:
        again = settle_many(session, drafts[2:], status=Status.SENT, provider="sendgrid", provider_id="p-2")
    assert again == []


def test_a_settled_message_is_not_settled_again(add, take, end):
    message_id = add()
    take(message_id)
    assert end(message_id, 1)
    assert not end(message_id, 1, Status.FAILED)


def test_an_attempt_given_up_as_unknown_may_still_learn_how_it_ended(add, take, end, stored):
    message_id = add()
    take(message_id)
    end(message_id, 1, Status.UNKNOWN)
    assert not end(message_id, 1, Status.QUEUED)
    assert end(message_id, 1, Status.SENT)
    assert stored(message_id).status == Status.SENT


def test_a_body_is_kept_only_by_the_attempt_that_composed_it(transaction, add, take, end, stored):
    message_id = add()
    take(message_id)
    with transaction() as session:
        assert save_composed(session, message_id, 1, subject="Hi", html="<p>", text="Hi", decisions=[{"a": 1}])
        assert not save_composed(session, message_id, 2, subject="Late")
    end(message_id, 1)
    with transaction() as session:
        assert not save_composed(session, message_id, 1, subject="Late")
    assert (stored(message_id).subject, stored(message_id).decisions) == ("Hi", [{"a": 1}])


def test_the_sweep_wakes_what_is_due_once_and_marks_it(add, sweep, stored, now):
    due, later = add(), add(send_at=now + MINUTE)
    assert sweep() == [due]
    assert stored(due).woken_at == now
    assert stored(later).woken_at is None
    assert sweep() == []


def test_the_sweep_wakes_again_what_nobody_took(add, sweep, now):
    message_id = add(woken_at=now)
    assert sweep() == []
    assert sweep(now + MINUTE) == []
    assert sweep(now + MINUTE + timedelta(seconds=1)) == [message_id]


def test_the_sweep_leaves_alone_what_is_not_waiting(add, take, end, sweep):
    sending, sent = add(), add()
    take(sending)
    take(sent)
    end(sent, 1)
    assert sweep() == []


def test_the_sweep_takes_the_longest_due_first(add, sweep, now):
    ids = [add(send_at=now - number * MINUTE) for number in range(5)]
    assert set(sweep(limit=2)) == {ids[4], ids[3]}
    assert set(sweep(limit=2)) == {ids[2], ids[1]}


def test_a_send_whose_lease_ran_out_is_abandoned(transaction, account, add, take, now):
    message_id, waiting = add(), add()
    take(message_id)
    with transaction() as session:
        assert abandoned(session, now=now + MINUTE, limit=10) == []
        late = now + MINUTE + timedelta(seconds=1)
        assert abandoned(session, now=late, limit=10) == [(account.id, message_id, 1)]
        assert abandoned(session, now=late, limit=0) == []
    assert take(waiting) is not None


def test_events_come_in_the_order_in_which_they_happened(transaction, account, other_account, add, now):
    message_id = add()
    with transaction() as session:
        add_event(session, account.id, message_id, "delivered", now + MINUTE, {"by": "carrier"})
        add_event(session, account.id, message_id, "sent", now)
    with transaction() as session:
        assert events_of(session, account.id, message_id) == [
            ("queued", now, {}),
            ("sent", now, {}),
            ("delivered", now + MINUTE, {"by": "carrier"}),
        ]
        assert events_of(session, other_account.id, message_id) == []


def test_another_accounts_message_is_never_found(transaction, other_account, add):
    message_id = add()
    with transaction() as session:
        assert message_by_id(session, other_account.id, message_id) is None
        assert list_messages(session, other_account.id, before=None, limit=10) == []
        assert earned_by(session, other_account.id, [message_id]) == {}


def test_messages_are_listed_newest_first_and_by_channel(transaction, account, add):
    ids = [add(channel=channel) for channel in ("email", "sms", "email", "email")]

    def listed(before=None, limit=10, channel=None):
        with transaction() as session:
            found = list_messages(session, account.id, before=before, limit=limit, channel=channel)
            return [ids.index(each.id) for each in found]

    assert listed() == [3, 2, 1, 0]
    assert listed(limit=2) == [3, 2]
    assert listed(before=ids[2]) == [1, 0]
    assert listed(channel="email") == [3, 2, 0]


def test_what_a_message_earned_is_counted_under_its_own_words(transaction, account, contact, add):
    message_id = add(template="invite", automation="welcome", goal="share")
    with transaction() as session:
        [found] = earned_by(session, account.id, [message_id, "nothing"]).values()
    assert (found.id, found.contact_id, found.goal) == (message_id, contact.id, "share")
    subject = found.subject_of_counts("whatsapp")
    assert (subject.channel, subject.template, subject.automation, subject.campaign_id, subject.platform) == (
        *("email", "invite", "welcome"),
        *("", "whatsapp"),
    )
