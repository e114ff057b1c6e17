"""The Performance Center: what each template earned by its own goal, and what sharing brought."""

import re
from datetime import timedelta
from html import unescape

import pytest

from app.domain.counting import Counter, Metric, Subject, quarter_of
from app.store.accounts import change_account
from app.store.campaigns import put_campaign
from app.store.counters import bump
from app.store.templates import Template, put_template
from tests.web.console.small_hub import NOW
from tests.web.console.visits import add_visit


def count(hub, account, figures, *, at=NOW, currency="", **subject):
    whole = Subject(**{"channel": "email", **subject})
    with hub.transaction() as session:
        bump(
            session,
            account.id,
            {Counter(quarter_of(at), whole, metric, currency): value for metric, value in figures.items()},
        )


def words(page):
    """Return what a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def test_each_template_stands_beside_its_goal_and_all_of_them_together_above(hub, ada):
    with hub.transaction() as session:
        put_template(session, hub.account.id, Template("invite", "email", "Invite your friends", "share"), NOW)
    count(hub, hub.account, {Metric.SENT: 1200, Metric.UNIQUE_CLICKS: 300, Metric.CONVERSIONS: 60}, template="invite")
    count(hub, hub.account, {Metric.REVENUE: 123456}, template="invite", currency="USD")
    count(hub, hub.account, {Metric.SHARES: 44, Metric.FRIEND_CLICKS: 91}, template="invite", platform="whatsapp")
    page = words(ada.get("/console/"))
    assert "Invite your friends Goal: Shares 1,200 0 0 300 60 5.0 % 44 0 0 USD 1,234.56" in page
    assert "Goals met 60" in page
    assert "WhatsApp 44 91" in page
    assert "Clicked 300 25.0 %" in page


def test_figures_stand_beside_those_of_the_days_before(hub, ada):
    count(hub, hub.account, {Metric.SENT: 100, Metric.CONVERSIONS: 15})
    count(hub, hub.account, {Metric.SENT: 100, Metric.CONVERSIONS: 10}, at=NOW - timedelta(days=7))
    page = words(ada.get("/console/?days=7"))
    assert "Goals met 15 Up 50 % 10 in the 7 days before" in page
    assert "Goal rate 15.0 % Up 5.0 points" in page
    assert "Messages sent 100 As in the days before" in page


def test_days_are_those_of_the_accounts_own_zone_also_when_they_have_25_hours(hub, ada):
    with hub.transaction() as session:
        change_account(session, hub.account.id, {"time_zone": "Europe/Berlin"})
    # On 25 October 2026 clocks went back: it lasted from 22:00 to 23:00 UTC, 25 hours later.
    first = NOW.replace(month=10, day=24, hour=22, minute=0)
    for quarter in (-1, 0, 99, 100):
        count(hub, hub.account, {Metric.SENT: 10 ** abs(quarter % 7)}, at=first + timedelta(minutes=15 * quarter))
    day = words(ada.get("/console/?from=2026-10-25&to=2026-10-25"))
    assert f"Messages sent {1 + 10 ** (99 % 7)}" in day


def test_figures_are_narrowed_down_by_campaign_automation_template_and_platform(hub, ada):
    with hub.transaction() as session:
        spring = put_campaign(
            session, hub.account.id, key="s", name="Spring", landing_url="https://a.example/", share_text="",
            enrolment={}, now=NOW,
        )  # fmt: skip
    count(hub, hub.account, {Metric.SENT: 3}, template="a", campaign_id=spring.id, automation="welcome")
    count(hub, hub.account, {Metric.SENT: 40}, template="b")
    count(hub, hub.account, {Metric.SHARES: 500}, template="b", platform="x")
    for query, sent in (
        (f"campaign={spring.id}", 3), ("automation=welcome", 3), ("template=b", 40), ("platform=x", 0),
        ("template=c", 0),
    ):  # fmt: skip
        assert f"Messages sent {sent} " in words(ada.get(f"/console/?{query}"))
    assert f'<option value="{spring.id}" selected>Spring</option>' in ada.get(f"/console/?campaign={spring.id}").text


@pytest.mark.parametrize(
    "query",
    ["from=x", "from=2026-12-01&to=2026-11-01", "from=1900-01-01", "from=0001-01-01&to=0001-01-02", "to=9999-12-31"],
)
def test_days_that_are_none_are_said_to_be_and_the_usual_ones_shown(hub, ada, query):
    count(hub, hub.account, {Metric.SENT: 7})
    page = ada.get(f"/console/?{query}")
    assert page.status_code == 200
    assert 'id="days-error"' in page.text or "Messages sent" in page.text


def test_the_table_is_sorted_by_the_column_that_is_pressed(hub, ada):
    for template, sent, shares in (("a", 1, 9), ("b", 2, 5)):
        count(hub, hub.account, {Metric.SENT: sent, Metric.SHARES: shares}, template=template)

    def order(query):
        return re.findall(r'/console/\?[^"]*template=(\w)[^"]*">\w</a>', ada.get(f"/console/?{query}").text)

    assert (order(""), order("sort=shares"), order("sort=shares&order=up")) == (["b", "a"], ["a", "b"], ["b", "a"])
    assert order("sort=nothing&order=x&_external=1&_anchor=y") == ["b", "a"]


def test_machines_stand_apart_and_are_shown_when_asked_for(hub, ada):
    count(hub, hub.account, {Metric.SENT: 9, Metric.MACHINE_CLICKS: 4321, Metric.MACHINE_OPENS: 8765}, template="a")
    page, with_machines = ada.get("/console/").text, words(ada.get("/console/?machines=show"))
    assert "4,321" not in page
    assert "8,765" not in page
    assert "4,321 by machines" in with_machines
    assert "8,765 by machines" in with_machines
    assert "Opened Opened by machines Clicked Clicks by machines" in with_machines


def test_another_accounts_figures_are_not_there(hub, ada):
    other = hub.add_other_account()
    count(hub, other, {Metric.SENT: 777}, template="theirs", platform="vk", automation="secret")
    for path in ("/console/", "/console/sms", "/console/channels"):
        page = ada.get(path).text
        assert "777" not in page
        assert "secret" not in page
        assert "theirs" not in page
        assert "sample figures" in page


def test_sample_figures_stand_there_until_they_are_removed_or_real_ones_come(hub, ada):
    for path in ("/console/", "/console/sms", "/console/channels"):
        assert "These are sample figures" in ada.get(path).text
    assert ada.post("/console/sample/remove", "/console/").status_code == 303
    for path in ("/console/", "/console/sms", "/console/channels"):
        page = ada.get(path).text
        assert "sample figures" not in page
        assert "curl -X POST" in page
    count(hub, hub.account, {Metric.SENT: 5}, template="mine")
    assert "mine" in ada.get("/console/").text


def test_real_figures_of_one_channel_end_the_sample_on_every_page(hub, ada):
    count(hub, hub.account, {Metric.SENT: 5}, template="mine")
    for path in ("/console/", "/console/sms", "/console/channels"):
        assert "sample figures" not in ada.get(path).text


def test_channels_show_what_was_shared_and_the_plain_links_apart(hub, ada):
    count(hub, hub.account, {Metric.FRIEND_CLICKS: 5, Metric.SHARES: 2}, platform="x", template="a")
    count(hub, hub.account, {Metric.FRIEND_CLICKS: 7}, channel="")
    count(hub, hub.account, {Metric.SENT: 1000, Metric.ORDERS: 50})
    page = words(ada.get("/console/channels"))
    assert "Friends' clicks 12 " in page
    assert "Plain link 0 7 0 0 0" in page
    assert "X 2 5 0 0 0" in page


def test_visitors_are_told_from_machines(hub, ada):
    other = hub.add_other_account()
    with hub.transaction() as session:
        add_visit(session, hub.account.id, url="https://shop.example/people")
        add_visit(session, hub.account.id, url="https://shop.example/robots", verdict="machine", signals=["crawler"])
        add_visit(session, other.id, url="https://shop.example/theirs")
    every, people = ada.get("/console/visitors").text, ada.get("/console/visitors?who=human").text
    assert "https://shop.example/robots" in every
    assert "crawler" in every
    assert "https://shop.example/people" in people
    assert "https://shop.example/robots" not in people
    assert "https://shop.example/theirs" not in every
    assert "Nobody of this kind" in ada.get("/console/visitors?who=preview").text
