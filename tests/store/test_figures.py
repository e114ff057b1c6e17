"""Figures by the day."""

from datetime import date

from app.domain import counting
from app.domain.calendar import Days, runs
from app.domain.counting import Metric, Subject
from app.store.accounts import change_account
from app.store.counters import bump
from app.store.figures import compared_figures, dated_figure, subjects


def test_figures_are_summed_by_the_day_and_narrowed_down(transaction, account, other_account):
    days = Days(date(2026, 10, 24), date(2026, 10, 26))
    first = runs(days, "Europe/Berlin")[0].first_quarter
    email = Subject("email", "a", "welcome", "", "")
    with transaction() as session:
        change_account(session, account.id, {"time_zone": "Europe/Berlin"})
        counts = {counting.Counter(first + quarter, email, Metric.SENT): 1 for quarter in range(-4, 96 + 100 + 96 + 4)}
        bump(
            session, account.id, {**counts, counting.Counter(first, Subject("sms", "b", "", "", "x"), Metric.SHARES): 5}
        )
        bump(session, other_account.id, {counting.Counter(first, email, Metric.SENT): 1000})
    with transaction() as session:
        whose = (session, account.id, days, "Europe/Berlin")
        found = dated_figure(*whose, Metric.SENT, narrowed={"channel": "email"})
        named = subjects(*whose, channel=None)
        compared = compared_figures(*whose, narrowed={"channel": "email"})
    assert {day.day: value for day, value in found.items()} == {24: 96, 25: 100, 26: 96}
    assert [(figure.day.day, figure.value) for figure in compared] == [(21, 4), (24, 292)]
    assert (named.templates, named.automations, named.platforms) == (("a", "b"), ("welcome",), ("x",))
