"""Whether credentials work is asked of the vendor itself, and an outage says nothing of them."""

import pytest

from tests.fakes.sendgrid import SendGridFake
from tests.fakes.server import Mood
from tests.fakes.twilio import TwilioFake
from tests.flow.vendors import registry

KEYS = {"twilio": {"account_sid": "AC1", "auth_token": "right"}, "sendgrid": {"api_key": "right"}}


@pytest.fixture(params=["twilio", "sendgrid"])
def name(request):
    return request.param


@pytest.fixture
def fake(name):
    with {"twilio": TwilioFake, "sendgrid": SendGridFake}[name]() as fake:
        fake.auth_token = fake.api_key = "right"
        yield fake


@pytest.fixture
def check(fake, name):
    providers = registry(**{f"{name}_api_base": fake.base_url})
    return lambda **changed: providers.check(name, KEYS[name] | changed)


def test_right_ones_work_and_nothing_is_sent(check, fake):
    works, detail = check()
    assert works, detail
    assert fake.messages == []


def test_wrong_ones_do_not(check, name):
    works, detail = check(**{"auth_token" if name == "twilio" else "api_key": "wrong"})
    assert (works, bool(detail)) == (False, True)


def test_malformed_ones_do_not_even_leave(check, name, fake):
    assert check(**{"auth_token" if name == "twilio" else "api_key": "a\nb"})[0] is False
    assert fake.calls == []


@pytest.mark.parametrize("mood", [Mood.HANGS, Mood.BROKEN, Mood.BUSY, Mood.CUT])
def test_an_outage_is_named_as_one(check, fake, mood):
    fake.mood = mood
    works, detail = check()
    assert (works, detail.startswith("No answer: ")) == (False, True)


def test_a_key_that_may_not_send_mail_does_not_work():
    with SendGridFake() as fake:
        fake.scopes = ("alerts.read",)
        works, detail = registry(sendgrid_api_base=fake.base_url).check("sendgrid", KEYS["sendgrid"])
    assert (works, "mail.send" in detail) == (False, True)


def test_what_only_comes_in_cannot_be_tried():
    assert registry().check("shopify", {"webhook_secret": "x"})[0] is False
