"""The reports from outside: narrowed, by day, as a file, and the contacts behind a figure."""

import csv
import io

import pytest

from app.domain.ids import new_id
from app.domain.visit import LinkKind, Verdict, Visit
from app.flow.record_clicks import record_clicks
from app.store.campaigns import advocate_by_share_code
from tests.web.conftest import NOW

_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/604.1"


@pytest.fixture
def visited(hub):
    """Have two visits by Ada's links: a person's from Facebook by a WhatsApp link, and a machine's by the plain one."""
    hub.post("/hooks/demo/signups", {"email": "ada@example.com", "first_name": "=Ada", "share_code": "ada"})
    with hub.transaction() as session:
        advocate = advocate_by_share_code(session, hub.demo.account.id, "ada")
    facts = {
        "account_id": hub.demo.account.id,
        "at_ms": int(NOW.timestamp() * 1000),
        "rules": 1,
        "url": "https://demo.example/spring",
        "advocate_id": advocate.id,
        "campaign_id": advocate.campaign_id,
        "ip": "203.0.113.0",
    }
    visits = [
        Visit(
            id=new_id(),
            kind=LinkKind.SHARED,
            verdict=Verdict.HUMAN,
            signals=(),
            platform="whatsapp",
            referrer="https://l.facebook.com/",
            user_agent=_IPHONE,
            **facts,
        ),
        Visit(
            id=new_id(),
            kind=LinkKind.ADVOCATE,
            verdict=Verdict.MACHINE,
            signals=("library", "curl"),
            user_agent='=HYPERLINK("https://evil.example")',
            **facts,
        ),
    ]
    record_clicks("batch-1", [visit.line().decode() for visit in visits], transaction=hub.transaction, now=NOW)
    return [visit.id for visit in visits]


def test_a_visit_tells_who_came_by_what_and_from_where(hub, visited):
    machine, person = hub.get("/api/v1/reports/visitors").json["data"]
    assert [machine["id"], person["id"]] == visited[::-1]
    assert (person["platform"], person["referrer_platform"], person["platform_disagrees"]) == (
        *("whatsapp", "facebook"),
        True,
    )
    assert (person["advocate"], person["campaign"], person["device"], person["country"]) == (
        *("ada", "spring"),
        *("phone", None),
    )
    assert (machine["verdict"], machine["signals"], machine["platform_disagrees"]) == (
        *("machine", ["library", "curl"]),
        False,
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("verdict=human", [0]),
        ("verdict=preview", []),
        ("platform=whatsapp", [0]),
        ("platform=none", [1]),
        ("campaign=spring", [1, 0]),
        ("campaign=other", []),
        ("advocate=ada", [1, 0]),
        ("advocate=bob", []),
        ("from=2026-11-22&to=2026-11-22", [1, 0]),
        ("from=2026-11-22&to=2026-11-22&tz=Pacific/Kiritimati", []),
        ("to=2026-11-21", []),
        ("limit=1", [1]),
    ],
)
def test_visits_are_narrowed_by_what_is_asked(hub, visited, query, found):
    rows = hub.get(f"/api/v1/reports/visitors?{query}").json["data"]
    assert [row["id"] for row in rows] == [visited[place] for place in found]


@pytest.mark.parametrize("query", ["verdict=ghost", "tz=Mars/Olympus", "from=yesterday", "platform=", "limit=0"])
def test_a_question_that_makes_no_sense_is_refused(hub, query):
    assert hub.get(f"/api/v1/reports/visitors?{query}").status_code == 422


def test_a_file_for_a_spreadsheet_runs_nothing_that_a_visitor_sent(hub, visited):
    answer = hub.get("/api/v1/reports/visitors", headers={"Accept": "text/csv"})
    assert answer.content_type.startswith("text/csv")
    machine, person = csv.DictReader(io.StringIO(answer.text))
    assert machine["user_agent"].startswith("'=HYPERLINK")
    assert (person["referrer_platform"], person["platform_disagrees"]) == ("facebook", "true")


def test_the_contacts_behind_a_platforms_figure_are_listed(hub, visited):
    [row] = hub.get("/api/v1/reports/channels/whatsapp/contacts?metric=clicks&campaign=spring").json["data"]
    assert (row["email"], row["count"]) == ("ada@example.com", 1)
    file = hub.get("/api/v1/reports/channels/whatsapp/contacts?metric=clicks", headers={"Accept": "text/csv"})
    assert "'=Ada" in file.text
    assert hub.get("/api/v1/reports/channels/none/contacts?metric=machine_clicks").json["data"][0]["count"] == 1
    assert hub.get("/api/v1/reports/channels/whatsapp/contacts?metric=clicks&campaign=other").json["data"] == []
    for query in ("", "?metric=sent"):
        assert list(hub.get(f"/api/v1/reports/channels/x/contacts{query}").json["errors"]) == ["metric"]
    assert hub.get("/api/v1/reports/messages/a%2Fb/contacts?metric=sent&channel=sms").json["data"] == []


def test_figures_are_narrowed_by_what_is_asked(hub, visited):
    platforms = {row["platform"] for row in hub.get("/api/v1/reports/channels").json["data"]}
    assert platforms == {None, "whatsapp"}
    for query, found in (("campaign=spring", 2), ("campaign=other", 0), ("platform=whatsapp", 1), ("template=x", 0)):
        assert len(hub.get(f"/api/v1/reports/channels?{query}").json["data"]) == found
    for query, found in (
        ("", 1),
        ("template=hello", 1),
        ("template=x", 0),
        ("automation=x", 0),
        ("campaign=spring", 0),
    ):
        assert len(hub.get(f"/api/v1/reports/messages?{query}").json["data"]) == found


def test_one_link_is_reported_by_its_id_or_share_code(hub, visited):
    link = hub.get("/api/v1/reports/links/ada").json
    assert (link["kind"], link["advocate"], link["clicks"], link["machine_clicks"]) == ("advocate", "ada", 0, 1)
    token = hub.get("/api/v1/advocates").json["data"][0]
    with hub.transaction() as session:
        shared = f"i{advocate_by_share_code(session, hub.demo.account.id, 'ada').share_token}w"
    for link_id in (shared, shared[1:], f"-{shared}"):
        assert hub.get(f"/api/v1/reports/links/{link_id}").json["clicks"] == 1
    [contact] = hub.get(f"/api/v1/reports/links/{shared}/contacts?metric=clicked").json["data"]
    assert (contact["contact_id"], contact["count"]) == (token["contact_id"], 1)
    assert hub.get(f"/api/v1/reports/links/{shared}/contacts?metric=orders").json["data"] == []
    for link_id in ("nobody", "tAAAAAAAAAAA0", "-", "%F0%9F%98%80"):
        assert hub.get(f"/api/v1/reports/links/{link_id}").status_code == 404
