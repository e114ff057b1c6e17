"""Templates: written, previewed, tested and kept version by version."""

import pytest

from app.store.messages import list_messages
from app.store.templates import Template, put_template, template_by_key
from tests.web.console.small_hub import NOW

NEW = "/console/templates/new/email"
WORDS = {
    "name": "Invite",
    "goal": "share",
    "subject": "Hi {{ contact.first_name }}",
    "html": '<p>\r\n<a href="https://shop.example/?a=1&amp;b=2">x</a></p>',
}


def stored(hub, key):
    with hub.transaction() as session:
        return template_by_key(session, hub.account.id, key)


def keep(hub, key="invite", channel="email", **said):
    with hub.transaction() as session:
        put_template(session, hub.account.id, Template(key, channel, key, **said), NOW)


def test_a_template_is_written_and_stands_in_the_list(hub, ada):
    answer = ada.post(NEW, NEW, do="save", key="invite", **WORDS)
    assert (answer.status_code, answer.location) == (303, "/console/templates/of/invite")
    assert stored(hub, "invite") == Template(
        "invite", "email", "Invite", "share", WORDS["subject"], WORDS["html"].replace("\r\n", "\n")
    )
    listed = ada.get("/console/templates").text
    assert '<a href="/console/templates/of/invite">Invite</a>' in listed
    assert "Shares" in listed


@pytest.mark.parametrize(
    ("said", "field", "reason"),
    [
        ({"key": ""}, "key", "letters, digits"), ({"key": "a/b"}, "key", "letters, digits"),
        ({"key": "taken"}, "key", "already"), ({"subject": ""}, "subject", "needs a subject"),
        ({"html": ""}, "html", "needs html"), ({"html": "{% if %}"}, "html", "line 1"),
        ({"goal": "fame"}, "goal", "Must be one of"), ({"name": "a\tb"}, "name", "one line"),
        ({"subject": "a\nb"}, "subject", "one line"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_said_at_its_field_and_nothing_typed_is_lost(hub, ada, said, field, reason):
    keep(hub, "taken", subject="s", text="t")
    answer = ada.post(NEW, NEW, do="save", **{"key": "invite", **WORDS, **said})
    assert answer.status_code == 422
    page = answer.text
    start = page.index(f'id="{field}-error"')
    assert reason in page[start : start + 400]
    assert said.get("name", WORDS["name"]) in page
    assert stored(hub, "invite") is None


def test_every_version_can_be_seen_and_brought_back(hub, ada):
    page = "/console/templates/of/invite"
    ada.post(NEW, NEW, do="save", key="invite", **WORDS)
    assert ada.post(page, page, do="save", version="1", **{**WORDS, "subject": "Second"}).status_code == 303
    assert stored(hub, "invite").subject == "Second"
    first = ada.get(f"{page}/1").text
    assert "Hi {{ contact.first_name }}" in first
    assert "In use" not in first
    assert "shop.example" in ada.get(f"{page}/1/body").text
    ada.post(page, f"{page}/1", do="save", version="2", **WORDS)
    assert stored(hub, "invite").subject == WORDS["subject"]
    assert "Version 3" in ada.get(page).text
    assert ada.post(f"{page}/delete", page).status_code == 303
    assert stored(hub, "invite") is None
    assert ada.get(f"{page}/1").status_code == 200
    ada.post(NEW, NEW, do="save", key="invite", **WORDS)
    assert "Version 4" in ada.get(page).text


def test_what_somebody_else_saved_meanwhile_is_not_written_over_unseen(hub, ada):
    keep(hub, subject="First", text="t")
    keep(hub, subject="Theirs", text="t")
    page = "/console/templates/of/invite"
    answer = ada.post(page, page, do="save", version="1", **{**WORDS, "subject": "Mine"})
    assert answer.status_code == 409
    assert "Mine" in answer.text
    assert "Somebody else saved" in answer.text
    assert stored(hub, "invite").subject == "Theirs"


def test_the_preview_says_of_every_link_what_becomes_of_it_and_why_and_stores_nothing(hub, ada):
    answer = ada.post(NEW, NEW, do="preview", **WORDS)
    assert answer.status_code == 200
    for words in ("Hi Ada", "Tracked", "https://shop.example/?a=1&amp;b=2", "http://demo.localhost:8000/-t"):
        assert words in answer.text
    fragment = ada.post("/console/templates/preview/sms", NEW, text="“Hi” https://bit.ly/x " + "x" * 150).text
    for words in ("UCS-2", "public link shortener", "As it is written", "parts"):
        assert words in fragment
    assert "<html" not in fragment
    assert stored(hub, "invite") is None


def test_the_body_of_a_preview_can_do_nothing_but_be_looked_at(ada):
    answer = ada.post("/console/templates/body/email", NEW, **WORDS)
    assert "http://demo.localhost:8000/-t" in answer.text
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script-src 'none'" in answer.headers["Content-Security-Policy"]
    broken = ada.post("/console/templates/body/email", NEW, html="{% if %}")
    assert (broken.status_code, "mended" in broken.text) == (200, True)


def test_a_test_goes_to_one_address_and_counts_for_no_template(hub, ada):
    keep(hub, subject="s", text="t")
    page = "/console/templates/of/invite"
    answer = ada.post("/console/templates/test/email", page, of="invite", to=" Me@Example.com ", **WORDS)
    assert answer.status_code == 303
    with hub.transaction() as session:
        [message] = list_messages(session, hub.account.id, before=None, limit=5)
        assert (message.recipient, message.template, message.automation) == ("me@example.com", None, "Test send")
    assert hub.woken == [message.id]
    wrong = ada.post("/console/templates/test/email", page, of="invite", to="nobody", **WORDS)
    assert wrong.status_code == 422
    assert 'id="to-error"' in wrong.text


@pytest.mark.parametrize("path", ["of/theirs", "of/theirs/1", "of/invite/99", "of/invite/99999999999", "new/pigeon"])
def test_what_is_not_there_or_not_ours_is_not_found(hub, ada, path):
    keep(hub, subject="s", text="t")
    other = hub.add_other_account()
    with hub.transaction() as session:
        put_template(session, other.id, Template("theirs", "sms", "Theirs", text="t"), NOW)
    assert ada.get(f"/console/templates/{path}").status_code == 404
    assert "Theirs" not in ada.get("/console/templates").text
