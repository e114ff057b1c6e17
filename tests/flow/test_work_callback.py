"""A kept call is worked off once, whatever it holds, and a sweep finds what no queue heard of."""

import json
from datetime import timedelta

import pytest

from app.domain.message import Channel, Status
from app.flow.requeue_stuck import requeue_stuck
from app.flow.work_callback import work_callback
from app.store.provider_callbacks import ProviderCallbackRow, keep_callback
from integrations.callbacks import read_callback
from tests.flow.story import Carrier, both_databases

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def keep(shop):
    """Keep a call and return its id."""

    def kept(source, body, query="", content_type=FORM):
        given = {"query": query, "content_type": content_type, "body": body, "now": shop.now}
        return shop.in_one(keep_callback, shop.account.id, source, **given)

    return kept


def work(shop, callback_id, read=read_callback):
    return work_callback(callback_id, transaction=shop.transaction, read=read, clock=lambda: shop.now)


def row(shop, callback_id):
    return shop.in_one(lambda session: session.get(ProviderCallbackRow, callback_id))


@both_databases
def test_a_status_report_moves_its_message_and_a_repeat_does_nothing(shop, keep):
    message_id = shop.trigger(channel=Channel.SMS).message_id
    shop.send(message_id, Carrier(provider_id="SM1"))
    callback_id = keep("twilio/status", b"MessageSid=SM1&MessageStatus=delivered", f"message={message_id}")
    assert keep("twilio/status", b"MessageSid=SM1&MessageStatus=delivered", f"message={message_id}") is None
    for _ in range(2):
        assert work(shop, callback_id) == []
    assert shop.message(message_id).status == Status.DELIVERED
    assert shop.events(message_id) == ["queued", "sent", "delivered"]


def test_a_stop_by_text_makes_the_word_on_it_due(shop, keep):
    callback_id = keep("twilio/inbound", b"MessageSid=SM1&From=%2B15558675310&To=%2B15017122661&Body=stop")
    [answer] = work(shop, callback_id)
    assert shop.message(answer).recipient == "+15558675310"


@pytest.mark.parametrize("body", [b"", b"\xff", b"{}", b"[" * 1000, b"[1, null, {}]"])
def test_what_says_nothing_is_done_with(shop, keep, body):
    callback_id = keep("sendgrid/events", body, content_type="application/json")
    assert work(shop, callback_id) == []
    assert row(shop, callback_id).done_at == shop.now
    assert bool(row(shop, callback_id).error) is (body != b"[1, null, {}]")


def test_a_call_whose_worker_dies_in_the_middle_goes_on_where_it_stopped(shop, keep):
    message_id = shop.trigger().message_id
    shop.send(message_id, Carrier())
    events = [{"event": "open", "message_id": message_id, "timestamp": second} for second in range(300)]
    callback_id = keep("sendgrid/events", json.dumps(events).encode(), content_type="application/json")
    times = iter([shop.now] * 1)
    with pytest.raises(StopIteration):
        work_callback(callback_id, transaction=shop.transaction, read=read_callback, clock=lambda: next(times))
    assert shop.events(message_id).count("opened") == 200
    shop.now += timedelta(seconds=31)
    assert callback_id in requeue_stuck(transaction=shop.transaction, now=shop.now).callbacks
    work(shop, callback_id)
    work(shop, callback_id)
    assert shop.events(message_id).count("opened") == 300
    assert shop.audit() == []


@both_databases
def test_a_call_that_no_queue_heard_of_is_found_and_one_that_never_works_rarely(shop, keep):
    callback_id = keep("sendgrid/events", b"[]")

    def sweep():
        return requeue_stuck(transaction=shop.transaction, now=shop.now).callbacks

    assert callback_id not in sweep()
    woken = 0
    for _ in range(30):
        shop.now += timedelta(seconds=31)
        woken += callback_id in sweep()
    assert woken == 9
    shop.now += timedelta(hours=1)
    assert callback_id in sweep()
    work(shop, callback_id)
    shop.now += timedelta(hours=2)
    assert callback_id not in sweep()
