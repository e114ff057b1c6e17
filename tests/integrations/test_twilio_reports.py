"""Twilio's reports on a message: who sent them, and what they say."""

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from app.domain.message import Status
from integrations.protocol import DeliveryEvent, ForgedError
from integrations.twilio import STATUSES, read_callback, verify_callback

TOKEN = "secret"
URL = "https://hub.example.com/hooks/acme/twilio/status?message=m-1"
FORM = MultiDict({"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+15005550010", "From": "+15005550006"})
SIGNATURE = RequestValidator(TOKEN).compute_signature(URL, FORM)


def test_twilios_own_example_is_verified():
    # From the tests of Twilio's library.
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
        "Caller": "+14158675309",
    }
    verify_callback("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", form, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


def test_a_report_signed_with_the_accounts_token_is_verified_with_and_without_the_port():
    verify_callback(TOKEN, URL, FORM, SIGNATURE)
    verify_callback(TOKEN, URL.replace(".com/", ".com:443/"), FORM, SIGNATURE)


def test_a_field_that_comes_twice_is_signed_twice():
    form = MultiDict([*FORM.items(multi=True), ("MediaUrl", "b"), ("MediaUrl", "a")])
    signature = RequestValidator(TOKEN).compute_signature(URL, form)
    verify_callback(TOKEN, URL, form, signature)
    with pytest.raises(ForgedError):
        verify_callback(TOKEN, URL, MultiDict(form.to_dict()), signature)


@pytest.mark.parametrize(
    ("token", "url", "changed", "signature"),
    [
        ("another", URL, {}, SIGNATURE),
        ("", URL, {}, RequestValidator("").compute_signature(URL, FORM)),
        (TOKEN, URL.replace("m-1", "m-2"), {}, SIGNATURE),
        (TOKEN, URL.replace("https", "http"), {}, SIGNATURE),
        (TOKEN, URL, {"MessageStatus": "failed"}, SIGNATURE),
        (TOKEN, URL, {"ErrorCode": "30007"}, SIGNATURE),
        (TOKEN, URL, {"ErrorCode": "\ud800"}, SIGNATURE),
        (TOKEN, URL, {}, SIGNATURE[:-1]),
        (TOKEN, URL, {}, "ключ"),
        (TOKEN, URL, {}, ""),
        (TOKEN, URL, {}, None),
    ],
)
def test_anything_else_is_forged(token, url, changed, signature):
    with pytest.raises(ForgedError):
        verify_callback(token, url, MultiDict(FORM | changed), signature)


def test_a_report_names_our_message_and_twilios():
    form = MultiDict({"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"})
    assert read_callback(form, "m-1") == DeliveryEvent("twilio", "m-1", "SM1", Status.FAILED, "30003")


def test_the_older_names_of_the_fields_say_the_same():
    assert read_callback({"SmsSid": "SM1", "SmsStatus": "sent"}, None) == DeliveryEvent(
        "twilio", None, "SM1", Status.SENT
    )


@pytest.mark.parametrize(("word", "status"), STATUSES.items())
def test_each_of_twilios_statuses_is_known(word, status):
    event = read_callback({"MessageSid": "SM1", "MessageStatus": word}, "m-1")
    assert event is not None
    assert event.status is status


@pytest.mark.parametrize("form", [{}, {"MessageStatus": ""}, {"MessageStatus": "teleported"}])
def test_a_word_unknown_here_reports_nothing(form):
    assert read_callback(form, "m-1") is None
