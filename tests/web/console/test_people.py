"""Behind every figure stand people."""

import re
from datetime import timedelta
from html import unescape

import pytest

from app.domain.counting import Metric
from app.domain.message import ContactDetails
from app.store.identities import save_contact
from app.store.outcomes import OutcomeRow
from tests.web.console.outcomes import add_credited_order
from tests.web.console.small_hub import NOW
from tests.web.console.test_performance import count

SENT = "/console/people?of=messages&metric=sent&channel=email"


def test_a_figure_opens_the_people_behind_it(hub, ada):
    hub.add_message(template="invite")
    count(hub, hub.account, {Metric.SENT: 1}, template="invite")
    page = ada.get("/console/").text
    link = re.search(r'href="(/console/people[^"]+template=invite[^"]*)"', page)[1].replace("&amp;", "&")
    people = ada.get(link).text
    assert "Who was sent a message" in people
    assert "Grace Hopper" in people
    assert "grace@example.com" in people


def test_a_platforms_figure_opens_those_who_shared(hub, ada):
    _, advocate_id = hub.add_advocate("johndoe")
    message_id = hub.add_message(advocate_id=advocate_id)
    add_credited_order(hub, "1001", message_id=message_id, advocate_id=advocate_id)
    shared = "/console/people?of=channels&metric=shares&platform="
    assert "Grace Hopper" in ada.get(f"{shared}whatsapp").text
    assert "Nobody" in ada.get(f"{shared}x").text


def test_the_file_holds_no_formula(hub, ada):
    with hub.transaction() as session:
        save_contact(session, hub.account.id, ContactDetails(email="evil@x.example", first_name="=1+1"), NOW)
    hub.add_message(recipient="evil@x.example")
    with hub.transaction() as session:
        save_contact(session, hub.account.id, ContactDetails(email="evil@x.example", first_name="=1+1"), NOW)
    answer = ada.get(f"{SENT}&as=csv")
    assert answer.mimetype == "text/csv"
    assert "evil@x.example" in answer.text
    assert ",=1+1" not in answer.text
    assert "people.csv" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("query", ["", "of=messages", "of=messages&metric=x", "of=x&metric=sent"])
def test_a_figure_that_is_none_is_not_found(ada, query):
    assert ada.get(f"/console/people?{query}").status_code == 404


def test_other_days_and_other_accounts_are_left_out(hub, ada):
    hub.add_message(hub.add_other_account(), recipient="theirs@x.example")
    hub.add_message(recipient="mine@x.example")
    page = ada.get(SENT).text
    assert "mine@x.example" in page
    assert "theirs@x.example" not in page
    assert "mine@x.example" not in ada.get(f"{SENT}&from=2026-01-01&to=2026-01-31").text


def test_older_pages_show_each_person_once(hub, ada):
    for number in range(60):
        hub.add_message(recipient=f"p{number}@x.example")
    seen, path = [], SENT
    while path:
        page = ada.get(path).text
        seen += re.findall(r">(p\d+@x\.example)<", page)
        older = re.search(r'href="([^"]+)" rel="next"', page)
        path = older and older[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 60


def test_nobody_stands_behind_sample_figures(ada):
    assert "/console/people" not in ada.get("/console/").text


def links(page):
    return [unescape(found) for found in re.findall(r'href="(/console/people[^"]+)"', page.text)]


def test_the_rate_and_the_revenue_open_the_people_behind_them(hub, ada):
    count(hub, hub.account, {Metric.SENT: 9, Metric.CONVERSIONS: 3}, template="invite")
    count(hub, hub.account, {Metric.REVENUE: 500}, template="invite", currency="EUR")
    count(hub, hub.account, {Metric.REVENUE: 700}, template="invite", platform="x", currency="USD")
    found = links(ada.get("/console/"))
    days = [link for link in found if "from=" in link]
    assert len([link for link in found if "metric=conversions" in link and link not in days]) == 4
    revenue = [re.sub(r".*\?", "", link) for link in found if "metric=revenue" in link]
    # The headline, the platform and the template, each currency by itself.
    assert sorted(revenue) == [
        "channel=email&currency=EUR&of=messages&metric=revenue",
        "channel=email&currency=USD&of=messages&metric=revenue",
        "channel=email&platform=x&currency=USD&of=channels&metric=revenue",
        "channel=email&template=invite&currency=EUR&of=messages&metric=revenue",
        "channel=email&template=invite&currency=USD&of=messages&metric=revenue",
    ]


def test_the_days_of_the_chart_and_those_before_open_their_own_people(hub, ada):
    for days, count_of in ((0, 3), (1, 4), (30, 5)):
        count(hub, hub.account, {Metric.SENT: count_of}, template="invite", at=NOW - timedelta(days=days))
        hub.add_message(template="invite", recipient=f"p{days}@x.example", at=NOW - timedelta(days=days))
    page = ada.get("/console/?chart=sent&campaign=").text
    opened = {
        figure: unescape(url) for url, figure in re.findall(r'href="(/console/people[^"]+from[^"]+)">([^<]+)<', page)
    }
    assert list(opened) == ["5 in the 30 days before", "4", "3"]
    for figure, days in (("5 in the 30 days before", 30), ("4", 1), ("3", 0)):
        assert re.findall(r"p\d+@x\.example", ada.get(opened[figure]).text)[0] == f"p{days}@x.example"


def test_the_headline_of_the_channels_opens_all_who_shared(hub, ada):
    count(hub, hub.account, {Metric.FRIEND_CLICKS: 5, Metric.SHARES: 2, Metric.ORDERS: 1}, platform="x")
    count(hub, hub.account, {Metric.REVENUE: 700}, platform="x", currency="USD")
    page = ada.get("/console/channels").text
    tiles = links(type("Part", (), {"text": page[page.index('class="totals"') : page.index("</dl>")]}))
    assert [re.search(r"metric=(\w+)", link)[1] for link in tiles] == ["shares", "clicks", "orders", "revenue"]
    assert all("of=channels" in link and ada.get(link).status_code == 200 for link in tiles)


def test_revenue_is_told_by_person_on_the_page_and_in_the_file(hub, ada):
    _, advocate_id = hub.add_advocate("johndoe")
    message_id = hub.add_message(advocate_id=advocate_id)
    with hub.transaction() as session:
        earned = {
            "id": "o", "account_id": hub.account.id, "kind": "order", "subject_id": "1", "at": NOW, "quantity": 1,
            "conversions": 0, "amount_minor": 12_345, "currency": "EUR", "channel": "email", "template": "",
            "automation": "", "campaign_id": "", "platform": "x", "message_id": message_id, "recorded_at": NOW,
        }  # fmt: skip
        session.add(OutcomeRow(**earned))
    path = "/console/people?of=channels&metric=revenue&currency=EUR"
    page = ada.get(path).text
    assert "EUR 123.45" in page
    assert "Grace Hopper" in page
    assert "123.45 EUR" in ada.get(f"{path}&as=csv").text
    assert "Grace" not in ada.get("/console/people?of=channels&metric=revenue&currency=USD").text
