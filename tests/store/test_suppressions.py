"""Who wants nothing more, by which channel."""

from datetime import timedelta

import pytest

from app.store.accounts import add_domain
from app.store.suppressions import lift, reader_of_message, suppress, suppressed

ADA = ("email", "ada@example.com")
BOB = ("email", "bob@example.com")
TEXT = ("sms", "+15005550006")


@pytest.fixture
def stop(transaction, account, now):
    """Suppress an address; tell whether that was new."""

    def say(recipient=ADA, account=account, reason="unsubscribed", message_id="m-1", after=timedelta()):
        with transaction() as session:
            return suppress(session, account.id, *recipient, reason=reason, message_id=message_id, now=now + after)

    return say


@pytest.fixture
def undo(transaction, account, now):
    """Lift a suppression; tell whether there was one."""

    def say(recipient=ADA, account=account, reason="unsubscribed"):
        with transaction() as session:
            return lift(session, account.id, *recipient, reason=reason, now=now + timedelta(hours=1))

    return say


@pytest.fixture
def stopped(transaction, account):
    """Ask why nothing is sent to whom."""

    def ask(*recipients, account=account):
        with transaction() as session:
            return suppressed(session, account.id, recipients)

    return ask


def test_whoever_says_stop_is_named_with_the_reason_and_nobody_else(stop, stopped):
    stop()
    assert stopped(ADA, BOB, TEXT) == {ADA: {"unsubscribed"}}
    assert stopped(BOB) == {}
    assert stopped() == {}


def test_a_stop_holds_for_its_channel_and_account_alone(stop, stopped, other_account):
    stop(("email", "+15005550006"))
    assert stopped(TEXT) == {}
    stop()
    assert stopped(ADA, account=other_account) == {}


def test_saying_it_twice_keeps_the_first_evidence(stop, raw):
    assert stop(message_id="m-1") is True
    assert stop(message_id="m-2", after=timedelta(days=1)) is False
    assert raw("SELECT message_id, lifted_at FROM suppressions") == [("m-1", None)]


def test_what_is_taken_back_is_over_and_can_be_said_again(stop, undo, stopped, raw):
    assert undo() is False
    stop(message_id="m-1")
    assert undo() is True
    assert undo() is False
    assert stopped(ADA) == {}
    assert stop(message_id="m-2") is True
    assert stopped(ADA) == {ADA: {"unsubscribed"}}
    assert raw("SELECT message_id, lifted_at FROM suppressions") == [("m-2", None)]


def test_a_reader_takes_back_what_they_said_and_nothing_else(stop, undo, stopped):
    stop(reason="bounced")
    assert undo() is False
    assert stopped(ADA) == {ADA: {"bounced"}}


def test_each_reason_stands_for_itself(stop, undo, stopped):
    assert stop(reason="bounced") is True
    assert stop(reason="unsubscribed") is True
    assert undo(reason="unsubscribed") is True
    assert stopped(ADA) == {ADA: {"bounced"}}


def test_of_many_who_say_it_at_once_one_is_first(stop, stopped, at_once):
    assert sorted(at_once(4, lambda _: stop())) == [False, False, False, True]
    assert stopped(ADA) == {ADA: {"unsubscribed"}}


def test_a_thousand_recipients_are_asked_for_at_once(stop, stopped):
    stop(("email", "p999@example.com"))
    everybody = [("email", f"p{number}@example.com") for number in range(1000)]
    assert stopped(*everybody) == {("email", "p999@example.com"): {"unsubscribed"}}


def test_a_message_leads_to_its_reader_on_every_domain_of_its_account_and_on_the_hub(
    transaction, account, other_account, add, now
):
    message_id = add(code="PPPPPPPPPPP")
    with transaction() as session:
        add_domain(session, account.id, "two.shop.example", verified_at=now, now=now)
        add_domain(session, account.id, "new.shop.example", verified_at=None, now=now)
        for host in ("refer.shop.example", "two.shop.example", None):
            reader = reader_of_message(session, message_id, host=host)
            assert (reader.account_id, reader.account_name) == (account.id, account.name)
            assert (reader.message_id, reader.channel, reader.address) == (message_id, *ADA)
        for host in ("new.shop.example", "go.other.example", "nobody.example"):
            assert reader_of_message(session, message_id, host=host) is None
        assert reader_of_message(session, "QQQQQQQQQQQ", host=None) is None
