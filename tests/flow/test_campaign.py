"""The reports of a whole campaign equal the numbers that its script works out by hand."""

from app.domain.behind import ChannelMetric, MessageMetric
from app.domain.counting import Span
from app.store.behind_figures import behind_channels, behind_messages
from app.store.visits import VisitFilter, visitor_report
from tests.flow.campaign_script import BOTS, CHANNELS, MESSAGES, RATES, REASONS, Campaign
from tests.flow.story import counted


def listed(shop, behind, metric, **narrowed):
    asked = {"span": Span(), "narrowed": narrowed, "after": None, "limit": 1000}
    return sum(one.count for one in shop.in_one(behind, shop.account.id, metric, **asked))


def test_the_reports_of_a_campaign_equal_the_numbers_worked_out_by_hand(shop):
    campaign = Campaign(shop).play()
    messages, channels = shop.messages(), shop.channels()
    assert {name: counted(row) for name, row in messages.items()} == MESSAGES
    assert {name: row["conversion_rate"] for name, row in messages.items()} == RATES
    assert {name: counted(row) for name, row in channels.items()} == CHANNELS
    assert shop.audit() == []
    nobodys = {number: shop.placed(row_id) for number, row_id in campaign.orders.items()}
    assert {number: row.reason for number, row in nobodys.items() if row.standing == "unattributed"} == REASONS
    for name, row in messages.items():
        for metric in set(MessageMetric) - {MessageMetric.REVENUE}:
            assert listed(shop, behind_messages, metric, template=name) == row[metric], (name, metric)
    for name, row in channels.items():
        for metric in set(ChannelMetric) - {ChannelMetric.REVENUE}:
            assert listed(shop, behind_channels, metric, platform=name) == row[metric], (name, metric)
    bots = VisitFilter(verdict="machine")
    assert len(shop.in_one(visitor_report, shop.account.id, before=None, limit=1000, wanted=bots)) == BOTS
