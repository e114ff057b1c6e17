"""The vendors' stand-ins refuse what the vendors refuse, in the vendors' words."""

import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.fakes.server import Mood

MESSAGES = "/2010-04-01/Accounts/AC1/Messages.json"
FORM = {"To": "+15005550010", "From": "+15005550006", "Body": "Hi"}
MAIL = {
    "personalizations": [{"to": [{"email": "grace@example.com"}]}],
    "from": {"email": "shop@example.com"},
    "subject": "Hello",
    "content": [{"type": "text/plain", "value": "Hi"}],
}


def post(url, **given):
    return requests.post(url, timeout=2, **given)


def test_twilio_answers_with_the_new_resource(twilio_fake):
    answer = post(twilio_fake.base_url + MESSAGES, data=FORM, auth=("AC1", "t"))
    assert answer.status_code == 201
    assert (answer.json()["sid"], answer.json()["status"]) == (twilio_fake.messages[0]["sid"], "queued")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"To": None}, 21604),
        ({"From": None}, 21603),
        ({"Body": None}, 21602),
        ({"To": "+15005550001"}, 21211),
        ({"StatusCallback": "http://localhost:8000/x"}, 21609),
        ({"ShortenUrls": "true"}, 21620),
    ],
)
def test_twilio_explains_a_bad_form(twilio_fake, changed, code):
    answer = post(twilio_fake.base_url + MESSAGES, data=FORM | changed, auth=("AC1", "t"))
    assert answer.status_code == 400
    assert answer.json() == {
        "code": code,
        "message": answer.json()["message"],
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": 400,
    }


@pytest.mark.parametrize("auth", [None, ("AC2", "t"), ("AC1", "")])
def test_twilio_lets_nobody_in_without_credentials(twilio_fake, auth):
    answer = post(twilio_fake.base_url + MESSAGES, data=FORM, auth=auth)
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"personalizations": []}, "personalizations"),
        ({"personalizations": [{"to": []}]}, "personalizations.0.to"),
        ({"personalizations": [{"to": [{"email": "grace"}]}]}, "personalizations.0.to.0.email"),
        ({"from": {}}, "from.email"),
        ({"from": {"email": "a@example.com", "name": "a\nb"}}, "from.email"),
        ({"subject": ""}, "subject"),
        ({"subject": "a\r\nb"}, "subject"),
        ({"content": []}, "content"),
        ({"content": [{"type": "text/html", "value": "a"}, {"type": "text/plain", "value": "b"}]}, "content"),
        ({"content": [{"type": "text/plain", "value": ""}]}, "content.0.value"),
        ({"custom_args": {"n": 1}}, "custom_args"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_sendgrid_names_the_field_that_is_wrong(sendgrid_fake, changed, field):
    answer = post(sendgrid_fake.base_url + "/v3/mail/send", json=MAIL | changed, headers={"Authorization": "Bearer k"})
    assert answer.status_code == 400
    assert [set(error) for error in answer.json()["errors"]] == [{"message", "field", "help"}]
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"json": MAIL}, 401),
        ({"data": "{}", "headers": {"Authorization": "Bearer k", "Content-Type": "text/plain"}}, 415),
        ({"data": "{", "headers": {"Authorization": "Bearer k", "Content-Type": "application/json"}}, 400),
    ],
)
def test_sendgrid_wants_a_key_and_json(sendgrid_fake, given, status):
    assert post(sendgrid_fake.base_url + "/v3/mail/send", **given).status_code == status
    assert not sendgrid_fake.messages


def test_a_vendor_may_take_a_message_twice(twilio_fake):
    twilio_fake.mood = Mood.TWICE
    post(twilio_fake.base_url + MESSAGES, data=FORM, auth=("AC1", "t"))
    assert len({message["sid"] for message in twilio_fake.messages}) == 2


def test_a_lost_answer_belongs_to_a_message_that_was_taken(twilio_fake):
    twilio_fake.mood = Mood.ANSWER_LOST
    with pytest.raises(requests.ConnectionError):
        post(twilio_fake.base_url + MESSAGES, data=FORM, auth=("AC1", "t"))
    assert len(twilio_fake.messages) == 1


@pytest.mark.parametrize("vendor", ["twilio", "sendgrid"])
def test_a_stand_in_runs_by_itself(vendor):
    command = [sys.executable, "-m", f"tests.fakes.{vendor}", "--port", "0"]
    project = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().split()[-1]
        status = post(url + "/").status_code
        process.terminate()
    assert status == 404
