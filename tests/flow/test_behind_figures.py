"""Who stands behind a figure: the counts of the listed contacts add up to what the report says."""

from zoneinfo import ZoneInfo

import pytest

from app.domain.behind import ChannelMetric, MessageMetric
from app.domain.counting import Span, read_span
from app.domain.message import ContactDetails, Goal
from app.domain.visit import Verdict
from app.store.behind_figures import NOBODY, behind_channels, behind_messages
from app.store.reports import channel_report, message_report
from tests.flow.story import ADA, BOB, MINUTE, both_databases

ALWAYS = Span()
CAROL = ContactDetails(email="carol@example.com", first_name="Carol")


def listed(shop, behind, metric, *, span=ALWAYS, limit=2, **narrowed):
    """Return every contact behind a figure, two a page."""
    found, after = [], None
    while page := shop.in_one(behind, shop.account.id, metric, span=span, narrowed=narrowed, after=after, limit=limit):
        found += page
        after = page[-1].key
    return found


@pytest.fixture
def spring(shop):
    """Two messages to two advocates, with everything that can come of them."""
    first, second = shop.invited(Goal.SHARE, contact=ADA), shop.invited(Goal.SHARE, contact=CAROL)
    friend, plain = shop.friend(first, minutes=3), shop.plain(second, minutes=4)
    shop.record(
        shop.click(first, minutes=1),
        shop.click(first, minutes=2),
        shop.click(second, minutes=2),
        shop.click(second, minutes=2, verdict=Verdict.MACHINE),
        shop.press(first, minutes=1),
        shop.press(first, "x", minutes=1),
        shop.press(second, "x", minutes=90, verdict=Verdict.MACHINE),
        shop.friend(first, minutes=5, verdict=Verdict.PREVIEW),
        shop.friend(second, "x", minutes=6),
        friend,
        plain,
    )
    shop.order("o-1", mbsy_source=friend.id)
    shop.order("o-2", mbsy_source=plain.id)
    shop.now += 20 * MINUTE
    shop.signup(BOB, mbsy_source=friend.id)
    return shop


@both_databases
def test_the_contacts_behind_every_figure_add_up_to_it(spring):
    spans = [Span(), read_span("2026-11-22", "2026-11-22", "Asia/Kolkata"), read_span("2026-11-23", None, "UTC")]
    for span in spans:
        rows = spring.in_one(message_report, spring.account.id, span=span)
        for row in rows:
            for metric in set(MessageMetric) - {MessageMetric.REVENUE}:
                found = listed(spring, behind_messages, metric, span=span, template=row["template"] or "")
                assert sum(one.count for one in found) == row[metric], (row["template"], metric, span)
        for row in spring.in_one(channel_report, spring.account.id, span=span):
            for metric in set(ChannelMetric) - {ChannelMetric.REVENUE}:
                found = listed(spring, behind_channels, metric, span=span, platform=row["platform"] or "")
                assert sum(one.count for one in found) == row[metric], (row["platform"], metric, span)


def test_a_contact_is_listed_once_with_their_part(spring):
    ada, carol = sorted(
        listed(spring, behind_messages, MessageMetric.CLICKED, template="invite"), key=lambda one: one.email
    )
    assert (ada.email, ada.external_id, ada.count, carol.count) == (ADA.email, "c-1", 2, 1)
    assert ada.last_at - ada.first_at == MINUTE
    assert [one.email for one in listed(spring, behind_channels, ChannelMetric.ORDERS, platform="whatsapp")] == [
        ADA.email
    ]
    assert listed(spring, behind_messages, MessageMetric.CLICKED, template="invite", automation="other") == []


@both_databases
def test_revenue_stands_beside_whoever_brought_it_in_its_own_currency(spring):
    friend = spring.friend(spring.invited(Goal.SHARE, template="again", contact=ADA), minutes=8)
    spring.record(friend)
    spring.order("o-3", mbsy_source=friend.id, currency="USD", total=3_000)
    spring.order("o-1", "refunded", total=None, minutes=None)
    reports = {row["template"]: row for row in spring.in_one(message_report, spring.account.id, span=ALWAYS)}
    every = listed(spring, behind_messages, MessageMetric.REVENUE)
    assert [one.email for one in every] == [ADA.email]
    assert every[0].revenue == reports["again"]["revenue"] == [{"currency": "USD", "amount": "30.00"}]
    assert reports["invite"]["revenue"] == []
    assert listed(spring, behind_messages, MessageMetric.REVENUE, currency="EUR") == []
    [plain] = listed(spring, behind_channels, ChannelMetric.REVENUE, platform="")
    assert plain.email == CAROL.email
    shared = listed(spring, behind_channels, ChannelMetric.REVENUE)
    assert {one.email: len(one.revenue) for one in shared} == {ADA.email: 1, CAROL.email: 1}


def test_all_that_was_shared_is_every_platform_and_the_plain_links(spring):
    rows = spring.in_one(channel_report, spring.account.id, span=ALWAYS)
    for metric in set(ChannelMetric) - {ChannelMetric.REVENUE}:
        found = listed(spring, behind_channels, metric)
        assert sum(one.count for one in found) == sum(row[metric] for row in rows), metric


def test_another_accounts_contacts_are_never_listed(spring, other_shop):
    assert listed(other_shop, behind_messages, MessageMetric.SENT, template="invite") == []
    assert listed(other_shop, behind_channels, ChannelMetric.SHARES, platform="x") == []


def test_a_share_by_somebody_who_is_gone_still_counts(shop):
    message = shop.invited()
    shop.record(shop.visit("press", None, platform="x", advocate_id="gone", message_id="gone", campaign_id=None))
    [nobody] = listed(shop, behind_channels, ChannelMetric.SHARES, platform="x")
    assert (nobody.key, nobody.contact_id, nobody.count) == (NOBODY, None, 1)
    assert message.id


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-22", 24)], ids=["short", "long", "usual"]
)
def test_a_day_of_the_accounts_time_zone_is_as_long_as_its_clocks_say(shop, day, hours):
    span = read_span(day, day, "Europe/Brussels")
    assert (span.end_quarter - span.first_quarter) / 4 == hours
    start = span.first_quarter * 900
    shop.campaign()
    message = shop.invited()
    at = [start - 1, start, start + hours * 3600 - 1, start + hours * 3600]
    shop.record(*(shop.click(message, at_ms=second * 1000) for second in at))
    assert ZoneInfo("Europe/Brussels")
    [row] = shop.in_one(message_report, shop.account.id, span=span)
    assert row["clicked"] == 2
    [one] = listed(shop, behind_messages, MessageMetric.CLICKED, span=span, template="invite")
    assert one.count == 2
