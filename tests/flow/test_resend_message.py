"""A message of unknown fate: looked for at its provider, and sent again only because somebody says so."""

from datetime import timedelta

import pytest

from app.domain.errors import ConflictError, UnknownError
from app.domain.message import Channel, ContactDetails, Content, Status
from app.flow.look_up_send import PAUSES, look_up_send
from app.flow.requeue_stuck import requeue_stuck
from app.flow.resend_message import resend_message
from integrations.protocol import RejectedError, UncertainError
from tests.fakes.server import Mood
from tests.fakes.twilio import TwilioFake
from tests.flow.story import Carrier, both_databases
from tests.flow.vendors import registry


@pytest.fixture
def again(shop):
    def resend(message_id):
        shop.in_one(resend_message, shop.account, message_id, now=shop.now)

    return resend


@both_databases
@pytest.mark.parametrize("failure", [UncertainError("cut"), RejectedError("no")], ids=["unknown", "failed"])
def test_somebodys_word_sends_it_again_once_with_the_same_links(shop, again, failure):
    message_id = shop.trigger().message_id
    first, second = Carrier(fails_with=failure), Carrier(provider_id="second")
    before = shop.send(message_id, first)
    again(message_id)
    with pytest.raises(ConflictError):
        again(message_id)
    assert shop.send(message_id, second) is Status.SENT
    assert (first.sent[0].html, first.sent[0].attempt) == (second.sent[0].html, second.sent[0].attempt - 2)
    assert shop.events(message_id) == ["queued", before, "queued", "sent"]
    assert shop.audit() == []


def test_what_was_sent_and_what_is_somebody_elses_is_not_sent_again(shop, other_shop, again):
    message_id = shop.sent().id
    with pytest.raises(ConflictError):
        again(message_id)
    foreign = other_shop.trigger().message_id
    other_shop.send(foreign, Carrier(fails_with=UncertainError("cut")))
    with pytest.raises(UnknownError):
        again(foreign)


def test_a_worker_that_comes_back_after_a_resend_cannot_pass_its_own_end_for_the_new_ones(shop, again):
    message_id = shop.trigger().message_id

    def meanwhile():
        shop.now += timedelta(hours=1)
        requeue_stuck(transaction=shop.transaction, now=shop.now)
        again(message_id)

    shop.send(message_id, Carrier(meanwhile))
    assert shop.message(message_id).status == Status.QUEUED


@pytest.fixture
def twilio():
    with TwilioFake() as fake:
        yield fake, registry(twilio_api_base=fake.base_url)


def text(shop, words="Look: https://shop.example/a"):
    return shop.trigger(
        channel=Channel.SMS, content=Content(text=words), contact=ContactDetails(phone="+15005550010")
    ).message_id


def looks(shop, providers):
    """Let time pass until nobody looks any more; return what each look found."""
    found = []
    for pause in PAUSES:
        shop.now += pause
        woken = requeue_stuck(transaction=shop.transaction, now=shop.now).doubtful
        woken = [one for one in woken if shop.message(one)]
        given = {"transaction": shop.transaction, "providers": providers, "clock": lambda: shop.now}
        found += [look_up_send(one, **given) for one in woken]
    return found


@both_databases
def test_a_text_whose_answer_was_lost_is_found_in_the_vendors_list(shop, twilio):
    fake, providers = twilio
    fake.mood = Mood.ANSWER_LOST
    message_id = text(shop)
    assert shop.send(message_id, providers=providers) is Status.UNKNOWN
    fake.mood = Mood.WELL
    assert looks(shop, providers) == [Status.DELIVERED]
    message = shop.message(message_id)
    assert (message.status, message.provider_id) == ("delivered", fake.messages[0]["sid"])
    assert shop.events(message_id) == ["queued", "unknown", "sent", "delivered"]
    assert shop.audit() == []


def test_a_text_that_never_arrived_is_looked_for_a_few_times_and_stays_unknown(shop, twilio):
    fake, providers = twilio
    fake.mood = Mood.CUT
    message_id = text(shop)
    shop.send(message_id, providers=providers)
    fake.mood = Mood.BROKEN
    assert looks(shop, providers) == [None] * len(PAUSES)
    shop.now += timedelta(days=9)
    assert looks(shop, providers) == []
    assert shop.message(message_id).status == Status.UNKNOWN
    assert len(fake.messages) == 0


def test_another_text_with_the_same_words_is_no_evidence(shop, twilio):
    fake, providers = twilio
    assert shop.send(text(shop, "Hi"), providers=providers) is Status.SENT
    fake.mood = Mood.CUT
    message_id = text(shop, "Hi")
    shop.send(message_id, providers=providers)
    fake.mood = Mood.WELL
    assert set(looks(shop, providers)) == {None}
    assert shop.message(message_id).status == Status.UNKNOWN


class Turnstile:
    """A pacer that lets nobody through until told to."""

    def __init__(self, wait_s):
        self.wait_s, self.asked = wait_s, []

    def take(self, account_id, per_second):
        self.asked.append((account_id, per_second))
        return self.wait_s


def test_a_text_whose_turn_has_not_come_goes_back_until_then(shop):
    class Paced(Carrier):
        is_paced = True

    carrier, pacer = Paced(), Turnstile(3.5)
    message_id = text(shop)
    shop.pacer = pacer
    assert shop.send(message_id, carrier) is Status.QUEUED
    assert (carrier.sent, shop.message(message_id).send_at) == ([], shop.now + timedelta(seconds=3.5))
    assert pacer.asked == [(shop.account.id, 20)]
    shop.now += timedelta(seconds=4)
    pacer.wait_s = 0.0
    assert shop.send(message_id, carrier) is Status.SENT
    assert shop.events(message_id) == ["queued", "sent"]
