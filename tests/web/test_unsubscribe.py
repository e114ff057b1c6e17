"""The page on which a reader says stop: it works from every mail program, and nothing but a POST changes anything."""

import re

import pytest

from app.domain.stop_tokens import stop_token
from app.store.accounts import add_domain
from app.store.columns import Encrypted
from app.store.messages import message_by_id
from tests.web.conftest import MAX_BODY, NOW, PUBLIC_URL

HOST = "http://demo.localhost:8000"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
SCANNERS = [
    {"User-Agent": "Mozilla/5.0 (compatible; Barracuda Sentinel)"},
    {"User-Agent": "facebookexternalhit/1.1"},
    {"Sec-Purpose": "prefetch;prerender"},
    {"Purpose": "prefetch"},
    {"X-Moz": "prefetch"},
]


@pytest.fixture
def email():
    """Make the body of a trigger for Ada's next email."""

    def make(**changes):
        message = {"subject": "Hi", "html": "<a href='{{ unsubscribe_url }}'>x</a>", "liquid": True}
        return {"channel": "email", "contact": {"email": "ada@example.com"}, "message": message, **changes}

    return make


class Page:
    """A message's page, as its reader comes to it: without a cookie, and without what the API wants."""

    def __init__(self, hub, message_id):
        self.hub, self.message_id = hub, message_id
        self.token = stop_token(message_id, Encrypted.signing_keys)

    def open(self, method="GET", tail="", host=HOST, **said):
        client = self.hub.app.test_client(use_cookies=False)
        return client.open(f"/u/{self.token}{tail}", base_url=host, method=method, **said)

    def post(self, tail="", data=ONE_CLICK, **said):
        return self.open("POST", tail, data=data, **said)

    def events(self):
        return [event["type"] for event in self.hub.get(f"/api/v1/messages/{self.message_id}").json["events"]]


@pytest.fixture
def page(hub, email):
    return Page(hub, hub.trigger(email()).json["message"]["id"])


@pytest.fixture
def is_stopped(hub, email):
    return lambda: hub.trigger(email()).json["message"]["status"] == "suppressed"


def test_reading_the_page_changes_nothing_and_shows_one_button(page, is_stopped):
    shown = page.open()
    assert (shown.status_code, shown.text.count("<button")) == (200, 1)
    assert "a…@example.com" in shown.text
    assert "ada" not in shown.text
    assert "<script" not in shown.text
    assert (shown.headers["Cache-Control"], shown.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "Set-Cookie" not in shown.headers
    assert not is_stopped()


@pytest.mark.parametrize("headers", SCANNERS, ids=str)
@pytest.mark.parametrize("tail", ["", "/again", "?List-Unsubscribe=One-Click"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_whoever_only_looks_never_unsubscribes_anybody(page, is_stopped, method, tail, headers):
    assert page.open(method, tail, headers=headers).status_code == 200
    assert not is_stopped()


@pytest.mark.parametrize(
    "said",
    [
        {"data": ONE_CLICK},
        {"data": ONE_CLICK, "content_type": "multipart/form-data"},
        {"data": "List-Unsubscribe=One-Click"},
        {"data": b"\xff\x00{", "content_type": "application/json"},
        {"data": b"", "headers": {"Origin": "https://mail.example", "User-Agent": "curl/8.5.0"}},
        {"data": b"a" * (MAX_BODY + 1), "content_type": "application/x-www-form-urlencoded"},
    ],
    ids=["urlencoded", "multipart", "no type", "nonsense", "empty", "huge"],
)
def test_a_post_unsubscribes_without_cookie_or_login(page, is_stopped, said):
    answer = page.post(**said)
    assert answer.status_code == 200
    assert "You are unsubscribed" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert is_stopped()
    assert page.events() == ["queued", "unsubscribed"]


def test_twice_is_once(page):
    first, second = page.post(), page.post()
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert page.events() == ["queued", "unsubscribed"]


def test_whoever_did_not_mean_to_takes_it_back_with_the_button_of_the_answer(page, is_stopped):
    button = re.search(r'<form[^>]*action="/u/[\w-]+([^"]*)"', page.post().text)[1]
    assert "You are unsubscribed" in page.open().text
    back = page.post(button, data={})
    assert (back.status_code, "You are back" in back.text) == (200, True)
    assert not is_stopped()
    assert "Unsubscribe" in page.open().text
    assert page.events() == ["queued", "unsubscribed", "resubscribed"]


def test_the_sender_is_told_why_nothing_is_sent(hub, email, page):
    page.post()
    first, again = (hub.trigger(email(id="evt-1")) for _ in range(2))
    message = first.json["message"]
    assert (first.status_code, message["status"], message["reason"]) == (202, "suppressed", "unsubscribed")
    assert again.data == first.data
    assert hub.queue.sends == [page.message_id]
    read = hub.get(f"/api/v1/messages/{message['id']}").json
    assert (read["status"], read["error"], read["html"]) == ("suppressed", "unsubscribed", None)
    assert read["events"] == [{"type": "suppressed", "at": NOW.isoformat(), "reason": "unsubscribed"}]


def test_a_list_says_it_for_each(hub, email, sms, page):
    page.post()
    results = hub.trigger({"triggers": [email(), sms()]}).json["results"]
    said = [(one["status"], one["message"]["status"], one["message"]["reason"]) for one in results]
    assert said == [(202, "suppressed", "unsubscribed"), (202, "queued", None)]


def test_a_text_names_the_number_as_little(hub, sms):
    shown = Page(hub, hub.trigger(sms()).json["message"]["id"]).open().text
    assert "+1…06" in shown
    assert "texts" in shown
    assert "5005550006" not in shown


def test_the_link_of_a_preview_looks_like_the_real_one(hub, email):
    html = hub.post("/api/v1/preview", email()).json["html"]
    assert re.fullmatch(rf"<a href='{HOST}/u/[\w-]{{38}}'>x</a>", html)


@pytest.mark.parametrize(
    "host", [HOST, "http://demo.localhost", "http://DEMO.localhost:9", "http://demo.localhost.", PUBLIC_URL]
)
def test_it_stands_on_the_accounts_domains_and_on_the_hub_itself(page, is_stopped, host):
    assert page.open(host=host).status_code == 200
    assert page.post(host=host).status_code == 200
    assert is_stopped()


@pytest.mark.parametrize(
    "host",
    [
        "http://other.localhost",
        "http://nobody.example",
        "http://new.localhost",
        "http://127.0.0.1:8000",
        "http://[::1]",
    ],
)
def test_on_any_other_host_there_is_no_such_page(hub, page, is_stopped, host):
    with hub.transaction() as session:
        add_domain(session, hub.demo.account.id, "new.localhost", verified_at=None, now=NOW)
    for answer in (page.open(host=host), page.post(host=host), page.post("/again", host=host)):
        assert answer.status_code == 404
        assert "This link leads nowhere" in answer.text
    assert not is_stopped()


@pytest.mark.parametrize(
    "host", ["", "a b", "x" * 300, "demo.localhost:x", "[", "\xff", "demo.localhost, evil.example"]
)
def test_a_host_that_is_none_leads_nowhere(hub, page, host):
    for method in ("GET", "POST"):
        answer = page.open(method, environ_overrides={"HTTP_HOST": host})
        assert answer.status_code in {400, 404}


@pytest.mark.parametrize(
    "token", ["x", "PPPPPPPPPPP", "P" * 5000, "%00", "%F0%9F%98%80", "..%2f", "' or 1=1 --", "PPPPPPPPPPP/", "a/b/c"]
)
def test_a_made_up_token_leads_nowhere(hub, token):
    for path in (f"/u/{token}", f"/u/{token}/again"):
        assert hub.client.get(path, base_url=HOST).status_code == 404
        assert hub.client.post(path, base_url=HOST, data=ONE_CLICK).status_code in {404, 405}


def test_a_token_changed_anywhere_and_the_codes_of_the_messages_links_lead_nowhere(hub, page, is_stopped):
    token = page.token
    with hub.transaction() as session:
        code = message_by_id(session, hub.demo.account.id, page.message_id).code
    changed = [token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :] for place in (0, 21, 30, 37)]
    for made_up in (*changed, token[:-1], token + "A", token.swapcase(), page.message_id, code):
        assert hub.app.test_client().post(f"/u/{made_up}", base_url=HOST, data=ONE_CLICK).status_code == 404
    assert not is_stopped()


def test_what_is_declared_transactional_goes_out_all_the_same(hub, email, page):
    page.post()
    words = {"subject": "Your receipt", "text": "Thanks", "transactional": True}
    assert hub.trigger(email(message=words)).json["message"]["status"] == "queued"
    receipt = {"channel": "email", "subject": "Receipt", "text": "Thanks"}
    assert hub.put("/api/v1/templates/receipt", {**receipt, "transactional": True}).json["transactional"] is True
    asked = {**email(template="receipt"), "message": None}
    assert hub.trigger(asked).json["message"]["status"] == "queued"
    assert hub.put("/api/v1/templates/receipt", receipt).json["transactional"] is False
    assert hub.trigger(asked).json["message"]["status"] == "suppressed"


def test_an_address_that_the_team_added_gets_no_receipt_either(hub, email):
    added = hub.post("/api/v1/suppressions", {"channel": "email", "address": "ada@example.com", "note": "a letter"})
    assert added.status_code == 201
    words = {"subject": "Your receipt", "text": "Thanks", "transactional": True}
    answer = hub.trigger(email(message=words)).json["message"]
    assert (answer["status"], answer["reason"]) == ("suppressed", "manual")
