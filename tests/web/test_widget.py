"""What the widget on a shop's page is told, and what its links lead to."""

import pytest

from app.store.accounts import add_domain
from tests.web.conftest import NOW

HOST = "http://demo.localhost:8000"


@pytest.fixture
def john(hub):
    said = {"email": "john@example.com", "first_name": "John", "last_name": "Doe"}
    return hub.post("/hooks/demo/signups", said).json["advocate"]


def told(hub, host=HOST, **asked):
    answer = hub.client.get("/widget.json", base_url=host, query_string=asked)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    return answer.json


def test_every_button_leads_through_the_hub_and_shares_its_own_link(hub, john):
    widget = told(hub, campaign="spring", advocate="johndoe")
    assert (widget["known"], widget["text"], widget["url"]) == (True, "Come along", f"{HOST}/johndoe")
    presses = [platform["press"] for platform in widget["platforms"].values()]
    assert all(press.startswith(f"{HOST}/-s") for press in presses)
    assert len({platform["url"] for platform in widget["platforms"].values()}) == len(presses) > 10
    token = presses[0].rpartition("/-s")[2][:11]
    assert widget["platforms"]["copy"] == {"press": f"{HOST}/-s{token}c", "url": f"{HOST}/-i{token}c/johndoe"}
    assert told(hub, advocate="JohnDoe") == widget


def test_nothing_of_the_person_is_told(hub, john):
    said = hub.client.get("/widget.json?advocate=johndoe", base_url=HOST).text
    assert "example.com" not in said
    assert "John" not in said


def test_the_page_of_the_copied_link_works_for_an_advocate_too(hub, john):
    copied = told(hub, advocate="johndoe")["platforms"]["copy"]["url"]
    token = copied.rpartition("/-i")[2][:11]
    assert copied in hub.client.get(f"/copy/{token}", base_url=HOST).text
    assert hub.client.get(f"/copy/{token}", base_url="http://other.localhost:8000").status_code == 404


def test_a_campaign_alone_gives_its_words(hub):
    hub.put(
        "/api/v1/campaigns/spring", {"landing_url": "https://x.example/", "share_text": "Look: {{ campaign_link }}"}
    )
    assert told(hub, campaign="spring") == {"known": True, "text": "Look:"}


def test_a_platform_has_words_of_its_own_where_they_are_written(hub, john):
    words = {"whatsapp": "Psst: {{ campaign_link }}", "x": " "}
    body = {"landing_url": "https://x.example/", "share_text": "Look:", "share_texts": words}
    assert hub.put("/api/v1/campaigns/spring", body).json["share_texts"] == {"whatsapp": words["whatsapp"]}
    widget = told(hub, advocate="johndoe")
    assert (widget["text"], widget["texts"]) == ("Look:", {"whatsapp": "Psst:"})
    assert hub.get("/api/v1/campaigns/spring").json["share_texts"] == {"whatsapp": words["whatsapp"]}
    hub.put("/api/v1/campaigns/spring", {**body, "share_texts": None})
    assert "texts" not in told(hub, advocate="johndoe")


@pytest.mark.parametrize("words", [{"pigeon": "Coo"}, {"x": 7}, {"x": "w" * 4001}, ["x"]])
def test_words_for_a_platform_that_is_none_are_refused(hub, words):
    body = {"landing_url": "https://x.example/", "share_texts": words}
    answer = hub.put("/api/v1/campaigns/spring", body)
    assert answer.status_code == 422
    assert [name.partition(".")[0] for name in answer.json["errors"]] == ["share_texts"]


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        (HOST, {}),
        (HOST, {"campaign": "", "advocate": ""}),
        (HOST, {"campaign": "autumn"}),
        (HOST, {"campaign": "spring", "advocate": "nobody"}),
        (HOST, {"campaign": "autumn", "advocate": "johndoe"}),
        (HOST, {"advocate": "x" * 10_000}),
        (HOST, {"advocate": "\u202ejohndoe' or 1=1 --\U0001f600"}),
        ("http://other.localhost:8000", {"campaign": "spring", "advocate": "johndoe"}),
        ("http://new.localhost:8000", {"advocate": "johndoe"}),
        ("http://localhost:8000", {"advocate": "johndoe"}),
    ],
)
def test_what_is_unknown_here_is_said_so_without_an_error(hub, john, host, asked):
    with hub.transaction() as session:
        add_domain(session, hub.demo.account.id, "new.localhost", verified_at=None, now=NOW)
    assert told(hub, host, **asked) == {"known": False}
