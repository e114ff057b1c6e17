"""The list of what was sent."""

import re
from datetime import timedelta

import pytest

from app.web.console.linked_text import linked_text
from tests.web.console.small_hub import NOW


def titles(page):
    return re.findall(r'<a href="/console/messages/[^"]+">([^<]*)</a>', page.text)


def test_messages_stand_there_newest_first_each_with_what_matters(hub, ada):
    hub.add_message(subject="First", template="welcome", at=NOW - timedelta(days=1))
    hub.add_message(channel="sms", recipient="+15005550006", text="Hello: http://demo.localhost:8000/-tAb see you")
    page = ada.get("/console/outbox")
    assert titles(page) == ["Hello: see you", "First"]
    for words in ("welcome", "grace@example.com", "+15005550006", "outbox", "Sent", "Today, 12:00", "21 Nov, 12:00"):
        assert words in page.text


def test_a_subject_is_shown_as_words_never_as_markup(hub, ada):
    hub.add_message(subject="<script>alert(1)</script>", html="x")
    assert "<script>alert" not in ada.get("/console/outbox").text


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ({"html": "<p>x</p>"}, "No subject"),
        ({"status": "queued"}, "Not written out yet"),
        ({"channel": "sms", "text": "https://example.com/"}, "https://example.com/"),
        ({"channel": "sms", "text": "word " * 40}, "word " * 17 + "word…"),
    ],
)
def test_a_message_without_a_subject_has_a_title_all_the_same(hub, ada, said, title):
    hub.add_message(**said)
    assert titles(ada.get("/console/outbox")) == [title]


def test_one_channel_can_be_looked_at(hub, ada):
    hub.add_message(subject="By mail")
    hub.add_message(channel="sms", text="By phone")
    assert titles(ada.get("/console/outbox?channel=sms")) == ["By phone"]
    assert titles(ada.get("/console/outbox?channel=email")) == ["By mail"]
    assert len(titles(ada.get("/console/outbox?channel=pigeon"))) == 2


def test_messages_are_found_by_address_subject_template_and_status(hub, ada):
    hub.add_message(subject="Spring 100%_off", recipient="ada@example.com", template="spring")
    hub.add_message(subject="Autumn", status="failed")
    for query, found in (
        ("search=SPRING", ["Spring 100%_off"]), ("search=ada%40", ["Spring 100%_off"]),
        ("search=100%25_", ["Spring 100%_off"]), ("search=%25", ["Spring 100%_off"]),
        ("status=failed", ["Autumn"]), ("search=spring&status=failed", []),
        ("status=pigeon", ["Autumn", "Spring 100%_off"]),
    ):  # fmt: skip
        assert titles(ada.get(f"/console/outbox?{query}")) == found
    assert "Nothing like that was sent" in ada.get("/console/outbox?search=zzz").text


def test_older_ones_are_a_page_further_and_none_is_seen_twice(hub, ada):
    for number in range(60):
        hub.add_message(subject=f"Number {number}")
    seen, path = [], "/console/outbox?channel=email"
    while path:
        page = ada.get(path)
        seen += titles(page)
        older = re.search(r'href="([^"]+)" rel="next"', page.text)
        path = older and older[1].replace("&amp;", "&")
    assert seen == [f"Number {number}" for number in reversed(range(60))]


@pytest.mark.parametrize("cursor", ["x", "%27", "0", "%00"])
def test_a_cursor_that_is_none_does_no_harm(hub, ada, cursor):
    assert ada.get(f"/console/outbox?before={cursor}").status_code in {200, 400}


def test_another_accounts_messages_are_not_there(hub, ada):
    hub.add_message(hub.add_other_account(), subject="Theirs")
    assert "Theirs" not in ada.get("/console/outbox").text


def test_an_empty_outbox_teaches_how_to_fill_it(ada):
    page = ada.get("/console/outbox").text
    assert "curl -X POST http://127.0.0.1:8000/hooks/demo/triggers" in page
    assert "Nothing was sent yet" in page


@pytest.mark.parametrize("text", ["", "no link", "https://a.example/ and http://b.example/x.", "(https://a.example)"])
def test_the_pieces_of_a_text_are_the_text(text):
    assert "".join(piece.text for piece in linked_text(text)) == text
