"""A reader says stop, and takes it back."""

from datetime import timedelta

from app.domain.message import Channel, ContactDetails, Status
from app.flow.requeue_stuck import requeue_stuck
from app.flow.resubscribe import resubscribe
from app.flow.unsubscribe import unsubscribe
from app.store.suppressions import suppressed
from tests.flow.story import MINUTE, Carrier, at_once, both_databases

STOPPED = (Status.SUPPRESSED, "unsubscribed")


def asked(shop, **given):
    """Ask for a message; return where it stands, and why nothing is sent."""
    accepted = shop.trigger(**given)
    return accepted.status, accepted.suppressed_reason


@both_databases
def test_whoever_says_stop_gets_nothing_more_and_their_message_tells_of_it(shop):
    message = shop.sent()
    shop.say(unsubscribe, message)
    assert shop.events(message.id) == ["queued", "sent", "delivered", "unsubscribed"]
    assert asked(shop) == STOPPED
    assert shop.message(message.id).status == Status.DELIVERED


@both_databases
def test_saying_it_twice_or_on_two_messages_is_saying_it_once(shop):
    first, second = shop.sent(), shop.sent()
    at_once(*[lambda: shop.say(unsubscribe, first)] * 3)
    shop.say(unsubscribe, second)
    assert shop.events(first.id).count("unsubscribed") == 1
    assert "unsubscribed" not in shop.events(second.id)


def test_a_stop_is_for_one_channel_of_one_account(shop, other_shop):
    shop.say(unsubscribe, shop.sent())
    assert asked(shop, channel=Channel.SMS) == (Status.QUEUED, None)
    assert asked(other_shop) == (Status.QUEUED, None)
    assert asked(shop, contact=ContactDetails(email="bob@example.com")) == (Status.QUEUED, None)


@both_databases
def test_taken_back_messages_go_out_again(shop):
    message = shop.sent()
    shop.say(unsubscribe, message)
    for _ in range(2):
        shop.say(resubscribe, message)
    assert shop.events(message.id)[-2:] == ["unsubscribed", "resubscribed"]
    assert shop.sent().status == Status.DELIVERED
    shop.say(unsubscribe, message)
    assert shop.events(message.id)[-1] == "unsubscribed"


def test_taking_back_what_nobody_said_changes_nothing(shop):
    message = shop.sent()
    shop.say(resubscribe, message)
    assert shop.events(message.id) == ["queued", "sent", "delivered"]
    assert shop.in_one(suppressed, shop.account.id, [("email", "ada@example.com")]) == {}


@both_databases
def test_a_suppressed_message_is_over_and_nobody_wakes_it(shop):
    shop.say(unsubscribe, shop.sent())
    message = shop.message(shop.trigger().message_id)
    assert (message.status, message.error, message.attempt) == ("suppressed", "unsubscribed", 0)
    assert (message.woken_at, message.sent_at, message.provider) == (None, None, None)
    carrier = Carrier()
    shop.now += timedelta(days=1)
    assert message.id not in requeue_stuck(transaction=shop.transaction, now=shop.now).messages
    assert shop.send(message.id, carrier) is None
    assert carrier.sent == []
    assert shop.events(message.id) == ["suppressed"]


@both_databases
def test_whoever_says_stop_before_the_sending_gets_nothing(shop):
    message = shop.sent()
    waiting = shop.trigger(send_at=shop.now + MINUTE).message_id
    shop.say(unsubscribe, message)
    shop.now += MINUTE
    carrier = Carrier()
    assert shop.send(waiting, carrier) is None
    assert carrier.sent == []
    ended = shop.message(waiting)
    assert (ended.status, ended.error, ended.lease_until) == ("suppressed", "unsubscribed", None)
    assert shop.events(waiting) == ["queued", "suppressed"]
    shop.say(resubscribe, message)
    assert shop.send(waiting, carrier) is None


@both_databases
def test_what_was_suppressed_is_counted_neither_as_sent_nor_as_failed(shop):
    shop.template()
    message = shop.sent(template="invite")
    waiting = shop.trigger(template="invite", send_at=shop.now + MINUTE).message_id
    shop.say(unsubscribe, message)
    shop.trigger(template="invite")
    shop.now += MINUTE
    shop.send(waiting)
    row = shop.messages()["invite"]
    assert (row["sent"], row["delivered"], row.get("failed", 0)) == (1, 1, 0)
    assert shop.audit() == []
