"""The same call again gets the same answer, also while the first one is still at work."""

import threading
from datetime import timedelta

import pytest

from app.store.idempotency import Answer, keep_answer, reserve_answer


@pytest.fixture
def call(transaction, account, now):
    """Answer a call once; the number of times the work was done is kept."""
    done = []

    def work(key="k-1", fingerprint="abc", account=account, body=None):
        with transaction() as session:
            earlier = reserve_answer(session, account.id, key, fingerprint, now)
            if earlier:
                return earlier
            done.append(key)
            keep_answer(session, account.id, key, 202, body or {"message": {"id": "m-1"}})
        return None

    work.done = done
    return work


def test_the_first_call_does_the_work_and_the_next_gets_its_answer(call):
    assert call() is None
    assert call() == Answer("abc", 202, {"message": {"id": "m-1"}})
    assert call.done == ["k-1"]


def test_a_call_with_another_body_learns_what_the_first_one_was(call):
    call(fingerprint="abc")
    assert call(fingerprint="xyz").fingerprint == "abc"


def test_keys_belong_to_their_account(call, other_account):
    call()
    assert call(account=other_account) is None
    assert call("k-2") is None


def test_of_many_calls_at_once_one_does_the_work_and_all_get_its_answer(call, at_once):
    answers = at_once(8, lambda _: call())
    assert call.done == ["k-1"]
    assert answers.count(None) == 1
    assert {answer.status for answer in answers if answer} == {202}


def overlap(transaction, account, now, first):
    """Run ``first`` in a transaction that holds the key while a second call asks for it."""
    found, asked = [], threading.Event()

    def second():
        with transaction() as session:
            asked.set()
            found.append(reserve_answer(session, account.id, "k-1", "abc", now + timedelta(seconds=1)))

    thread = threading.Thread(target=second)
    with transaction() as session:
        assert reserve_answer(session, account.id, "k-1", "abc", now) is None
        thread.start()
        if session.get_bind().dialect.name == "postgresql":
            # Really at the same time: its transaction is open and waits for this one.
            assert asked.wait(5)
        thread.join(0.1)
        assert found == []
        first(session)
    thread.join(10)
    return found


def test_a_second_call_waits_for_the_first_and_gets_its_answer(transaction, account, now):
    found = overlap(transaction, account, now, lambda session: keep_answer(session, account.id, "k-1", 202, ["done"]))
    assert found == [Answer("abc", 202, ["done"])]


def test_when_the_first_call_fails_the_second_does_the_work(transaction, account, now):
    assert overlap(transaction, account, now, lambda session: session.rollback()) == [None]
