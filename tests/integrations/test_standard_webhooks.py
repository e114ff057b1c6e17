"""Standard Webhooks, both ways; every good call beside its forged twin."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook
from werkzeug.datastructures import Headers

from integrations.protocol import ForgedError
from integrations.standard_webhooks import new_secret, sign, verify

# The example that the specification's own libraries are tested with.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MSG_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = datetime.fromtimestamp(1614265330, UTC)
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
HEADERS = {"webhook-id": MSG_ID, "webhook-timestamp": "1614265330", "webhook-signature": SIGNATURE}


def signed_by_hand(secret, msg_id, timestamp, body):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{msg_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def test_the_specifications_example_is_signed_alike():
    assert sign(SECRET, MSG_ID, AT, BODY) == HEADERS
    assert sign(SECRET, MSG_ID, AT, BODY.decode()) == HEADERS


def test_the_specifications_example_is_verified():
    assert verify(HEADERS, BODY, [SECRET], AT) == MSG_ID


def test_what_we_sign_the_specifications_library_accepts():
    secret, now = new_secret(), datetime.now(UTC)
    body = '{"name": "Zoë ☕"}'.encode()
    assert Webhook(secret).verify(body, sign(secret, "evt-1", now, body)) == {"name": "Zoë ☕"}


def test_a_signing_time_in_another_zone_is_the_same_moment():
    elsewhere = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert sign(SECRET, MSG_ID, elsewhere, BODY) == HEADERS


@pytest.mark.parametrize("headers", [{name.title(): value for name, value in HEADERS.items()}, Headers(HEADERS)])
def test_header_names_may_be_in_any_case(headers):
    assert verify(headers, BODY, [SECRET], AT) == MSG_ID


@pytest.mark.parametrize(
    "signatures",
    [
        f"v1,{'A' * 43}= {SIGNATURE}",
        f"{SIGNATURE} v1,{'A' * 43}=",
        f"v1a,abc {SIGNATURE}",
        f"nonsense  v1, {SIGNATURE} v1,a,b",
    ],
)
def test_one_fitting_signature_of_several_is_enough(signatures):
    assert verify(HEADERS | {"webhook-signature": signatures}, BODY, [SECRET], AT) == MSG_ID


def test_during_a_rotation_either_secret_verifies():
    old, new = new_secret(), new_secret()
    for secret in (old, new):
        assert verify(sign(secret, "m", AT, BODY), BODY, [new, old], AT) == "m"
    with pytest.raises(ForgedError):
        verify(sign(old, "m", AT, BODY), BODY, [new], AT)


@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_timestamp_five_minutes_away_still_counts_and_a_second_more_does_not(minutes):
    then = AT + timedelta(minutes=minutes)
    assert verify(HEADERS, BODY, [SECRET], then) == MSG_ID
    with pytest.raises(ForgedError, match="too far"):
        verify(HEADERS, BODY, [SECRET], then + timedelta(seconds=1 if minutes > 0 else -1))


@pytest.mark.parametrize("missing", HEADERS)
def test_a_missing_or_empty_header_is_forged(missing):
    with pytest.raises(ForgedError):
        verify({name: value for name, value in HEADERS.items() if name != missing}, BODY, [SECRET], AT)
    with pytest.raises(ForgedError):
        verify(HEADERS | {missing: ""}, BODY, [SECRET], AT)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": MSG_ID + "x"},
        {"webhook-timestamp": "1614265331"},
        {"webhook-signature": SIGNATURE.replace("v1,", "v2,")},
        {"webhook-signature": SIGNATURE.replace("v1,", "")},
        {"webhook-signature": SIGNATURE[:-1]},
        {"webhook-signature": SIGNATURE.lower()},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,%%%"},
        {"webhook-signature": "v1,ключ"},
        {"webhook-signature": "v1,\ud800"},
        {"webhook-id": "\ud800"},
        {"webhook-timestamp": "yesterday"},
        {"webhook-timestamp": "1614265330.0"},
        {"webhook-timestamp": "01614265330"},
        {"webhook-timestamp": "+1614265330"},
        {"webhook-timestamp": "-1614265330"},
        {"webhook-timestamp": "٣"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-timestamp": "nan"},
    ],
)
def test_a_changed_header_is_forged(changed):
    with pytest.raises(ForgedError):
        verify(HEADERS | changed, BODY, [SECRET], AT)


@pytest.mark.parametrize("body", [b"", BODY + b" ", BODY.replace(b" ", b""), b"\xff\xfe", b"\xed\xa0\x80"])
def test_a_changed_body_is_forged(body):
    with pytest.raises(ForgedError):
        verify(HEADERS, body, [SECRET], AT)


def test_a_body_that_is_not_utf_8_is_refused_even_when_signed():
    headers = HEADERS | {"webhook-signature": signed_by_hand(SECRET, MSG_ID, "1614265330", b"\xff")}
    with pytest.raises(ForgedError):
        verify(headers, b"\xff", [SECRET], AT)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!!!!", "whsec_ключ", "whsec_a", "whsec_====="])
def test_a_broken_secret_of_ours_verifies_nothing_and_hides_no_good_one(secret):
    empty_key = HEADERS | {"webhook-signature": signed_by_hand("", MSG_ID, "1614265330", BODY)}
    with pytest.raises(ForgedError):
        verify(empty_key, BODY, [secret], AT)
    assert verify(HEADERS, BODY, [secret, SECRET], AT) == MSG_ID


def test_without_a_secret_nothing_is_verified():
    with pytest.raises(ForgedError):
        verify(HEADERS, BODY, [], AT)


@given(st.dictionaries(st.sampled_from(list(HEADERS)), st.text(), max_size=3), st.binary())
def test_nothing_that_is_sent_causes_another_error(changed, body):
    with pytest.raises(ForgedError):
        verify(HEADERS | changed, body + b".", [SECRET], AT)


def test_a_new_secret_is_32_random_bytes():
    first, second = new_secret(), new_secret()
    assert first != second
    assert first.startswith("whsec_")
    assert len(base64.b64decode(first.removeprefix("whsec_"), validate=True)) == 32
