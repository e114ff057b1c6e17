"""What each template earned."""

from app.domain.counting import Counter, Metric, Subject, quarter_of
from app.store.counters import bump
from app.store.templates import Template, put_template
from tests.web.console.small_hub import NOW


def count(hub, account, figures, *, template="", platform="", currency=""):
    subject = Subject(channel="email", template=template, platform=platform)
    with hub.transaction() as session:
        bump(
            session,
            account.id,
            {Counter(quarter_of(NOW), subject, metric, currency): value for metric, value in figures.items()},
        )


def test_each_template_stands_beside_its_goal_and_all_of_them_together_above(hub, ada):
    with hub.transaction() as session:
        put_template(session, hub.account.id, Template("invite", "email", "Invite your friends", "share"), NOW)
    earned = {Metric.SENT: 1200, Metric.CLICKS: 300, Metric.CONVERSIONS: 60}
    count(hub, hub.account, earned, template="invite")
    count(hub, hub.account, {Metric.REVENUE: 123456}, template="invite", currency="USD")
    count(hub, hub.account, {Metric.SHARES: 44, Metric.FRIEND_CLICKS: 91}, template="invite", platform="whatsapp")
    page = ada.get("/console/").text
    for words in (
        "Invite your friends",
        "Goal: Shares",
        "1,200",
        "300",
        "5.0 %",
        "USD 1,234.56",
        "WhatsApp",
        "44",
        "91",
    ):
        assert words in page


def test_another_accounts_figures_are_not_there(hub, ada):
    count(hub, hub.add_other_account(), {Metric.SENT: 777}, template="theirs")
    page = ada.get("/console/").text
    assert "777" not in page
    assert "Nothing to report yet" in page


def test_templates_alone_are_nothing_to_report(hub, ada):
    with hub.transaction() as session:
        put_template(session, hub.account.id, Template("invite", "email", "Invite", None), NOW)
    assert "curl -X POST" in ada.get("/console/").text
