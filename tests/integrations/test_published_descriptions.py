"""What goes over the wire to Twilio and SendGrid, against what their published descriptions say of it.

Read in twilio/twilio-oai (spec/json/twilio_api_v2010.json, CreateMessage) and twilio/sendgrid-oai
(spec/json/tsg_mail_v3.json, SendMail) in November 2026: names, kinds, patterns and limits, in our own words. What the
descriptions only say in prose, such as bytes and headers that are SendGrid's own, is a test of its own.
"""

import json
import re
from urllib.parse import parse_qsl

import pytest
from jsonschema import Draft202012Validator

from app.domain.gapped_text import GappedText
from app.domain.mailing import Addressee, Mailing
from app.domain.message import Channel
from config.settings import read_settings
from integrations.registry import Registry
from integrations.sendgrid import SendGrid
from integrations.twilio import Twilio

_URI = {"pattern": r"^https?://[^\s_/]+(/\S*)?$"}
"""A callback's host may have no underscore."""
_BOOLEAN = {"enum": ["true", "false"]}
_NUMBER = {"pattern": "^[0-9]+$"}


def _sid(letters):
    return {"pattern": f"^{letters}[0-9a-fA-F]{{32}}$"}


TWILIO_MESSAGE = Draft202012Validator(
    {
        "properties": {
            "To": {"pattern": r"^(\+[1-9][0-9]{6,14}|[a-z]+:\S+)$"},
            "From": {"pattern": r"^(\+[1-9][0-9]{6,14}|[0-9]{3,8}|[A-Za-z0-9 ]{1,11}|[a-z]+:\S+)$"},
            "MessagingServiceSid": _sid("MG"),
            "Body": {"maxLength": 1600},
            "StatusCallback": _URI,
            "ApplicationSid": _sid("AP"),
            "ContentSid": _sid("HX"),
            "ShortenUrls": _BOOLEAN,
            "SmartEncoded": _BOOLEAN,
            "SendAsMms": _BOOLEAN,
            "ProvideFeedback": _BOOLEAN,
            "ForceDelivery": _BOOLEAN,
            "ValidityPeriod": _NUMBER,
            "Attempt": _NUMBER,
            "MaxPrice": {},
            "ContentVariables": {},
            "ContentRetention": {"enum": ["retain", "discard"]},
            "AddressRetention": {"enum": ["retain", "obfuscate"]},
            "RiskCheck": {"enum": ["enable", "disable"]},
            "ScheduleType": {"enum": ["fixed"]},
            "SendAt": {},
            "MediaUrl": _URI,
            "PersistentAction": {},
        },
        "required": ["To"],
        "anyOf": [{"required": ["From"]}, {"required": ["MessagingServiceSid"]}],
        "additionalProperties": False,
        "dependentRequired": {"SendAt": ["ScheduleType", "MessagingServiceSid"]},
    }
)
_PERSON = {
    "type": "object",
    "properties": {"email": {"type": "string", "pattern": "^[^@]+@[^@]+$"}, "name": {"type": "string"}},
    "required": ["email"],
    "additionalProperties": False,
}
_PEOPLE = {"type": "array", "items": _PERSON, "minItems": 1, "maxItems": 1000}
_TEXTS = {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": 10_000}
_SWITCHES = {"type": "object", "properties": {"enable": {"type": "boolean"}, "enable_text": {"type": "boolean"}}}
SENDGRID_MAIL = Draft202012Validator(
    {
        "type": "object",
        "properties": {
            "from": _PERSON,
            "reply_to": _PERSON,
            "subject": {"type": "string", "minLength": 1},
            "content": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {name: {"type": "string", "minLength": 1} for name in ("type", "value")},
                    "required": ["type", "value"],
                    "additionalProperties": False,
                },
            },
            "personalizations": {
                "type": "array",
                "minItems": 1,
                "maxItems": 1000,
                "items": {
                    "type": "object",
                    "properties": {
                        **dict.fromkeys(("to", "cc", "bcc"), _PEOPLE),
                        "from": _PERSON,
                        "subject": {"type": "string", "minLength": 1},
                        "headers": _TEXTS,
                        "substitutions": _TEXTS,
                        "custom_args": _TEXTS,
                        "send_at": {"type": "integer"},
                    },
                    "required": ["to"],
                    "additionalProperties": False,
                },
            },
            "headers": _TEXTS,
            # An object in the prose, a string in the description: we send it with each person alone.
            "custom_args": False,
            "categories": {"type": "array", "maxItems": 10, "items": {"type": "string", "maxLength": 255}},
            "tracking_settings": {
                "type": "object",
                "properties": {"click_tracking": {**_SWITCHES, "additionalProperties": False}},
                "additionalProperties": False,
            },
        },
        "required": ["personalizations", "from"],
        "additionalProperties": False,
    }
)
_OWN_HEADERS = {"x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding"}
_OWN_HEADERS |= {"to", "from", "subject", "reply-to", "cc", "bcc"}
"""Which nobody may override."""
TWILIO = {"account_sid": "AC" + "1" * 32, "auth_token": "secret", "from": "+15005550006"}
SERVICE = {**TWILIO, "messaging_service_sid": "MG" + "a1" * 16}


@pytest.mark.parametrize("account", [TWILIO, SERVICE], ids=["number", "service"])
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"sender": "Ada Shop"},
        {"sender": "+15005550006"},
        {"sender": "72345"},
        {"text": "x" * 1600},
        {"text": "Sí, ¿quién? 👍🏽 & = + % ; \n"},
    ],
    ids=["as usual", "a name", "a number", "a short code", "the longest", "all kinds of characters"],
)
def test_a_text_is_a_message_as_twilio_describes_it(twilio_fake, sms, account, given):
    callback = "https://hub.example.com/hooks/shop/twilio/status?message=m-1"
    message = sms(**given)
    provider = Twilio(account, timeout_s=2.0, api_base=twilio_fake.base_url, status_callback=lambda _: callback)
    provider.send(message)
    fields = parse_qsl(twilio_fake.calls[-1].body.decode(), keep_blank_values=True, strict_parsing=True)
    form = dict(fields)
    assert len(form) == len(fields)
    assert [error.message for error in TWILIO_MESSAGE.iter_errors(form)] == []
    assert form["Body"] == message.text
    assert twilio_fake.calls[-1].headers.get_content_type() == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("public_url", "named"),
    [
        ("https://hub.example.com", True),
        ("https://hub.example.com:8443/base", True),
        ("https://my_hub.example.com", False),
        ("http://localhost:8000", False),
    ],
)
def test_twilio_is_given_no_address_that_it_would_refuse_the_message_for(
    monkeypatch, tmp_path, twilio_fake, sms, public_url, named
):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PUBLIC_URL", public_url)
    monkeypatch.setenv("TWILIO_API_BASE", twilio_fake.base_url)
    registry = Registry(read_settings(), account_slug=lambda _: "shop")
    registry.choose(Channel.SMS, {"twilio": TWILIO}).send(sms())
    form = dict(parse_qsl(twilio_fake.calls[-1].body.decode()))
    assert ("StatusCallback" in form) is named
    assert [error.message for error in TWILIO_MESSAGE.iter_errors(form)] == []


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"html": None},
        {"text": None},
        {"sender": None, "link_host": "refer.shop.example"},
        {"unsubscribe_url": "https://refer.shop.example/u/st0p"},
        {"subject": "Sí\n👍🏽", "text": "\x01\u2028 ü"},
    ],
    ids=["as usual", "text alone", "HTML alone", "no sender", "unsubscribing", "all kinds of characters"],
)
def test_an_email_is_a_mail_as_sendgrid_describes_it(sendgrid_fake, email, given):
    SendGrid({"api_key": "SG.key"}, timeout_s=2.0, api_base=sendgrid_fake.base_url).send(email(**given))
    conforms(sendgrid_fake.calls[-1])


def test_a_call_for_many_is_a_mail_as_sendgrid_describes_it(sendgrid_fake):
    html = GappedText(("<p>", "</p>"), (0,))
    one = Addressee("m-0", "p0@example.com", "Hi 0", ("Ada & Co",), "https://a.example/u/st0p")
    people = [one._replace(message_id=f"m-{n}", address=f"p{n}@example.com", subject=f"Hi {n}") for n in range(1_000)]
    mailing = Mailing("a-1", "Shop <shop@example.com>", html, html, "a.example", tuple(people))
    provider = SendGrid({"api_key": "SG.key"}, timeout_s=5.0, api_base=sendgrid_fake.base_url)
    [call], alone = provider.split(mailing)
    assert alone == []
    provider.send_many(call)
    body = conforms(sendgrid_fake.calls[-1])
    assert len(body["personalizations"]) == 1_000


def conforms(call):
    """Check one call of mail/send and return its body."""
    body = json.loads(call.body)
    assert [error.message for error in SENDGRID_MAIL.iter_errors(body)] == []
    assert len(call.body) <= 30_000_000
    people = {json.dumps(person, sort_keys=True) for person in body["personalizations"]}
    assert len(people) == len(body["personalizations"])
    for person in body["personalizations"]:
        assert not _OWN_HEADERS & {name.lower() for name in person.get("headers", {})}
        for part in ("substitutions", "custom_args"):
            assert sum(len((name + value).encode()) for name, value in person.get(part, {}).items()) <= 10_000
    assert re.fullmatch("Bearer SG.key", call.headers["Authorization"])
    return body
