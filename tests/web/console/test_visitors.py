"""Visitors: who came, narrowed down, as a file, and one by one."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest

from app.store.accounts import change_account
from app.web.console import csv_file
from tests.web.console.outcomes import add_credited_order
from tests.web.console.small_hub import NOW
from tests.web.console.visits import add_visit


def landed(page):
    return re.findall(r'<span class="address">https://shop.example/([^<]*)</span>', page.text)


@pytest.fixture
def visits(hub):
    """One visit of each kind; the address that each landed on says which."""
    campaign_id, advocate_id = hub.add_advocate("johndoe")
    other = hub.add_other_account()
    with hub.transaction() as session:
        for name, said in {
            "own": {"at": NOW - timedelta(days=3)},
            "spring": {"campaign_id": campaign_id, "at": NOW - timedelta(days=2)},
            "friend": {"kind": "shared", "platform": "x", "advocate_id": advocate_id, "at": NOW - timedelta(days=1)},
            "robot": {"kind": "shared", "platform": "x", "verdict": "machine", "signals": ["library", "curl"]},
        }.items():
            add_visit(session, hub.account.id, url=f"https://shop.example/{name}", **said)
        add_visit(session, other.id, url="https://shop.example/theirs", platform="x")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["robot", "friend", "spring", "own"]),
        ("who=human", ["friend", "spring", "own"]),
        ("campaign=spring", ["spring"]),
        ("campaign=unheard-of", []),
        ("advocate=johndoe", ["friend"]),
        ("platform=x", ["robot", "friend"]),
        ("platform=x&who=human", ["friend"]),
        ("link=shared", ["robot", "friend"]),
        ("link=own&who=human", ["spring", "own"]),
        ("platform=none", ["spring", "own"]),
        ("from=2026-11-20&to=2026-11-21", ["friend", "spring"]),
        ("to=2026-11-19", ["own"]),
        ("who=nobody&platform=", ["robot", "friend", "spring", "own"]),
    ],
)
def test_visits_are_narrowed_down_and_the_file_holds_the_same(visits, ada, query, found):
    page = ada.get(f"/console/visitors?{query}")
    assert landed(page) == found
    link = re.search(r'href="(/console/visitors\?[^"]*as=csv[^"]*)"', page.text)
    assert bool(link) is bool(found)
    if link:
        rows = list(csv.DictReader(io.StringIO(ada.get(unescape(link[1])).text)))
        assert [row["link_url"].rpartition("/")[2] for row in rows] == found


def test_days_are_those_of_the_accounts_own_zone(hub, ada):
    with hub.transaction() as session:
        change_account(session, hub.account.id, {"time_zone": "Pacific/Auckland"})
        for name, hours in (("before", -1), ("first", 0), ("last", 23), ("after", 24)):
            # There the 22nd begins at 11:00 UTC of the day before.
            at = NOW.replace(day=21, hour=11) + timedelta(hours=hours)
            add_visit(session, hub.account.id, url=f"https://shop.example/{name}", at=at)
    assert landed(ada.get("/console/visitors?from=2026-11-22&to=2026-11-22")) == ["last", "first"]


@pytest.mark.parametrize("query", ["from=never", "from=2026-11-22&to=2026-11-21", "from=0001-01-01", "to=9999-12-31"])
def test_days_that_are_none_are_said_to_be(visits, ada, query):
    page = ada.get(f"/console/visitors?{query}")
    assert 'id="days-error"' in page.text
    assert len(landed(page)) == 4


@pytest.mark.parametrize("word", ["%F0%9F%8D%89", "%E2%80%AE", "x" * 300])
def test_words_that_no_link_has_find_nothing_or_are_left_out(visits, ada, word):
    for name in ("campaign", "advocate", "platform", "who", "from"):
        assert ada.get(f"/console/visitors?{name}={word}").status_code == 200


def test_a_file_of_many_pages_is_whole(hub, ada, monkeypatch):
    monkeypatch.setattr(csv_file, "_AT_ONCE", 3)
    with hub.transaction() as session:
        for number in range(9):
            add_visit(session, hub.account.id, url=f"https://shop.example/{number}")
    rows = list(csv.DictReader(io.StringIO(ada.get("/console/visitors?as=csv").text)))
    assert [row["link_url"][-1] for row in rows] == list("876543210")


def test_older_pages_keep_what_is_narrowed_down_by(hub, ada):
    with hub.transaction() as session:
        for _ in range(51):
            add_visit(session, hub.account.id, platform="x", kind="shared")
    older = re.search(r'href="([^"]+)" rel="next"', ada.get("/console/visitors?platform=x&who=human").text)
    assert "platform=x" in older[1]
    assert len(landed(ada.get(unescape(older[1])))) == 1


def test_a_visit_opens_with_the_people_the_message_and_the_order_behind_it(hub, ada):
    campaign_id, advocate_id = hub.add_advocate("johndoe")
    message_id = hub.add_message(campaign_id=campaign_id, advocate_id=advocate_id)
    add_credited_order(hub, "1001", message_id=message_id, advocate_id=advocate_id)
    [link] = re.findall(r'href="(/console/visitors/[^"]+)"', ada.get("/console/visitors").text)
    page = ada.get(link).text
    for words in ("johndoe", "johndoe@example.com", f"/console/messages/{message_id}", "/console/orders/1001"):
        assert words in page
    assert "Person" in page


def test_what_gave_a_machine_away_is_told_in_words(visits, ada):
    assert "program, no browser: “curl”" in ada.get("/console/visitors?who=machine").text


def test_another_accounts_visit_is_not_there(hub, ada):
    other = hub.add_other_account()
    with hub.transaction() as session:
        theirs = add_visit(session, other.id)
    for visit_id in (theirs, "x", "0" * 300):
        assert ada.get(f"/console/visitors/{visit_id}").status_code == 404
