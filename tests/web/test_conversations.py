"""The API of conversations."""

import pytest

from app.flow.receive_reply import receive_reply
from integrations.protocol import InboundText
from tests.web.conftest import NOW


@pytest.fixture
def texted(hub):
    """Have somebody text the demo account."""

    def text(words, sender="+15558675310", sid=None, account=None):
        said = InboundText("twilio", sid or words, sender, "+15017122661", words)
        with hub.transaction() as session:
            receive_reply(session, account or hub.demo.account, said, callback_id="c-1", at=NOW, now=NOW)

    return text


def test_a_conversation_is_listed_and_read_page_by_page(hub, sms, texted):
    for number in range(3):
        texted(f"Text {number}")
    texted("Bye", sender="+15558675311")
    listed = hub.get("/api/v1/conversations?limit=1").json
    rest = hub.get(f"/api/v1/conversations?cursor={listed['next_cursor']}").json
    assert {one["contact"]["phone"] for one in listed["data"] + rest["data"]} == {"+15558675310", "+15558675311"}
    [theirs] = [one for one in listed["data"] + rest["data"] if one["contact"]["phone"] == "+15558675310"]
    address, seen = f"/api/v1/conversations/{theirs['id']}", []
    page = hub.get(f"{address}?limit=2").json
    seen += page["messages"]
    seen += hub.get(f"{address}?limit=2&cursor={page['next_cursor']}").json["messages"]
    assert [one["text"] for one in seen] == ["Text 2", "Text 1", "Text 0"]
    assert {(one["direction"], one["from"], one["to"], one["url"]) for one in seen} == {
        ("inbound", "+15558675310", "+15017122661", None)
    }


def test_what_texts_ask_for_stands_in_the_conversation(hub, texted):
    texted("please stop texting me")
    [theirs] = hub.get("/api/v1/conversations").json["data"]
    read = hub.get(f"/api/v1/conversations/{theirs['id']}").json
    assert [one["wish"] for one in read["messages"]] == ["stop"]
    asked = {"channel": "sms", "contact": {"phone": "+15558675310"}, "message": {"text": "Hi"}}
    assert hub.trigger(asked).json["message"]["reason"] == "stopped"


def test_another_accounts_conversation_is_unknown_and_a_made_up_cursor_none(hub, texted):
    texted("Hi", account=hub.other.account)
    headers = {"Authorization": f"Bearer {hub.other.api_key}"}
    [theirs] = hub.client.get("/api/v1/conversations", headers=headers).json["data"]
    assert hub.client.get(f"/api/v1/conversations/{theirs['id']}", headers=headers).status_code == 200
    assert hub.get(f"/api/v1/conversations/{theirs['id']}").status_code == 404
    assert hub.get("/api/v1/conversations").json["data"] == []
    for cursor in ("x", "MjAyNi0xMS0yMg", "bm93IDE"):
        assert hub.get(f"/api/v1/conversations?cursor={cursor}").status_code == 422
