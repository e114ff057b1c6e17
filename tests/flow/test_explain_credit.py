"""Why an order was credited as it was, in sentences, oldest first."""

from app.domain.visit import Verdict
from app.flow.explain_credit import explain_order
from app.flow.record_order import record_order
from tests.flow.story import both_databases


def told(shop, order_id="o-1"):
    return shop.in_one(explain_order, shop.account, order_id).sentences


def kinds(sentences):
    return [sentence.kind for sentence in sentences]


@both_databases
def test_the_whole_chain_is_told_from_message_to_verdict(shop):
    message = shop.invited()
    press, friend = shop.press(message, minutes=1), shop.friend(message, minutes=2)
    shop.record(press, friend)
    shop.order(mbsy_source=friend.id, status="partially_refunded", refunded_minor=1000)
    sentences = told(shop)
    assert kinds(sentences) == ["message", "share", "click", "order", "verdict"]
    assert [sentence.id for sentence in sentences] == [message.id, press.id, friend.id, "o-1", None]
    moments = [sentence.at for sentence in sentences[:-1]]
    assert moments == sorted(moments)
    sent, share, click, order, verdict = (sentence.text for sentence in sentences)
    assert "template 'invite' by the automation 'welcome'" in sent
    assert share == "Ada Lovelace (adalovelace) pressed the whatsapp button in that message."
    assert "Ada Lovelace (adalovelace) had shared on whatsapp" in click
    assert order.startswith("The order o-1 over 49.90 EUR was placed, of which 10.00 ")
    assert order.endswith("was refunded; it now stands as partially_refunded.")
    assert verdict.startswith("So the order is credited to this chain. It names the click itself")


def test_a_share_whose_press_was_not_seen_stands_before_its_click(shop):
    message = shop.invited()
    friend = shop.friend(message, minutes=2)
    shop.record(friend)
    shop.order(mbsy_source=friend.id)
    sentences = told(shop)
    assert kinds(sentences) == ["message", "share", "click", "order", "verdict"]
    assert "no press of the button was seen" in sentences[1].text


def test_a_readers_own_click_is_told_as_theirs(shop):
    message = shop.invited()
    click = shop.click(message)
    shop.record(click)
    shop.order(mbsy_source=click.id)
    sentences = told(shop)
    assert kinds(sentences) == ["message", "click", "order", "verdict"]
    assert sentences[1].text.startswith("Its recipient clicked the link to https://shop.example/")


def test_an_advocates_plain_link_needs_no_message(shop):
    message = shop.invited()
    click = shop.plain(message)
    shop.record(click)
    shop.order(mbsy_source=click.id)
    sentences = told(shop)
    assert kinds(sentences) == ["click", "order", "verdict"]
    assert "Ada Lovelace (adalovelace)'s own link" in sentences[0].text


def test_an_order_that_nobody_earned_says_why(shop):
    message = shop.invited()
    click = shop.click(message, verdict=Verdict.MACHINE)
    shop.record(click)
    shop.order(mbsy_source=click.id)
    assert told(shop)[-1].text == (
        "The order is credited to nobody. The click it names was a machine's, and a machine's click earns nothing."
    )


def test_an_order_that_nobody_looked_at_says_so(shop):
    shop.in_one(record_order, shop.account, shop.notice(), now=shop.now)
    assert "Nobody has looked at it yet" in told(shop)[-1].text


def test_an_order_of_another_account_is_unknown(shop, other_shop):
    other_shop.order()
    assert shop.in_one(explain_order, shop.account, "o-1") is None
