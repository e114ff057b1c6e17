"""Which provider carries a message."""

from pathlib import Path

import pytest

from app.domain.message import Channel
from config.settings import Settings
from integrations.registry import INTEGRATIONS, Registry


@pytest.fixture
def settings():
    """Make settings; any can be given."""

    def make(**given):
        fields = {
            "host": "127.0.0.1",
            "port": 8000,
            "data_dir": Path("unused"),
            "database_url": "sqlite://",
            "redis_url": "",
            "public_url": "https://hub.example.com",
            "secret_keys": ("0123456789abcdef",),
            "twilio_api_base": "",
            "sendgrid_api_base": "",
            "web_processes": 1,
            "web_threads": 1,
            "send_workers": 1,
            "provider_timeout_s": 2.0,
        }
        return Settings(**fields | given)

    return make


OWN = {
    "twilio": {"account_sid": "AC1", "auth_token": "t", "from": "+15005550006"},
    "sendgrid": {"api_key": "SG.own"},
}


@pytest.mark.parametrize(
    ("channel", "credentials", "base", "name"),
    [
        (Channel.EMAIL, {}, "", "outbox"),
        (Channel.SMS, {}, "", "outbox"),
        (Channel.EMAIL, {"sendgrid": {}}, "", "outbox"),
        (Channel.EMAIL, {"twilio": OWN["twilio"]}, "", "outbox"),
        (Channel.SMS, {"sendgrid": OWN["sendgrid"]}, "", "outbox"),
        (Channel.EMAIL, OWN, "", "sendgrid"),
        (Channel.SMS, OWN, "", "twilio"),
        (Channel.EMAIL, {}, "http://127.0.0.1:9", "sendgrid"),
        (Channel.SMS, {}, "http://127.0.0.1:9", "twilio"),
    ],
)
def test_the_accounts_own_provider_comes_first_then_the_settings_then_the_outbox(
    settings, channel, credentials, base, name
):
    registry = Registry(settings(twilio_api_base=base, sendgrid_api_base=base))
    assert registry.choose(channel, credentials).name == name


def test_an_account_keeps_its_provider_and_another_gets_its_own(settings):
    registry = Registry(settings())
    first = registry.choose(Channel.EMAIL, OWN)
    assert registry.choose(Channel.EMAIL, {"sendgrid": dict(OWN["sendgrid"])}) is first
    assert registry.choose(Channel.EMAIL, {"sendgrid": {"api_key": "SG.other"}}) is not first


def test_a_stand_in_takes_texts_of_an_account_without_settings(settings, twilio_fake, sms):
    Registry(settings(twilio_api_base=twilio_fake.base_url)).choose(Channel.SMS, {}).send(sms())
    message = twilio_fake.messages[0]
    assert (message["AccountSid"], message["From"]) == ("AC" + "0" * 32, "+15005550006")


def test_a_stand_in_takes_mails_of_an_account_without_settings(settings, sendgrid_fake, email):
    Registry(settings(sendgrid_api_base=sendgrid_fake.base_url)).choose(Channel.EMAIL, {}).send(email())
    assert sendgrid_fake.messages[0]["subject"] == "Your invitation"


def test_the_settings_bound_the_wait(settings, twilio_fake):
    registry = Registry(settings(twilio_api_base=twilio_fake.base_url, provider_timeout_s=0.3))
    assert registry.choose(Channel.SMS, {})._client.http_client.timeout == 0.3


@pytest.mark.parametrize(
    ("public_url", "slug", "callback"),
    [
        ("https://hub.example.com", "acme", "https://hub.example.com/hooks/acme/twilio/status?message=m-1"),
        ("https://hub.example.com", "a/b?c", "https://hub.example.com/hooks/a%2Fb%3Fc/twilio/status?message=m-1"),
        ("https://hub.example.com", None, None),
        ("http://localhost:8000", "acme", None),
        ("http://127.0.0.1:8000", "acme", None),
    ],
)
def test_twilio_reports_to_the_hub_where_it_can_reach_it(settings, twilio_fake, sms, public_url, slug, callback):
    given = settings(twilio_api_base=twilio_fake.base_url, public_url=public_url)
    Registry(given, account_slug={"a-1": slug}.get).choose(Channel.SMS, {}).send(sms())
    assert twilio_fake.messages[0].get("StatusCallback") == callback


def test_every_integration_says_what_it_needs():
    assert set(INTEGRATIONS) == {"twilio", "sendgrid", "shopify", "woocommerce", "stripe"}
    for fields in INTEGRATIONS.values():
        assert fields.required
        assert not set(fields.required) & set(fields.optional)
