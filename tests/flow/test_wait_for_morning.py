"""Marketing waits for the reader's morning."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.consent import Purpose
from app.domain.message import Channel, Content, Status
from app.flow.requeue_stuck import requeue_stuck
from app.flow.send_batch import send_batch
from app.store.accounts import change_account
from tests.flow.story import ADA, HUB, LEASE, Carrier, OneProvider, both_databases

EVENING = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""22:00 in New York, the evening before."""
MORNING = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
NEW_YORKER = ADA._replace(phone="+12125550100")


@pytest.fixture
def quiet(shop):
    """Switch quiet hours on, in the evening."""

    def switch(**given):
        hours = {"quiet_from": "21:00", "quiet_to": "08:00"} | given
        shop.account = shop.in_one(change_account, shop.account.id, hours)

    shop.now = EVENING
    return switch


@both_databases
def test_what_is_asked_for_in_the_evening_is_sent_in_the_morning(shop, quiet):
    quiet()
    accepted = shop.trigger(channel=Channel.SMS, contact=NEW_YORKER)
    message = shop.message(accepted.message_id)
    assert (accepted.status, accepted.is_due, message.send_at) == (Status.QUEUED, False, MORNING)
    assert shop.events(message.id) == ["queued", "postponed"]
    assert shop.send(message.id) is None
    shop.now = MORNING
    woken = requeue_stuck(transaction=shop.transaction, now=shop.now).messages
    assert any(message.id in batch for batch in woken)
    assert shop.send(message.id) is Status.DELIVERED


@both_databases
def test_what_an_outage_or_a_later_choice_puts_into_the_night_waits_as_well(shop, quiet):
    message_id = shop.trigger(channel=Channel.SMS, contact=NEW_YORKER).message_id
    quiet()
    carrier = Carrier()
    assert shop.send(message_id, carrier) is None
    message = shop.message(message_id)
    assert (carrier.sent, message.status, message.send_at, message.lease_until) == ([], "queued", MORNING, None)
    assert shop.events(message_id) == ["queued", "postponed"]
    shop.now = MORNING
    assert shop.send(message_id) is Status.DELIVERED


def test_what_is_no_marketing_goes_out_at_once(shop, quiet):
    quiet()
    for purpose in (Purpose.TRANSACTIONAL, Purpose.CONSENT):
        words = Content(text="Your code is 1", purpose=purpose)
        accepted = shop.trigger(channel=Channel.SMS, contact=NEW_YORKER, content=words)
        assert shop.send(accepted.message_id) is Status.DELIVERED


def test_a_moment_asked_for_counts_by_the_readers_own_zone(shop, quiet):
    quiet()
    ada = NEW_YORKER._replace(fields={"timezone": "Asia/Tokyo"})
    noon_there = EVENING
    assert shop.message(shop.trigger(contact=ada).message_id).send_at == noon_there
    at_night = noon_there + timedelta(hours=12)
    assert shop.message(shop.trigger(contact=ada, send_at=at_night).message_id).send_at == datetime(
        2026, 11, 23, 23, 0, tzinfo=UTC
    )


def test_of_many_that_go_together_the_sleeping_ones_are_left_out(shop, quiet):
    shop.template()
    awake = shop.trigger(template="invite", contact=ADA._replace(phone="+4915112345678")).message_id
    asleep = shop.trigger(
        template="invite", contact=NEW_YORKER._replace(email="bob@example.com", external_id="c-2")
    ).message_id
    quiet(quiet_to="04:00")
    sent = []

    class Bulk(Carrier):
        def split(self, mailing):
            return [mailing], []

        def send_many(self, mailing):
            sent.extend(one.message_id for one in mailing.addressees)
            return [self.send(one) for one in mailing.addressees]

    given = {"clock": lambda: shop.now, "lease": LEASE, "link_port": 8000, "public_url": HUB}
    alone = send_batch([awake, asleep], transaction=shop.transaction, providers=OneProvider(Bulk()), **given)
    assert (sent, alone) == ([awake], [asleep])
