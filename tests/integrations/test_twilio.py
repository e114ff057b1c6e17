"""Sending through Twilio, against a stand-in that checks what Twilio checks."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs

import pytest
import responses

from app.domain.message import Status
from integrations.protocol import RejectedError, UnavailableError, UncertainError
from integrations.twilio import API_BASE, PLACEHOLDER, STATUSES, Twilio
from tests.fakes.server import Mood

ACCOUNT = {"account_sid": "AC" + "1" * 32, "auth_token": "secret", "from": "+15005550006"}
ADDRESS = f"{API_BASE}/2010-04-01/Accounts/{ACCOUNT['account_sid']}/Messages.json"


@pytest.fixture
def twilio(twilio_fake):
    """Make a provider that sends to the stand-in."""

    def make(credentials=ACCOUNT, timeout_s=2.0, **given):
        return Twilio(credentials, timeout_s=timeout_s, api_base=given.pop("api_base", twilio_fake.base_url), **given)

    return make


def test_a_message_goes_out_with_twilios_fields_and_no_others(twilio, twilio_fake, sms):
    receipt = twilio(status_callback=lambda m: f"https://hub.example.com/s?message={m.id}").send(sms())
    call = twilio_fake.calls[0]
    assert (call.method, call.path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT['account_sid']}/Messages.json")
    assert parse_qs(call.body.decode()) == {
        "To": ["+15005550010"],
        "From": ["+15005550006"],
        "Body": ["Hi Ada ☕ https://refer.example.com/-tabc0"],
        "StatusCallback": ["https://hub.example.com/s?message=m-1"],
        "ShortenUrls": ["false"],
    }
    assert (receipt.provider, receipt.status) == ("twilio", Status.SENT)
    assert receipt.provider_id == twilio_fake.messages[0]["sid"]


def test_without_an_address_for_reports_none_is_named(twilio, twilio_fake, sms):
    twilio().send(sms())
    assert "StatusCallback" not in twilio_fake.messages[0]


def test_the_accounts_token_opens_the_door(twilio, twilio_fake, sms):
    twilio_fake.auth_token = "secret"
    twilio().send(sms())
    with pytest.raises(RejectedError) as refused:
        twilio(ACCOUNT | {"auth_token": "another"}).send(sms())
    assert (str(refused.value), refused.value.code) == ("Authenticate", "20003")


@pytest.mark.parametrize(
    ("sender", "settings", "field", "value"),
    [
        (None, {"from": "+15005550006"}, "From", "+15005550006"),
        (None, {"from": "+15005550006", "messaging_service_sid": "MG1"}, "MessagingServiceSid", "MG1"),
        ("+15005550020", {"messaging_service_sid": "MG1"}, "From", "+15005550020"),
        ("ADA", {"from": "+15005550006"}, "From", "ADA"),
    ],
)
def test_the_messages_own_sender_comes_before_the_service_and_the_service_before_the_number(
    twilio, twilio_fake, sms, sender, settings, field, value
):
    twilio({"account_sid": "AC1", "auth_token": "t", **settings}).send(sms(sender=sender))
    assert {"From", "MessagingServiceSid"} & set(twilio_fake.messages[0]) == {field}
    assert twilio_fake.messages[0][field] == value


def test_placeholder_credentials_satisfy_a_stand_in(twilio, twilio_fake, sms):
    twilio(PLACEHOLDER).send(sms())
    assert twilio_fake.messages[0]["AccountSid"] == "AC" + "0" * 32
    assert twilio_fake.messages[0]["From"] == "+15005550006"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"text": None}, "21602"),
        ({"text": ""}, "21602"),
        ({"text": "x" * 1601}, "21617"),
        ({"recipient": "12"}, "21211"),
        ({"recipient": "+15005550004"}, "21610"),
        ({"recipient": "+15005550009"}, "21614"),
        ({"sender": "+15005550007"}, "21606"),
    ],
)
def test_a_refusal_carries_twilios_code(twilio, twilio_fake, sms, given, code):
    with pytest.raises(RejectedError) as refused:
        twilio().send(sms(**given))
    assert refused.value.code == code
    assert not twilio_fake.messages


@pytest.mark.parametrize("field", ["text", "recipient", "sender"])
def test_what_no_network_can_carry_is_refused_before_the_wire(twilio, twilio_fake, sms, field):
    with pytest.raises(RejectedError):
        twilio().send(sms(**{field: "\ud800"}))
    assert not twilio_fake.calls


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"account_sid": "AC1"},
        {"auth_token": "t"},
        {"account_sid": "AC1/../AC2", "auth_token": "t"},
        {"account_sid": "AC1\r\nX: 1", "auth_token": "t"},
        {"account_sid": "AC1", "auth_token": "ключ"},
        {"account_sid": "AC1", "auth_token": "t\r\nX-Evil: 1"},
        {"account_sid": "AC1", "auth_token": "t"},
    ],
)
def test_unusable_settings_never_reach_the_wire(twilio, twilio_fake, sms, broken):
    with pytest.raises(RejectedError):
        twilio(broken).send(sms())
    assert not twilio_fake.calls


def test_a_full_queue_is_not_a_refusal_for_good(twilio, sms):
    with pytest.raises(UnavailableError):
        twilio().send(sms(sender="+15005550008"))


def test_too_many_requests_are_tried_later(twilio, twilio_fake, sms):
    twilio_fake.mood = Mood.BUSY
    with pytest.raises(UnavailableError) as busy:
        twilio().send(sms())
    assert busy.value.retry_after_s == 7.0
    assert not twilio_fake.messages


@pytest.mark.parametrize("mood", [Mood.HANGS, Mood.BROKEN, Mood.CUT, Mood.ANSWER_LOST, Mood.GARBLED])
def test_what_may_have_been_taken_is_uncertain_and_not_repeated(twilio, twilio_fake, sms, mood):
    twilio_fake.mood = mood
    with pytest.raises(UncertainError):
        twilio(timeout_s=0.1).send(sms())
    assert len(twilio_fake.calls) == 1


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (201, "[]", UncertainError),
        (201, '{"sid": null}', UncertainError),
        (201, '{"sid": "SM1", "status": "queued", "date_created": 7}', UncertainError),
        (200, "<html>Sign in to the wifi</html>", UncertainError),
        (302, "", UncertainError),
        (307, "", UncertainError),
        (408, "", UncertainError),
        (503, '{"code": 20503, "message": "Service unavailable"}', UncertainError),
        (400, "<html>Bad request</html>", RejectedError),
        (404, '["not an object"]', RejectedError),
        (400, '{"code": 21611, "message": "queue is full"}', UnavailableError),
        (201, '{"sid": "SM1", "status": "failed", "error_code": 30007, "error_message": "Filtered"}', RejectedError),
    ],
)
@responses.activate
def test_an_answer_means_what_it_proves(sms, status, body, error):
    responses.post(ADDRESS, status=status, body=body, headers={"Location": ADDRESS})
    with pytest.raises(error):
        Twilio(ACCOUNT, timeout_s=1).send(sms())
    assert len(responses.calls) == 1


@responses.activate
@pytest.mark.parametrize("word", [word for word, status in STATUSES.items() if status is not Status.FAILED] + ["new"])
def test_whatever_twilio_calls_it_a_message_with_a_sid_was_taken(sms, word):
    responses.post(ADDRESS, status=201, json={"sid": "SM1", "status": word})
    receipt = Twilio(ACCOUNT, timeout_s=1).send(sms())
    assert (receipt.provider_id, receipt.status) == ("SM1", STATUSES.get(word, Status.SENT))


@responses.activate
def test_the_environment_does_not_move_the_account(monkeypatch, sms):
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    responses.post(ADDRESS, status=201, json={"sid": "SM1", "status": "queued"})
    assert Twilio(ACCOUNT, timeout_s=1).send(sms()).provider_id == "SM1"


@pytest.mark.parametrize("address", ["refusing_url", "deaf_url", "unknown_host"])
def test_without_a_connection_nothing_was_sent(twilio, sms, request, address):
    provider = twilio(api_base=request.getfixturevalue(address), timeout_s=0.1)
    with pytest.raises(UnavailableError):
        provider.send(sms())


def test_a_late_answer_within_the_time_out_is_an_answer(twilio, twilio_fake, sms):
    twilio_fake.late_s = 0.05
    assert twilio().send(sms()).provider_id


def test_messages_share_a_connection(twilio, twilio_fake, sms):
    provider = twilio()
    for _ in range(3):
        provider.send(sms())
    assert len({call.port for call in twilio_fake.calls}) == 1


def test_a_connection_that_twilio_closed_while_idle_is_replaced(twilio, twilio_fake, sms):
    provider = twilio()
    provider.send(sms())
    twilio_fake.drop_connections()
    provider.send(sms())
    assert len(twilio_fake.messages) == 2


def test_a_kept_connection_that_closes_under_the_request_is_uncertain(twilio, twilio_fake, sms):
    provider = twilio()
    provider.send(sms())
    twilio_fake.mood = Mood.CUT
    with pytest.raises(UncertainError):
        provider.send(sms())
    assert len(twilio_fake.calls) == 2


def test_a_path_in_the_address_of_the_stand_in_is_kept(twilio, twilio_fake, sms):
    with pytest.raises(RejectedError):
        twilio(api_base=twilio_fake.base_url + "/sandbox/").send(sms())
    assert twilio_fake.calls[0].path.startswith("/sandbox/2010-04-01/Accounts/")


def test_threads_share_a_provider(twilio, twilio_fake, sms):
    provider = twilio()
    with ThreadPoolExecutor(8) as threads:
        receipts = list(threads.map(lambda n: provider.send(sms(text=f"Number {n}")), range(32)))
    by_sid = {message["sid"]: message["Body"] for message in twilio_fake.messages}
    assert [by_sid[receipt.provider_id] for receipt in receipts] == [f"Number {n}" for n in range(32)]
