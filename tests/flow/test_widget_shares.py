"""A share in the widget on a shop's page: no message stands behind it, and it is followed like any other."""

import itertools

import pytest

from app.domain.visit import Verdict
from app.flow.explain_credit import explain_order
from tests.flow.story import ADA, both_databases, counted


@pytest.fixture
def ada(shop):
    shop.campaign()
    return shop.signup(ADA).advocate


def friend_of(shop, advocate, **given):
    """Follow the link that an advocate shared in the widget."""
    whose = {"message_id": None, "advocate_id": advocate.id, "campaign_id": advocate.campaign_id}
    return shop.visit("shared", platform="whatsapp", who="10.9.9.0", **{**whose, **given})


@both_databases
def test_a_press_is_counted_for_its_platform_and_a_machines_is_not(shop, ada):
    shop.record(*[shop.widget_press(ada, minutes=at) for at in range(3)], shop.widget_press(ada, "x"))
    shop.record(shop.widget_press(ada, verdict=Verdict.MACHINE))
    assert {name: row["shares"] for name, row in shop.channels().items()} == {"whatsapp": 3, "x": 1}
    assert shop.messages() == {}
    assert shop.audit() == []


def test_press_click_and_order_are_told_as_one_chain_in_whatever_order_they_come_in(shop, ada):
    press, friend = shop.widget_press(ada, minutes=1), friend_of(shop, ada, minutes=2)
    for number, arrivals in enumerate(itertools.permutations(("press", "click", "order"))):
        row_ids = []
        for arrival in arrivals:
            if arrival == "order":
                row_ids.append(shop.order(f"o-{number}", mbsy_source=friend.id))
            else:
                shop.record({"press": press, "click": friend}[arrival])
        order = shop.placed(row_ids[0])
        assert (order.chain, order.platform, order.share_id) == ("advocate_click", "whatsapp", press.id)
    why = shop.in_one(explain_order, shop.account, "o-0").sentences
    assert [step.kind for step in why] == ["share", "click", "order", "verdict"]
    assert why[0].text == "Ada Lovelace (adalovelace) pressed the WhatsApp button of the widget on a page."
    assert counted(shop.channels()["whatsapp"])["orders"] == 6
    assert shop.audit() == []


def test_a_press_in_a_widget_never_stands_behind_the_click_on_a_messages_link(shop):
    message = shop.invited()
    shop.record(shop.widget_press(shop.advocate(message)), friend := shop.friend(message, minutes=1))
    order = shop.placed(shop.order(mbsy_source=friend.id))
    assert (order.chain, order.share_id) == ("shared_click", None)
