"""Messages on their way to the vendors: their stand-ins, in every mood."""

from datetime import timedelta

import pytest

from app.domain.message import Channel, ContactDetails, Status
from tests.fakes.sendgrid import SendGridFake
from tests.fakes.server import Mood
from tests.fakes.twilio import TwilioFake
from tests.flow.vendors import registry, wait_for_the_sweep


@pytest.fixture(scope="module", params=["twilio", "sendgrid"])
def vendor(request):
    with (TwilioFake if request.param == "twilio" else SendGridFake)() as fake:
        yield fake


@pytest.fixture
def fake(vendor):
    yield vendor
    vendor.mood = Mood.WELL
    vendor.messages.clear()
    vendor.calls.clear()


@pytest.fixture
def channel(fake):
    return Channel.SMS if isinstance(fake, TwilioFake) else Channel.EMAIL


@pytest.fixture
def providers(fake, channel):
    base = "twilio_api_base" if channel is Channel.SMS else "sendgrid_api_base"
    return registry(**{base: fake.base_url})


class TestAtARealVendor:
    def test_success_leaves_the_vendors_own_id(self, shop, fake, channel, providers):
        message_id = shop.trigger(channel=channel).message_id
        assert shop.send(message_id, providers=providers) is Status.SENT
        [taken] = fake.messages
        message = shop.message(message_id)
        assert (message.status, message.provider) == ("sent", "twilio" if channel is Channel.SMS else "sendgrid")
        assert message.provider_id == taken.get("sid", taken.get("x_message_id"))

    def test_429_puts_it_back_for_later_than_was_asked_for_and_the_sweep_goes_on(self, shop, fake, channel, providers):
        fake.mood = Mood.BUSY
        message_id = shop.trigger(channel=channel).message_id
        assert shop.send(message_id, providers=providers) is Status.QUEUED
        message = shop.message(message_id)
        assert message.send_at >= shop.now + timedelta(seconds=7)
        assert shop.events(message_id) == ["queued", "postponed"]
        assert message_id not in wait_for_the_sweep(shop, timedelta(seconds=6))
        assert shop.send(message_id, providers=providers) is None
        fake.mood = Mood.WELL
        assert message_id in wait_for_the_sweep(shop, timedelta(seconds=5))
        assert shop.send(message_id, providers=providers) is Status.SENT
        assert shop.message(message_id).error is None
        assert len(fake.messages) == 1
        assert shop.audit() == []

    @pytest.mark.parametrize(
        ("mood", "taken"),
        [(Mood.HANGS, 0), (Mood.BROKEN, 0), (Mood.CUT, 0), (Mood.ANSWER_LOST, 1), (Mood.GARBLED, 1)],
        ids=lambda value: value.name.lower() if isinstance(value, Mood) else "",
    )
    def test_whatever_may_have_been_taken_is_unknown_and_never_sent_again(
        self, shop, fake, channel, providers, mood, taken
    ):
        fake.mood = mood
        message_id = shop.trigger(channel=channel).message_id
        assert shop.send(message_id, providers=providers) is Status.UNKNOWN
        assert shop.message(message_id).error
        assert shop.events(message_id) == ["queued", "unknown"]
        fake.mood = Mood.WELL
        assert message_id not in wait_for_the_sweep(shop, timedelta(days=2))
        assert shop.send(message_id, providers=providers) is None
        assert (len(fake.calls), len(fake.messages)) == (1, taken)
        assert shop.message(message_id).status == Status.UNKNOWN
        assert shop.audit() == []


@pytest.mark.parametrize(
    ("number", "why"), [("+15005550004", "unsubscribed"), ("+15005550001", "Invalid 'To'"), ("+15005550009", "mobile")]
)
def test_a_refusal_is_final_and_says_why(shop, number, why):
    with TwilioFake() as fake:
        providers = registry(twilio_api_base=fake.base_url)
        shop.template("text", channel=Channel.SMS)
        message_id = shop.trigger(channel=Channel.SMS, template="text", contact=ContactDetails(phone=number)).message_id
        assert shop.send(message_id, providers=providers) is Status.FAILED
    assert why in shop.message(message_id).error
    assert message_id not in wait_for_the_sweep(shop, timedelta(days=1))
    assert shop.events(message_id) == ["queued", "failed"]
    assert shop.messages()["text"]["failed"] == 1
    assert shop.audit() == []
