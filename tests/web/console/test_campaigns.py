"""Campaigns, the pages on which people enrol, and what each advocate brought."""

import re
from html import unescape

import pytest

from app.store.campaigns import campaign_by_key, put_campaign
from tests.web.console.small_hub import NOW
from tests.web.console.visits import add_visit

NEW = "/console/campaigns/new"
WORDS = {"key": "autumn", "name": "Autumn", "landing_url": "https://shop.example/a", "share_text": "Look", "open": "on"}


def stored(hub, key):
    with hub.transaction() as session:
        return campaign_by_key(session, hub.account.id, key)


def test_a_campaign_is_written_with_its_enrolment_page_and_snippet(hub, ada):
    answer = ada.post(NEW, NEW, **WORDS, title="Join us", collect="either", choose_code="on")
    assert (answer.status_code, answer.location) == (303, "/console/campaigns/of/autumn")
    kept = stored(hub, "autumn")
    assert kept.enrolment == {"title": "Join us", "collect": "either", "choose_code": True, "open": True}
    page = ada.get(answer.location).text
    assert "http://demo.localhost:8000/e/autumn" in page
    assert "http://demo.localhost:8000/widget.js" in page
    assert "Autumn" in ada.get("/console/campaigns").text


def test_what_other_hands_have_set_stays(hub, ada):
    ada.post(NEW, NEW, **WORDS)
    with hub.transaction() as session:
        put_campaign(
            session, hub.account.id, key="autumn", name="Autumn", landing_url="https://shop.example/a", share_text="x",
            enrolment={"theme": "dark", "title": "Old"}, now=NOW,
        )  # fmt: skip
    page = "/console/campaigns/of/autumn"
    assert ada.post(page, page, **WORDS).status_code == 303
    assert stored(hub, "autumn").enrolment == {"theme": "dark", "collect": "email", "choose_code": False, "open": True}


def test_a_platform_gets_words_of_its_own_and_loses_them_again(hub, ada):
    ada.post(NEW, NEW, **WORDS, text_whatsapp="Psst:", text_email="Dear friend,\r\nlook:")
    page = "/console/campaigns/of/autumn"
    assert stored(hub, "autumn").share_texts == {"whatsapp": "Psst:", "email": "Dear friend,\nlook:"}
    assert "Psst:" in ada.get(page).text
    with hub.transaction() as session:
        put_campaign(
            session, hub.account.id, key="autumn", name="Autumn", landing_url="https://shop.example/a", share_text="x",
            share_texts={"facebook": "By the API"}, enrolment={}, now=NOW,
        )  # fmt: skip
    ada.post(page, page, **WORDS, text_x="Short")
    assert stored(hub, "autumn").share_texts == {"facebook": "By the API", "x": "Short"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key", "a b"),
        ("key", "spring"),
        ("landing_url", ""),
        ("landing_url", "javascript:alert(1)"),
        ("name", "a\tb"),
        ("text_x", "w" * 4001),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(hub, ada, field, value):
    hub.add_advocate("johndoe")
    answer = ada.post(NEW, NEW, **{**WORDS, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert stored(hub, "autumn") is None


def test_advocates_stand_there_with_their_link_and_what_they_brought(hub, ada):
    _, advocate_id = hub.add_advocate("johndoe")
    with hub.transaction() as session:
        for verdict in ("human", "human", "machine"):
            add_visit(session, hub.account.id, kind="shared", advocate_id=advocate_id, verdict=verdict)
        add_visit(session, hub.account.id, advocate_id=advocate_id)
    page = ada.get("/console/campaigns/of/spring").text
    visits = unescape(re.search(r'href="(/console/visitors[^"]+)"', page)[1])
    assert len(re.findall("/console/visitors/[0-9a-f-]{36}", ada.get(visits).text)) == 2
    assert "http://demo.localhost:8000/mbsy.js" in unescape(page)
    assert "http://demo.localhost:8000/johndoe" in page
    assert re.search(r'data-label="Friends&#39; clicks"><a [^>]+>2<', page)
    assert ada.post("/console/campaigns/of/spring/delete", "/console/campaigns").status_code == 303
    assert "People are enrolled" in ada.get("/console/campaigns").text


def test_another_accounts_campaigns_are_not_there(hub, ada):
    other = hub.add_other_account()
    with hub.transaction() as session:
        put_campaign(
            session, other.id, key="theirs", name="Theirs", landing_url="https://x.example/", share_text="",
            enrolment={}, now=NOW,
        )  # fmt: skip
    assert "Theirs" not in ada.get("/console/campaigns").text
    assert ada.get("/console/campaigns/of/theirs").status_code == 404
    assert ada.post("/console/campaigns/of/theirs/delete", "/console/campaigns").status_code == 404
