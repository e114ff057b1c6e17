"""Providers' calls come in: signature first, then kept byte for byte, then answered; nothing else happens here."""

import base64
import json
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from app.store.provider_callbacks import ProviderCallbackRow
from tests.web.conftest import MAX_BODY, NOW, PUBLIC_URL

TOKEN, NEXT_TOKEN = "the token of today", "the token of tomorrow"
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
STATUS, INBOUND, EVENTS = (
    "/hooks/demo/twilio/status?message=m-1",
    "/hooks/demo/twilio/inbound",
    "/hooks/demo/sendgrid/events",
)
PRIVATE_KEY = ec.derive_private_key(7, ec.SECP256R1())


def public_key(key):
    return base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def twilio(path, pairs, *, token=TOKEN, url=PUBLIC_URL):
    """Return body and headers of a call that Twilio makes."""
    signature = RequestValidator(token).compute_signature(url + path, MultiDict(pairs))
    return urlencode(pairs).encode(), {"Content-Type": FORM, "X-Twilio-Signature": signature}


def sendgrid(body, *, at=NOW, key=PRIVATE_KEY):
    """Return body and headers of a call that SendGrid makes."""
    stamp = str(int(at.timestamp()))
    signature = base64.b64encode(key.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
    name = "X-Twilio-Email-Event-Webhook-"
    return body, {"Content-Type": "application/json", f"{name}Signature": signature, f"{name}Timestamp": stamp}


CALLS = {
    STATUS: lambda **given: twilio(STATUS, [("MessageSid", "SM1"), ("MessageStatus", "sent")], **given),
    INBOUND: lambda **given: twilio(
        INBOUND, [("MessageSid", "SM1"), ("From", "+15005550010"), ("Body", "Hi")], **given
    ),
    EVENTS: lambda **given: sendgrid(b'[{"event":"open"}]\r\n', **given),
}
every_call = pytest.mark.parametrize("path", CALLS)
SIGNATURES = ("X-Twilio-Signature", "X-Twilio-Email-Event-Webhook-Signature")


@pytest.fixture
def calls(hub):
    """Make calls to the demo account, which has told what checks them; and return what was kept."""
    hub.put(
        "/api/v1/integrations/twilio", {"account_sid": "AC1", "auth_token": TOKEN, "auth_token_secondary": NEXT_TOKEN}
    )
    hub.put("/api/v1/integrations/sendgrid", {"api_key": "SG.x", "webhook_public_key": public_key(PRIVATE_KEY)})

    class Calls:
        def make(self, path, signed=None, **given):
            body, headers = signed or CALLS[path.replace("other", "demo")](**given)
            return hub.client.post(path, data=body, headers=headers)

        def kept(self):
            with hub.transaction() as session:
                rows = session.execute(select(ProviderCallbackRow).order_by(ProviderCallbackRow.id)).scalars()
                return [(row.account_id, row.source, row.query, row.body, row.id) for row in rows]

    return Calls()


@every_call
def test_a_signed_call_is_kept_byte_for_byte_and_a_worker_woken(hub, calls, path):
    answer = calls.make(path)
    assert answer.status_code in {200, 204}
    [(account, source, query, body, callback_id)] = calls.kept()
    assert (account, body, query) == (hub.demo.account.id, CALLS[path]()[0], path.partition("?")[2])
    assert f"/hooks/demo/{source}" == path.partition("?")[0]
    assert hub.queue.callbacks == [callback_id]


def test_a_text_is_answered_by_an_empty_document_lest_twilio_sends_the_answer_on(calls):
    answer = calls.make(INBOUND)
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    assert answer.text.endswith("<Response></Response>")


@every_call
def test_a_call_that_comes_twice_is_answered_alike_and_kept_once(hub, calls, path):
    first, second = calls.make(path), calls.make(path)
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert len(calls.kept()) == len(hub.queue.callbacks) == 1


@every_call
def test_while_the_queue_is_down_a_call_is_kept_all_the_same(hub, calls, path):
    hub.queue.works = False
    assert calls.make(path).status_code in {200, 204}
    assert len(calls.kept()) == 1


def test_during_a_rotation_both_tokens_and_both_keys_are_good(hub, calls):
    assert calls.make(STATUS, token=NEXT_TOKEN).status_code == 204
    new = ec.derive_private_key(8, ec.SECP256R1())
    keys = {"webhook_public_key": public_key(new), "webhook_public_key_previous": public_key(PRIVATE_KEY)}
    shown = hub.put("/api/v1/integrations/sendgrid", {"api_key": "SG.x", **keys})
    assert shown.json["configured"] == ["api_key", "webhook_public_key", "webhook_public_key_previous"]
    assert public_key(new) not in shown.text
    for key in (new, PRIVATE_KEY):
        assert calls.make(EVENTS, sendgrid(json.dumps([str(key)]).encode(), key=key)).status_code == 204


def test_what_a_proxy_makes_of_the_address_does_not_matter(hub, calls):
    body, headers = CALLS[STATUS]()
    moved = {**headers, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    assert hub.client.post(STATUS, data=body, headers=moved, base_url="http://10.0.0.7:9000").status_code == 204
    signed = twilio(STATUS, [("MessageSid", "SM2")], url=PUBLIC_URL.removesuffix(":8000"))
    assert calls.make(STATUS, signed).status_code == 204
    assert calls.make(STATUS, url="http://evil.example").status_code == 401


def test_keys_that_come_twice_in_any_order_are_signed_as_twilio_signs_them(calls):
    pairs = [("MediaUrl", "b"), ("MessageSid", "SM1"), ("MediaUrl", "a"), ("From", "+1"), ("MediaUrl", "a")]
    assert calls.make(INBOUND, twilio(INBOUND, pairs)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"{}",
        b"null",
        b'"x"',
        b"[]",
        b"[[]]",
        b'[{"event":"open\\u0000"}]',
        b"[" * 100_000,
        b"\xc3\xa9",
    ],
    ids=lambda body: str(body[:20]),
)
def test_whatever_was_signed_is_kept_even_if_it_says_nothing(calls, body):
    assert calls.make(EVENTS, sendgrid(body)).status_code == 204
    assert [kept[3] for kept in calls.kept()] == [body]


def test_a_nul_in_a_form_is_kept_and_ten_megabytes_are_refused(calls):
    assert calls.make(STATUS, twilio(STATUS, [("MessageSid", "SM\0"), ("Body", "\0")])).status_code == 204
    for path in CALLS:
        huge = b"a=" + b"x" * (MAX_BODY + 10_000_000)
        answer = calls.make(path, (huge, CALLS[path]()[1]))
        assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
    assert len(calls.kept()) == 1


def test_an_account_that_has_told_no_key_takes_no_call(hub, calls):
    hub.put("/api/v1/integrations/sendgrid", {"api_key": "SG.x"})
    assert "webhook_public_key" in calls.make(EVENTS).json["detail"]
    assert calls.kept() == []
