"""Sending through SendGrid, against a stand-in that checks what SendGrid checks."""

import json

import pytest
import responses

from app.domain.message import Receipt, Status
from integrations.protocol import RejectedError, UnavailableError, UncertainError
from integrations.sendgrid import API_BASE, PLACEHOLDER, SendGrid
from tests.fakes.server import Mood

ADDRESS = f"{API_BASE}/v3/mail/send"
ACCOUNT = {"api_key": "SG.key.secret"}


@pytest.fixture
def sendgrid(sendgrid_fake):
    """Make a provider that sends to the stand-in."""

    def make(credentials=ACCOUNT, timeout_s=2.0, api_base=None):
        return SendGrid(credentials, timeout_s=timeout_s, api_base=api_base or sendgrid_fake.base_url)

    return make


@pytest.fixture
def sent(sendgrid, sendgrid_fake):
    """Send a message and return the JSON that arrived."""

    def send(message, credentials=ACCOUNT):
        sendgrid(credentials).send(message)
        return json.loads(sendgrid_fake.calls[-1].body)

    return send


def test_a_mail_goes_out_with_sendgrids_fields_and_no_others(sent, sendgrid_fake, email):
    assert sent(email()) == {
        "from": {"email": "shop@example.com", "name": "Ada's Shop"},
        "subject": "Your invitation",
        "personalizations": [
            {
                "to": [{"email": "grace@example.com"}],
                "custom_args": {"message_id": "m-2", "account_id": "a-1"},
            }
        ],
        "content": [
            {"type": "text/plain", "value": "Invite: https://refer.example.com/-tabc0"},
            {"type": "text/html", "value": '<a href="https://refer.example.com/-tabc0">Invite</a>'},
        ],
        "tracking_settings": {"click_tracking": {"enable": False, "enable_text": False}},
    }
    call = sendgrid_fake.calls[0]
    assert (call.method, call.path, call.headers["Content-Type"]) == ("POST", "/v3/mail/send", "application/json")


def test_the_receipt_names_sendgrids_id(sendgrid, sendgrid_fake, email):
    receipt = sendgrid().send(email())
    assert receipt == Receipt("sendgrid", sendgrid_fake.messages[0]["x_message_id"], Status.SENT)


def test_the_accounts_key_opens_the_door_whatever_a_netrc_file_says(
    sendgrid, sendgrid_fake, email, tmp_path, monkeypatch
):
    (tmp_path / "netrc").write_text("default login someone password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    sendgrid_fake.api_key = ACCOUNT["api_key"]
    sendgrid().send(email())
    with pytest.raises(RejectedError, match="authorization grant"):
        sendgrid(PLACEHOLDER).send(email())


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("a@b.example", None, "a@b.example"),
        ("Ada <a@b.example>", "Ada", "a@b.example"),
        ("<a@b.example>", None, "a@b.example"),
        ('"Lovelace, Ada" <a@b.example>', "Lovelace, Ada", "a@b.example"),
        ("Lovelace, Ada <a@b.example>", "Lovelace, Ada", "a@b.example"),
        (r'"The \"Shop\"" <a@b.example>', 'The "Shop"', "a@b.example"),
        ("Zoë ☕ <a@b.example>", "Zoë ☕", "a@b.example"),
        ("Ada\r\nBcc: evil@b.example <a@b.example>", "Ada Bcc: evil@b.example", "a@b.example"),
        ("Ada\u2028Evil <a@b.example>", "Ada Evil", "a@b.example"),
    ],
)
def test_a_sender_is_a_name_and_an_address_on_one_line(sent, email, sender, name, address):
    expected = {"email": address} | ({"name": name} if name else {})
    assert sent(email(sender=sender))["from"] == expected


@pytest.mark.parametrize(
    ("settings", "host", "address"),
    [
        ({"from": "Shop <own@shop.example>"}, "refer.example.org", "own@shop.example"),
        ({}, "refer.example.org", "no-reply@refer.example.org"),
        ({}, "Refer.Example.org:8000", "no-reply@refer.example.org"),
        ({}, "localhost", "no-reply@example.com"),
        ({}, "demo.localhost:8000", "no-reply@example.com"),
        ({}, None, "no-reply@example.com"),
    ],
)
def test_a_message_without_a_sender_takes_the_settings_or_its_links_domain(sent, email, settings, host, address):
    assert sent(email(sender=None, link_host=host), ACCOUNT | settings)["from"]["email"] == address


@pytest.mark.parametrize(
    ("subject", "arrives"),
    [
        ("Hello\r\nBcc: evil@example.com", "Hello Bcc: evil@example.com"),
        ("Hello\n\n<h1>Body</h1>", "Hello <h1>Body</h1>"),
        ("Hello\rX: 1\x00\x0b\x0c\x85\u2028\u2029end", "Hello X: 1 end"),
        ("  Grüße ☕ ", "Grüße ☕"),
    ],
)
def test_a_subject_stays_one_line(sent, email, subject, arrives):
    assert sent(email(subject=subject))["subject"] == arrives


@pytest.mark.parametrize(
    "given",
    [
        {"recipient": "grace@example.com\r\nBcc: evil@example.com"},
        {"recipient": "Grace <grace@example.com>"},
        {"recipient": "grace@example.com, evil@example.com"},
        {"recipient": "grace@example.com\x00"},
        {"recipient": "nobody"},
        {"recipient": ""},
        {"sender": "a@b.example\r\nBcc: evil@example.com"},
        {"sender": "Ada <a@b.example> <evil@example.com>"},
        {"sender": "Ada"},
        {"sender": None, "link_host": "example.com\r\nX: 1"},
        {"html": None, "text": None},
        {"html": "", "text": ""},
        {"text": "\ud800"},
        {"subject": "\udfff"},
        {"text": "SG.abc.def is what our key looks like"},
    ],
)
def test_a_mail_that_cannot_be_is_refused_before_the_wire(sendgrid, sendgrid_fake, email, given):
    with pytest.raises(RejectedError):
        sendgrid().send(email(**given))
    assert not sendgrid_fake.calls


@pytest.mark.parametrize("key", ["", "ключ", "SG.key\r\nX-Evil: 1", "SG.key\n"])
def test_an_unusable_key_never_reaches_the_wire(sendgrid, sendgrid_fake, email, key):
    with pytest.raises(RejectedError):
        sendgrid({"api_key": key}).send(email())
    assert not sendgrid_fake.calls


def test_a_mail_that_offers_it_is_unsubscribed_from_by_the_mail_programs_own_button(sent, email):
    page = "https://refer.example.com/u/PPPPPPPPPPP"
    mail = sent(email(unsubscribe_url=page))
    assert mail["personalizations"][0]["headers"] == {
        "List-Unsubscribe": f"<{page}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert "headers" not in sent(email())["personalizations"][0]


@pytest.mark.parametrize(("part", "kind"), [("text", "text/plain"), ("html", "text/html")])
def test_one_part_is_enough(sent, email, part, kind):
    bodies = {"text": None, "html": None, part: "A body\r\nof two lines"}
    assert sent(email(**bodies))["content"] == [{"type": kind, "value": "A body\r\nof two lines"}]


def test_a_refusal_carries_sendgrids_words_and_the_field(sendgrid, email):
    with pytest.raises(RejectedError) as refused:
        sendgrid().send(email(subject=None))
    assert refused.value.code == "subject"
    assert str(refused.value).startswith("The subject is required.")


def test_too_many_requests_are_tried_later(sendgrid, sendgrid_fake, email):
    sendgrid_fake.mood = Mood.BUSY
    with pytest.raises(UnavailableError) as busy:
        sendgrid().send(email())
    assert busy.value.retry_after_s == 7.0


@pytest.mark.parametrize("mood", [Mood.HANGS, Mood.BROKEN, Mood.CUT, Mood.ANSWER_LOST, Mood.GARBLED])
def test_what_may_have_been_taken_is_uncertain_and_not_repeated(sendgrid, sendgrid_fake, email, mood):
    sendgrid_fake.mood = mood
    with pytest.raises(UncertainError):
        sendgrid(timeout_s=0.1).send(email())
    assert len(sendgrid_fake.calls) == 1


@pytest.mark.parametrize("address", ["refusing_url", "deaf_url", "unknown_host"])
def test_without_a_connection_nothing_was_sent(sendgrid, email, request, address):
    provider = sendgrid(api_base=request.getfixturevalue(address), timeout_s=0.1)
    with pytest.raises(UnavailableError):
        provider.send(email())


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (302, "", UncertainError),
        (408, "", UncertainError),
        (502, "<html>Bad gateway</html>", UncertainError),
        (400, "<html>Bad request</html>", RejectedError),
        (400, '{"errors": []}', RejectedError),
        (400, '{"errors": [null]}', RejectedError),
        (413, '{"errors": [{"message": "content too large", "field": null, "help": null}]}', RejectedError),
    ],
)
@responses.activate
def test_an_answer_means_what_it_proves(email, status, body, error):
    responses.post(ADDRESS, status=status, body=body, headers={"Location": ADDRESS})
    with pytest.raises(error):
        SendGrid(ACCOUNT, timeout_s=1).send(email())
    assert len(responses.calls) == 1


@responses.activate
def test_an_acceptance_without_an_id_is_still_one(email):
    responses.post(ADDRESS, status=202)
    assert SendGrid(ACCOUNT, timeout_s=1).send(email()) == Receipt("sendgrid", None)


def test_mails_share_a_connection(sendgrid, sendgrid_fake, email):
    provider = sendgrid()
    for _ in range(3):
        provider.send(email())
    assert len({call.port for call in sendgrid_fake.calls}) == 1
