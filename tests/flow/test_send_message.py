"""One claimed message goes to its provider once, and how that ended is written down."""

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.domain.message import Content, Status
from app.flow.requeue_stuck import requeue_stuck
from app.flow.unsubscribe import unsubscribe
from app.store.integrations import put_integration
from app.store.messages import MessageRow
from integrations.protocol import RejectedError, UnavailableError, UncertainError
from tests.fakes.sendgrid import SendGridFake
from tests.flow.story import LEASE, Carrier, OneProvider, at_once, both_databases
from tests.flow.vendors import registry, wait_for_the_sweep


@both_databases
def test_the_outbox_delivers_at_once(shop):
    shop.template()
    message_id = shop.trigger(template="invite").message_id
    assert shop.send(message_id, providers=registry()) is Status.DELIVERED
    message = shop.message(message_id)
    assert (message.status, message.provider, message.attempt) == ("delivered", "outbox", 1)
    assert (message.provider_id, message.sent_at, message.lease_until) == (f"outbox-{message_id}", shop.now, None)
    assert shop.events(message_id) == ["queued", "sent", "delivered"]
    row = shop.messages()["invite"]
    assert (row["sent"], row["delivered"]) == (1, 1)
    assert shop.audit() == []


def test_a_message_is_sent_once_however_often_it_is_woken(shop):
    carrier = Carrier()
    message_id = shop.trigger().message_id
    assert [shop.send(message_id, carrier) for _ in range(3)] == [Status.SENT, None, None]
    assert len(carrier.sent) == 1


@both_databases
def test_several_workers_at_once_send_one_message_once(shop):
    carrier = Carrier()
    message_id = shop.trigger().message_id
    ends = at_once(*[lambda: shop.send(message_id, carrier) for _ in range(4)])
    assert sorted(map(str, ends)) == ["None", "None", "None", "sent"]
    assert len(carrier.sent) == 1
    assert shop.events(message_id) == ["queued", "sent"]
    assert shop.audit() == []


@both_databases
def test_no_transaction_is_open_while_the_provider_is_called(shop):
    others = []
    message_id = shop.trigger().message_id
    shop.send(message_id, Carrier(lambda: others.append(shop.message(message_id).status)))
    assert others == [Status.SENDING]


def test_the_provider_gets_the_body_that_is_kept(shop):
    carrier = Carrier()
    message_id = shop.trigger(content=Content("Hi", "<p>x</p>", None, "Shop <shop@example.com>")).message_id
    shop.send(message_id, carrier)
    [outbound] = carrier.sent
    message = shop.message(message_id)
    assert (outbound.subject, outbound.html, outbound.text) == (message.subject, message.html, message.text)
    assert (outbound.sender, outbound.recipient) == ("Shop <shop@example.com>", "ada@example.com")
    assert (outbound.id, outbound.account_id, outbound.attempt) == (message_id, shop.account.id, 1)


@both_databases
def test_a_character_that_databases_do_not_like_is_sent_as_it_was_given(shop):
    carrier = Carrier()
    given = '\0<p>a\0b</p><a href="https://shop.example/">\ufffe\U0001f600</a>\0'
    shop.send(shop.trigger(content=Content("Hi", given, "\0", "Shop <shop@example.com>")).message_id, carrier)
    [outbound] = carrier.sent
    before, _, after = re.split(r"(https://[\w.-]+/-t\w+)", outbound.html)
    assert (before + "https://shop.example/" + after, outbound.text) == (given, "\0")


@both_databases
def test_a_message_put_off_goes_no_further_once_its_reader_says_stop(shop):
    earlier, message_id = shop.sent(), shop.trigger().message_id
    assert shop.send(message_id, Carrier(fails_with=UnavailableError("busy"))) is Status.QUEUED
    shop.say(unsubscribe, earlier)
    assert message_id in wait_for_the_sweep(shop, timedelta(minutes=10))
    carrier = Carrier()
    assert shop.send(message_id, carrier) is None
    assert carrier.sent == []
    assert shop.events(message_id) == ["queued", "postponed", "suppressed"]
    assert (shop.message(message_id).status, shop.audit()) == (Status.SUPPRESSED, [])


@both_databases
def test_an_accounts_own_credentials_carry_its_messages_alone(shop, other_shop):
    with SendGridFake() as fake:
        fake.api_key = "SG.own"
        providers = registry(sendgrid_api_base=fake.base_url)
        for sender in (shop, other_shop):
            sender.message_id = sender.trigger().message_id
        shop.in_one(put_integration, shop.account.id, "sendgrid", {"api_key": "SG.own"}, shop.now)
        assert shop.send(shop.message_id, providers=providers) is Status.SENT
        assert other_shop.send(other_shop.message_id, providers=providers) is Status.FAILED
    assert "invalid" in other_shop.message(other_shop.message_id).error


def test_an_outage_is_tried_ever_more_slowly_and_given_up_in_the_end(shop):
    down = Carrier(fails_with=UnavailableError("refused"))
    message_id = shop.trigger().message_id
    waits = {}
    for attempt in (1, 4, 20, 59, 60):
        tried = update(MessageRow).where(MessageRow.id == message_id).values(attempt=attempt - 1)
        shop.in_one(lambda session, tried=tried: session.execute(tried))
        shop.send(message_id, down)
        waits[attempt] = (shop.message(message_id).send_at - shop.now).total_seconds()
        shop.now = max(shop.message(message_id).send_at, shop.now)
    assert 1 <= waits[1] <= 2
    assert 8 <= waits[4] <= 16
    assert 300 <= waits[20] <= 600
    assert 300 <= waits[59] <= 600
    message = shop.message(message_id)
    assert (message.status, message.error) == (Status.FAILED, "gave up: refused")
    assert shop.events(message_id) == ["queued", "postponed", "postponed", "postponed", "postponed", "failed"]


def test_a_vendor_that_asks_for_years_is_asked_again_in_an_hour(shop):
    message_id = shop.trigger().message_id
    shop.send(message_id, Carrier(fails_with=UnavailableError("busy", 999_999_999)))
    assert timedelta(hours=1) <= shop.message(message_id).send_at - shop.now <= timedelta(hours=1.25)


@both_databases
def test_a_worker_whose_message_went_to_another_cannot_overwrite_what_that_one_wrote(shop):
    message_id = shop.trigger().message_id
    second = Carrier(provider_id="second")

    def meanwhile():
        shop.now += 2 * LEASE
        requeue_stuck(transaction=shop.transaction, now=shop.now)
        assert shop.message(message_id).status == Status.UNKNOWN
        # Somebody looked at the vendor's list, did not find it there, and has it sent again.
        again = update(MessageRow).where(MessageRow.id == message_id).values(status=Status.QUEUED)
        shop.in_one(lambda session: session.execute(again))
        assert shop.send(message_id, second) is Status.SENT

    for stopped in (Carrier(meanwhile), Carrier(meanwhile, fails_with=RejectedError("no"))):
        shop.in_one(
            lambda session: session.execute(
                update(MessageRow).where(MessageRow.id == message_id).values(status=Status.QUEUED)
            )
        )
        shop.send(message_id, stopped)
        message = shop.message(message_id)
        assert (message.status, message.provider_id, message.error) == (Status.SENT, "second", None)
    assert shop.audit() == []


@pytest.mark.parametrize(
    ("failure", "status", "events"),
    [
        (None, Status.SENT, ["unknown", "sent"]),
        (RejectedError("no"), Status.FAILED, ["unknown", "failed"]),
        (UncertainError("cut"), Status.UNKNOWN, ["unknown"]),
        (UnavailableError("busy"), Status.UNKNOWN, ["unknown"]),
    ],
    ids=["taken", "refused", "uncertain", "busy"],
)
def test_a_worker_that_comes_back_after_its_lease_still_knows_how_its_own_call_ended(shop, failure, status, events):
    message_id = shop.trigger().message_id

    def meanwhile():
        shop.now += 2 * LEASE
        requeue_stuck(transaction=shop.transaction, now=shop.now)

    shop.send(message_id, Carrier(meanwhile, fails_with=failure))
    message = shop.message(message_id)
    assert message.status == status
    assert message.provider_id == ("first" if status is Status.SENT else None)
    assert shop.events(message_id)[1:] == events
    assert shop.audit() == []


@both_databases
def test_a_worker_that_dies_in_the_call_leaves_the_message_unknown(shop):
    message_id = shop.trigger().message_id

    def die():
        raise SystemExit

    with pytest.raises(SystemExit):
        shop.send(message_id, Carrier(die))
    assert shop.message(message_id).status == Status.SENDING
    assert message_id not in wait_for_the_sweep(shop, LEASE - timedelta(seconds=1))
    assert shop.message(message_id).status == Status.SENDING
    wait_for_the_sweep(shop, timedelta(seconds=2))
    assert shop.message(message_id).status == Status.UNKNOWN
    assert shop.send(message_id, Carrier()) is None


@both_databases
def test_a_provider_that_is_slow_holds_nobody_else_up(shop):
    slow, quick = shop.trigger().message_id, shop.trigger().message_id
    under_way, released = threading.Event(), threading.Event()

    def hold():
        under_way.set()
        released.wait(10)

    worker = threading.Thread(target=lambda: shop.send(slow, Carrier(hold)))
    worker.start()
    under_way.wait(10)
    assert shop.send(quick, OneProvider().provider) is Status.DELIVERED
    released.set()
    worker.join(10)
    assert shop.message(slow).status == Status.SENT
