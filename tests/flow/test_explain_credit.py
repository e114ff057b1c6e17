"""Why an order was credited as it was, in sentences, oldest first."""

from app.domain.message import ContactDetails
from app.domain.visit import Verdict
from app.flow.explain_credit import explain_order, explain_signup, source_place
from app.flow.record_order import record_order
from tests.flow.story import MINUTE, both_databases


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
    assert share == "Ada Lovelace (adalovelace) pressed the WhatsApp button in that message."
    assert "Ada Lovelace (adalovelace) had shared on WhatsApp" in click
    assert order.startswith("The order o-1 over 49.90 EUR was placed, of which 10.00 ")
    assert order.endswith("was refunded; it now stands as partially refunded.")
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


def test_an_order_of_which_nothing_is_known_says_what_was_missing(shop):
    shop.order(mbsy="no-such-code", mbsy_source="0192f0c0-0000-7000-8000-000000000000")
    sentences = [sentence.text for sentence in told(shop) if sentence.kind == "missing"]
    assert sentences == [
        "It names the click 0192f0c0-0000-7000-8000-000000000000, which has not come in.",
        "It names the share code 'no-such-code', which is nobody's.",
        "Its email, phone or customer number is no known contact's.",
    ]
    shop.order("o-2", buyer=ContactDetails())
    assert [text.text.partition(":")[0] for text in told(shop, "o-2") if text.kind == "missing"] == [
        "No click is named",
        "No share code is named",
        "It says nothing of the person",
    ]


def test_a_signup_is_told_from_message_to_verdict(shop, other_shop):
    message = shop.invited()
    friend = shop.friend(message, minutes=2)
    shop.record(shop.press(message, minutes=1), friend)
    shop.now += 10 * MINUTE
    enrolled = shop.signup(mbsy_source=friend.id)
    sentences = shop.in_one(explain_signup, shop.account, enrolled.signup_id).sentences
    assert kinds(sentences) == ["message", "share", "click", "signup", "verdict"]
    assert sentences[3].text == "Somebody enrolled as bob in the campaign 'spring'."
    assert sentences[4].text.startswith("So the signup is credited to this chain.")
    assert shop.in_one(explain_signup, other_shop.account, enrolled.signup_id) is None


def test_a_share_code_in_capitals_as_discount_code_finds_its_advocate(shop):
    message = shop.invited()
    shop.record(shop.plain(message))
    row = shop.placed(shop.order(discount_codes=("SUMMER", "ADALOVELACE"), buyer=ContactDetails()))
    assert (row.standing, row.reason) == ("attributed", "last_click_of_advocate")
    assert source_place(row) == "discount_codes"
