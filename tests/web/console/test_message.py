"""One message: what is known of it, and its body in a frame that can do nothing."""

import pytest

from app.store.messages import add_event
from tests.web.console.small_hub import HOST, NOW

TRACKED = {
    "original": "https://shop.example/?a=1&b=2",
    "url": "http://demo.localhost:8000/-tAb3dE9fGh1J0",
    "decision": "tracked",
    "reason": "web_link",
    "kind": "html",
}
BUTTON = {
    "original": "http://demo.localhost:8000/-sAb3dE9fGh1Jw",
    "url": "http://demo.localhost:8000/-sAb3dE9fGh1Jw",
    "decision": "kept",
    "reason": "own_link",
    "kind": "html",
}
MAIL = {
    "original": "mailto:a@b.example",
    "url": "mailto:a@b.example",
    "decision": "kept",
    "reason": "not_http",
    "kind": "html",
}
HTML = '<!doctype html><html><head><title>x</title></head><body><a href="https://x.example">x</a></body></html>'


def test_everything_that_is_known_stands_on_its_page(hub, ada):
    campaign_id, advocate_id = hub.add_advocate("johndoe")
    message_id = hub.add_message(
        subject="Share & save",
        html=HTML,
        text="Go: https://shop.example/",
        template="invite",
        automation="welcome-series",
        goal="share",
        campaign_id=campaign_id,
        advocate_id=advocate_id,
        decisions=[TRACKED, BUTTON, MAIL],
    )
    with hub.transaction() as session:
        add_event(session, hub.account.id, message_id, "postponed", NOW, {"error": "busy", "again_at": NOW.isoformat()})
    page = ada.get(f"/console/messages/{message_id}").text
    for words in (
        "Share &amp; save", "Grace Hopper", "invite", "welcome-series", "Spring", HOST, "presses a share button",
        "Queued", "Put off, to be tried again", "busy · again Today, 12:00", "https://shop.example/?a=1&amp;b=2",
        "clicks on it are counted", "Opens WhatsApp", "The link opens something other than a web page",
        '<a href="https://shop.example/" target="_blank" rel="noopener noreferrer">',
    ):  # fmt: skip
        assert words in page
    assert f'src="/console/messages/{message_id}/body"' in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page


def test_the_body_is_what_was_sent_with_links_that_open_beside_it(hub, ada):
    message_id = hub.add_message(html=HTML)
    assert ada.get(f"/console/messages/{message_id}/body").text == HTML + '<base target="_blank">'


def test_the_body_may_not_run_send_or_load_anything(hub, ada):
    message_id = hub.add_message(html="<script>alert(1)</script>")
    headers = ada.get(f"/console/messages/{message_id}/body").headers
    policy = headers["Content-Security-Policy"]
    for words in ("default-src 'none'", "script-src 'none'", "form-action 'none'", "frame-ancestors 'self'", "sandbox"):
        assert words in policy
    assert "img-src data:;" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_images_are_loaded_when_they_are_asked_for(hub, ada):
    message_id = hub.add_message(html=HTML)
    page = ada.get(f"/console/messages/{message_id}?images=show").text
    assert f"/console/messages/{message_id}/body?images=show" in page
    policy = ada.get(f"/console/messages/{message_id}/body?images=show").headers["Content-Security-Policy"]
    assert "img-src data: https: http:;" in policy


def test_an_sms_says_what_it_costs_and_its_links_can_be_pressed(hub, ada):
    message_id = hub.add_message(
        channel="sms", recipient="+15005550006", text="Hi – http://demo.localhost:8000/-tAb3dE9fGh1J0"
    )
    page = ada.get(f"/console/messages/{message_id}").text
    assert "1 SMS part · 46 characters (UCS-2)" in page
    assert 'href="http://demo.localhost:8000/-tAb3dE9fGh1J0"' in page
    assert "<iframe" not in page
    assert ada.get(f"/console/messages/{message_id}/body").status_code == 404


@pytest.mark.parametrize("reason", ["smart_urls_off", "no_verified_domain", "something_new"])
def test_why_nothing_was_swapped_is_said(hub, ada, reason):
    page = ada.get(f"/console/messages/{hub.add_message(html='x', link_host=None, untracked_reason=reason)}").text
    assert "went out as they were" in page or "Something new" in page


def test_a_message_that_waits_has_no_body_yet(hub, ada):
    assert "No body yet" in ada.get(f"/console/messages/{hub.add_message(status='queued')}").text


def test_a_message_that_nobody_wanted_says_so_instead_of_failing(hub, ada):
    message_id = hub.add_message(status="suppressed", error="unsubscribed")
    with hub.transaction() as session:
        for kind in ("suppressed", "unsubscribed", "resubscribed"):
            add_event(session, hub.account.id, message_id, kind, NOW, {"reason": "unsubscribed"})
    page = ada.get(f"/console/messages/{message_id}").text
    for words in (
        "This person unsubscribed, so nothing was sent.", "Suppressed", "Not sent", "Unsubscribed", "Subscribed again",
        "It would have been written out", "<h1>Not sent</h1>",
    ):  # fmt: skip
        assert words in page
    assert "alert-danger" not in page
    assert "No body yet" not in page


@pytest.mark.parametrize("tail", ["", "/body"])
def test_another_accounts_message_does_not_exist_here(hub, ada, tail):
    message_id = hub.add_message(hub.add_other_account(), subject="Theirs", html="Theirs")
    answer = ada.get(f"/console/messages/{message_id}{tail}")
    assert answer.status_code == 404
    assert "Theirs" not in answer.text
    assert "There is no such page" in answer.text


@pytest.mark.parametrize("made_up", ["x", "0", "01234567-89ab-7def-8123-456789abcdef", "%27%20or%201", "%F0%9F%98%80"])
def test_made_up_ids_are_not_found(ada, made_up):
    assert ada.get(f"/console/messages/{made_up}").status_code == 404


def test_a_link_that_stands_in_both_parts_is_listed_once(hub, ada):
    page = ada.get(f"/console/messages/{hub.add_message(html='x', decisions=[TRACKED, BUTTON, TRACKED])}").text
    assert page.count("https://shop.example/?a=1&amp;b=2") == 1
    assert "It stands here 2 times." in page


def test_a_button_that_copies_says_so(hub, ada):
    copies = BUTTON | {"url": BUTTON["url"][:-1] + "c", "original": BUTTON["original"][:-1] + "c"}
    assert "Shows the link to copy" in ada.get(f"/console/messages/{hub.add_message(decisions=[copies])}").text
