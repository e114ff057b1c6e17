"""Reports: messages and channels from the counters, visitors from the clicks."""

import pytest

from app.domain.counting import Counter, Metric, Span, Subject
from app.domain.ids import new_id
from app.domain.message import ContactDetails
from app.domain.visit import LinkKind, Verdict, Visit
from app.store.campaigns import add_advocates, put_campaign
from app.store.clicks import NewClick, add_clicks
from app.store.counters import bump
from app.store.identities import save_contact
from app.store.reports import channel_report, message_report
from app.store.templates import Template, put_template
from app.store.visits import visitor_report

ALL = Span()
INVITE = Subject("email", "invite")
FIGURES = {
    Metric.SENT: 3,
    Metric.DELIVERED: 2,
    Metric.FAILED: 1,
    Metric.OPENED: 2,
    Metric.CLICKS: 5,
    Metric.UNIQUE_CLICKS: 2,
    Metric.MACHINE_CLICKS: 4,
    Metric.CONVERSIONS: 1,
    Metric.SIGNUPS: 6,
    Metric.ORDERS: 2,
}


@pytest.fixture
def session(transaction):
    with transaction() as session:
        yield session


@pytest.fixture
def count(session, account):
    def work(subject, quarter=100, account=account, **figures):
        bump(session, account.id, {Counter(quarter, subject, Metric(name)): value for name, value in figures.items()})

    return work


def earn(session, account, subject, currency, minor, quarter=100):
    bump(session, account.id, {Counter(quarter, subject, Metric.REVENUE, currency): minor})


def test_a_template_without_a_message_stands_in_the_report_with_noughts(session, account, now):
    put_template(session, account.id, Template("invite", "email", "Invite friends", "share"), now)
    [row] = message_report(session, account.id, span=ALL)
    assert (row["template"], row["name"], row["channel"], row["goal"]) == ("invite", "Invite friends", "email", "share")
    assert (row["sent"], row["clicked"], row["revenue"], row["conversion_rate"]) == (0, 0, [], None)


def test_every_figure_of_a_template_stands_in_its_row(session, account, count, now):
    put_template(session, account.id, Template("invite", "email", "Invite"), now)
    count(INVITE, **FIGURES)
    count(Subject("email", "invite", "welcome", "spring", "whatsapp"), quarter=101, shares=7)
    [row] = message_report(session, account.id, span=ALL)
    assert {name: row[name] for name in ("sent", "delivered", "failed", "opened")} == {
        "sent": 3,
        "delivered": 2,
        "failed": 1,
        "opened": 2,
    }
    assert (row["clicked"], row["unique_clicks"], row["machine_clicks"]) == (5, 2, 4)
    assert (row["shares"], row["signups"], row["orders"], row["conversions"]) == (7, 6, 2, 1)
    assert row["conversion_rate"] == 0.3333


def test_revenue_is_exact_and_by_currency(session, account):
    earn(session, account, INVITE, "EUR", 4990)
    earn(session, account, INVITE, "EUR", -90, quarter=101)
    earn(session, account, INVITE, "JPY", 500)
    [row] = message_report(session, account.id, span=ALL)
    assert row["revenue"] == [{"currency": "EUR", "amount": "49.00"}, {"currency": "JPY", "amount": "500"}]


def test_inline_messages_share_a_row_each_channel(session, account, count):
    count(Subject("email"), sent=1)
    count(Subject("sms"), sent=2)
    rows = message_report(session, account.id, span=ALL)
    assert [(row["channel"], row["template"], row["sent"]) for row in rows] == [("email", None, 1), ("sms", None, 2)]


def test_a_template_that_was_deleted_keeps_its_figures(session, account, count):
    count(INVITE, sent=1)
    [row] = message_report(session, account.id, span=ALL)
    assert (row["template"], row["name"], row["sent"]) == ("invite", None, 1)


def test_a_report_is_of_one_channel_where_one_is_asked_for(session, account, count, now):
    put_template(session, account.id, Template("bare", "sms", "Bare"), now)
    count(INVITE, sent=1)
    assert [row["template"] for row in message_report(session, account.id, span=ALL, channel="sms")] == ["bare"]
    assert [row["template"] for row in message_report(session, account.id, span=ALL, channel="email")] == ["invite"]


def test_a_report_is_of_its_span_alone(session, account, count):
    count(INVITE, quarter=100, sent=1)
    count(INVITE, quarter=101, sent=2)
    count(INVITE, quarter=102, sent=4)
    assert message_report(session, account.id, span=Span(101, 102))[0]["sent"] == 2
    assert message_report(session, account.id, span=Span(None, 102))[0]["sent"] == 3
    assert message_report(session, account.id, span=Span(103, None)) == []


def test_another_accounts_figures_are_never_in_a_report(session, account, other_account, count, now):
    put_template(session, account.id, Template("invite", "email", "Invite"), now)
    count(Subject("email", "invite", platform="whatsapp"), sent=1, shares=1)
    assert message_report(session, other_account.id, span=ALL) == []
    assert channel_report(session, other_account.id, span=ALL) == []


def test_what_was_shared_stands_under_its_platform_whatever_the_message(session, account, count):
    count(Subject("email", "invite", platform="whatsapp"), shares=1, friend_clicks=2, friend_unique_clicks=1)
    count(Subject("sms", "bare", platform="whatsapp"), shares=2, friend_machine_clicks=3, orders=1, signups=1)
    count(Subject("email", "invite", platform="x"), shares=4)
    earn(session, account, Subject("sms", "bare", platform="whatsapp"), "EUR", 4990)
    whatsapp, x = channel_report(session, account.id, span=ALL)
    assert (whatsapp["platform"], whatsapp["shares"], whatsapp["clicks"], whatsapp["unique_clicks"]) == (
        *("whatsapp", 3),
        *(2, 1),
    )
    assert (whatsapp["machine_clicks"], whatsapp["orders"], whatsapp["signups"]) == (3, 1, 1)
    assert whatsapp["revenue"] == [{"currency": "EUR", "amount": "49.90"}]
    assert (x["platform"], x["shares"], x["revenue"]) == ("x", 4, [])


def test_a_messages_own_links_are_no_channel_and_an_advocates_plain_links_are(session, account, count):
    count(INVITE, clicks=5, orders=1)
    count(Subject(campaign_id="spring"), friend_clicks=2)
    [row] = channel_report(session, account.id, span=ALL)
    assert (row["platform"], row["clicks"], row["orders"]) == (None, 2, 0)
    assert [(row["channel"], row["clicked"]) for row in message_report(session, account.id, span=ALL)] == [("email", 5)]


def test_every_visit_is_a_row_and_machines_are_marked(session, account, other_account, now):
    person = save_contact(session, account.id, ContactDetails("c-1"), now)
    words = {"name": "Spring", "landing_url": "https://shop.example/", "share_text": "", "enrolment": {}}
    campaign = put_campaign(session, account.id, key="spring", **words, now=now)
    advocate = add_advocates(session, account.id, campaign.id, {person.id: "johndoe"}, now)[person.id]

    def click(**seen):
        facts = {
            "kind": LinkKind.SHARED,
            "verdict": Verdict.HUMAN,
            "signals": (),
            "rules": 1,
            "url": "https://shop.example/",
            "advocate_id": advocate.id,
            "campaign_id": campaign.id,
            "platform": "whatsapp",
            "user_agent": "iPhone",
        }
        visit = Visit(id=new_id(), at_ms=int(now.timestamp() * 1000), account_id=account.id, **facts | seen)
        return NewClick(visit, None, None, is_unique=True)

    curl = {"verdict": Verdict.MACHINE, "signals": ("curl",), "advocate_id": "erased", "user_agent": ""}
    add_clicks(session, [click(), click(**curl)])
    machine, person = visitor_report(session, account.id, before=None, limit=10)
    assert (machine["verdict"], machine["signals"], machine["advocate"], machine["device"]) == (
        *("machine", ["curl"]),
        *(None, None),
    )
    assert (person["advocate"], person["campaign"], person["platform"]) == ("johndoe", "spring", "whatsapp")
    assert (person["device"], person["referrer"], person["at"]) == ("phone", None, "2026-11-22T09:00:00+00:00")
    assert visitor_report(session, account.id, before=machine["id"], limit=10) == [person]
    assert visitor_report(session, account.id, before=None, limit=1) == [machine]
    assert visitor_report(session, other_account.id, before=None, limit=10) == []
