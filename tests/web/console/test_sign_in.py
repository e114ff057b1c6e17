"""Who gets in, and what strangers and forged forms get instead."""

import pytest

from app.web.console import sign_in
from app.web.console.own_paths import own_path
from app.web.console.passwords import fits
from tests.web.console.small_hub import EMAIL, PASSWORD, small_hub

PAGES = ["/console/", "/console/outbox", "/console/messages/x", "/console/messages/x/body", "/console/nowhere"]


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_sent_to_the_sign_in_and_comes_back(stranger, page):
    answer = stranger.get(page)
    assert answer.status_code == 303
    assert answer.location == f"/console/sign-in?next={page}"


def test_whoever_knows_the_password_gets_to_the_page_that_was_asked_for(stranger):
    answer = stranger.sign_in(next="/console/outbox?channel=sms")
    assert (answer.status_code, answer.location) == (303, "/console/outbox?channel=sms")
    assert "Outbox" in stranger.get("/console/outbox").text


def test_the_address_may_be_typed_in_capitals_and_with_blanks(stranger):
    assert stranger.sign_in(email=f"  {EMAIL.upper()} ").status_code == 303


@pytest.mark.parametrize(
    ("email", "password"),
    [(EMAIL, "wrong"), (EMAIL, ""), ("nobody@demo.example", PASSWORD), ("", ""), (f"{EMAIL}\0", PASSWORD)],
)
def test_anybody_else_is_told_the_same_and_stays_out(stranger, email, password):
    answer = stranger.sign_in(email=email, password=password)
    assert answer.status_code == 401
    assert sign_in.NOT_KNOWN in answer.text
    assert stranger.get("/console/outbox").status_code == 303


def test_an_unknown_address_costs_as_much_work_as_a_wrong_password(stranger, monkeypatch):
    asked = []
    monkeypatch.setattr(sign_in, "fits", lambda password, stored: asked.append(stored) or fits(password, stored))
    stranger.sign_in(email="nobody@demo.example")
    assert asked == [None]


def test_what_was_typed_is_shown_again_but_for_the_password(stranger):
    page = stranger.sign_in(email='"><script>', password="secret words").text
    assert "&#34;&gt;&lt;script&gt;" in page
    assert "secret words" not in page


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\/evil.example", "/console//evil.example",
        "/console/../-tabc", "/console/%2e%2e/-tabc", "/console\\..\\x", "javascript:alert(1)", "/", "/consolex",
        "/console/outbox\r\nX: y", "http:/console/", "/console/" + "a" * 600, "", None,
    ],
)  # fmt: skip
def test_only_our_own_pages_are_gone_to_after_signing_in(wanted):
    assert own_path(wanted) == "/console/"


@pytest.mark.parametrize("page", ["/console", "/console/", "/console/outbox", "/console/outbox?channel=sms&before=0-9"])
def test_our_own_pages_are_gone_to(page):
    assert own_path(page) == page


def test_a_form_without_our_token_is_refused(hub):
    answer = hub.flask.test_client().post("/console/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 400
    assert sign_in.TOO_OLD in answer.text
    assert "Set-Cookie" in answer.headers  # The form comes anew, with a token that works.


def test_a_token_of_somebody_elses_session_is_refused(hub, stranger, ada):
    answer = stranger.client.post("/console/sign-in", data={"csrf_token": ada.token("/console/outbox"), "email": EMAIL})
    assert answer.status_code == 400


def test_guessing_ends_after_ten_tries_for_one_address_only(stranger):
    answers = [stranger.sign_in(password=f"guess {number}").status_code for number in range(11)]
    assert answers == [401] * 10 + [429]
    refused = stranger.sign_in()
    assert refused.status_code == 429
    assert sign_in.TOO_MANY in refused.text
    assert stranger.sign_in(email="grace@demo.example").status_code == 401


def test_signing_in_rightly_is_not_counted(hub, stranger):
    for _ in range(12):
        assert stranger.sign_in().status_code == 303
        stranger.post("/console/sign-out", form_page="/console/outbox")


def test_signing_out_takes_a_form_of_ours(ada):
    assert ada.get("/console/sign-out").status_code == 404
    assert ada.client.post("/console/sign-out").status_code == 400
    assert ada.get("/console/outbox").status_code == 200
    assert ada.post("/console/sign-out", form_page="/console/outbox").location == "/console/sign-in"
    assert ada.get("/console/outbox").status_code == 303


def test_the_cookie_is_for_us_alone(sqlite_url, sqlite_file):
    client = small_hub(sqlite_file.engine, secure_cookies=True).flask.test_client()
    cookie = client.get("/console/sign-in", base_url="https://hub.example").headers["Set-Cookie"]
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))


def test_a_cookie_that_was_made_up_is_no_sign_in(hub):
    client = hub.flask.test_client()
    client.set_cookie("throughline", "eyJfdXNlcl9pZCI6IngifQ.Z0.forged")
    assert client.get("/console/outbox").status_code == 303


def test_pages_are_kept_by_nobody_and_framed_by_nobody(ada):
    headers = ada.get("/console/outbox").headers
    assert headers["Cache-Control"] == "private, no-store"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("page", ["/console/sign-in", "/console/", "/console/outbox", "/console/nowhere"])
def test_no_page_has_anything_inline_or_from_another_host(ada, stranger, page):
    text = (stranger if page.endswith("sign-in") else ada).get(page).text
    assert "<style" not in text
    assert "style=" not in text
    assert "<script>" not in text
    assert "onclick" not in text
    assert 'src="http' not in text
    assert 'href="http' not in text
