"""Twilio's calls: who made them, and what they say of a message."""

from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from app.domain.consent import Refusal
from app.domain.delivery import Sign
from app.domain.message import Status
from integrations.protocol import Callback, ForgedError
from integrations.twilio_callbacks import SIGNATURE_HEADER, STATUS, STATUSES, Form, read_callback, verify_callback

TOKEN = "secret"
URL = "https://hub.example.com/hooks/acme/twilio/status?message=m-1"
FORM = MultiDict({"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+15005550010", "From": "+15005550006"})
BODY = urlencode(list(FORM.items(multi=True))).encode()
SIGNATURE = RequestValidator(TOKEN).compute_signature(URL, FORM)
TYPE = "application/x-www-form-urlencoded; charset=UTF-8"

VENDOR = "https://mycompany.com/myapp.php?foo=1&bar=2"
VENDORS_FORM = b"CallSid=CA1234567890ABCDE&Digits=1234&From=%2B14158675309&To=%2B18005551212&Caller=%2B14158675309"
VENDORS_JSON = b'{"property": "value", "boolean": true}'
DIGEST = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"


def verify(url=URL, body=BODY, signature=SIGNATURE, content_type=TYPE, **credentials):
    headers = {} if signature is None else {SIGNATURE_HEADER: signature}
    verify_callback(credentials or {"auth_token": TOKEN}, url, content_type=content_type, body=body, headers=headers)


def report(query="message=m-1", **fields):
    return read_callback(Callback(STATUS, query, TYPE, urlencode(fields).encode()))


@pytest.mark.parametrize(
    ("url", "body", "signature"),
    [
        (VENDOR, VENDORS_FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (VENDOR.replace(".com", ".com:1234"), VENDORS_FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (VENDOR, VENDORS_FORM, "kvajT1Ptam85bY51eRf/AJRuM3w="),
        (VENDOR.replace("https", "http"), VENDORS_FORM, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        (VENDOR, b"Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234", "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
    ],
)
def test_what_twilios_library_was_tested_with_is_verified(url, body, signature):
    verify(url, body, signature, auth_token="12345")


def test_a_body_that_is_no_form_is_verified_by_the_digest_in_its_address():
    signed = {"url": f"{VENDOR}&bodySHA256={DIGEST}", "signature": "a9nBmqA0ju/hNViExpshrM61xv4="}
    verify(body=VENDORS_JSON, content_type="application/json", auth_token="12345", **signed)
    for changed in (VENDORS_JSON + b" ", VENDORS_JSON[:-1], b"\xff"):
        with pytest.raises(ForgedError):
            verify(body=changed, content_type="application/json", auth_token="12345", **signed)
    with pytest.raises(ForgedError):
        verify(VENDOR, VENDORS_JSON, signed["signature"], "application/json", auth_token="12345")


@pytest.mark.parametrize("name", ["auth_token", "auth_token_secondary", "auth_token_previous"])
def test_during_a_rotation_either_token_signs(name):
    verify(**({"auth_token": "new", "auth_token_secondary": "newer"} | {name: TOKEN}))
    verify(URL.replace(".com/", ".com:443/"))


def test_a_field_that_comes_twice_is_signed_twice():
    body = BODY + b"&MediaUrl=b&MediaUrl=a"
    signature = RequestValidator(TOKEN).compute_signature(URL, Form(body, TYPE))
    verify(body=body, signature=signature)
    with pytest.raises(ForgedError):
        verify(body=BODY + b"&MediaUrl=b", signature=signature)


@pytest.mark.parametrize(
    "given",
    [
        {"auth_token": "another"},
        {"auth_token": "", "signature": RequestValidator("").compute_signature(URL, FORM)},
        {"account_sid": "AC1"},
        {"url": URL.replace("m-1", "m-2")},
        {"url": URL.replace("https", "http")},
        {"body": BODY.replace(b"delivered", b"failed")},
        {"body": BODY + b"&ErrorCode=30007"},
        {"body": BODY[:-1]},
        {"body": b""},
        {"body": b"a=1&" * 1000},
        {"content_type": "application/json"},
        {"content_type": ""},
        {"signature": SIGNATURE[:-1]},
        {"signature": SIGNATURE.swapcase()},
        {"signature": "ключ"},
        {"signature": ""},
        {"signature": None},
    ],
    ids=str,
)
def test_anything_else_is_forged(given):
    with pytest.raises(ForgedError):
        verify(**given)


def test_a_report_names_our_message_and_twilios():
    [event] = report(MessageSid="SM1", MessageStatus="undelivered", ErrorCode="30003")
    assert (event.message_id, event.provider_id, event.status, event.code) == ("m-1", "SM1", Status.FAILED, "30003")
    assert event.refusal is None


def test_the_older_names_of_the_fields_say_the_same():
    [event] = report(SmsSid="SM1", SmsStatus="sent", query="")
    assert (event.message_id, event.provider_id, event.status) == (None, "SM1", Status.SENT)


@pytest.mark.parametrize(("word", "status"), STATUSES.items())
def test_each_of_twilios_statuses_is_known(word, status):
    [event] = report(MessageSid="SM1", MessageStatus=word)
    assert event.status is status
    assert event.sign is (Sign.READ if word == "read" else None)


def test_whoever_opted_out_is_named():
    [event] = report(MessageSid="SM1", MessageStatus="failed", ErrorCode="21610", To="whatsapp:+15005550010")
    assert (event.refusal, event.address) == (Refusal.STOPPED, "+15005550010")


@pytest.mark.parametrize("fields", [{}, {"MessageStatus": ""}, {"MessageStatus": "teleported"}])
def test_a_word_unknown_here_reports_nothing(fields):
    assert report(**fields) == []
