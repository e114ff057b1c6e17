"""Who earned an order or a signup: both chains, in whatever order their parts come in."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.domain.message import ContactDetails, Goal
from app.domain.visit import Verdict
from app.store.outcomes import OutcomeRow, outcomes_of
from tests.flow.story import ADA, BOB, DAY, MINUTE, both_databases, counted

READER = ContactDetails(email="ada@example.com")
"""The buyer who is the advocate herself."""


def outcomes(shop):
    query = select(func.count()).select_from(OutcomeRow).where(OutcomeRow.account_id == shop.account.id)
    return shop.in_one(lambda session: session.execute(query).scalar_one())


def answer(shop, row_id):
    row = shop.placed(row_id)
    return (row.standing, row.reason, row.chain)


def earned(shop):
    figures = counted(shop.messages()["invite"])
    return {name: figures[name] for name in ("orders", "conversions", "revenue", "signups") if name in figures}


def test_an_order_is_earned_by_the_message_whose_link_its_reader_clicked(shop):
    message = shop.invited()
    click = shop.click(message)
    shop.record(click)
    order = shop.placed(shop.order(mbsy_source=click.id))
    assert (order.standing, order.reason, order.chain) == ("attributed", "named_click", "message_click")
    assert (order.click_id, order.message_id, order.share_id) == (click.id, message.id, None)
    assert (order.platform, order.advocate_id) == (None, None)
    assert earned(shop) == {"orders": 1, "conversions": 1, "revenue": "49.90 EUR"}
    assert None not in shop.channels()
    assert shop.audit() == []


@both_databases
def test_an_order_is_earned_by_the_message_whose_reader_shared_the_link_a_friend_clicked(shop):
    message = shop.invited()
    press, friend = shop.press(message, minutes=1), shop.friend(message, minutes=2)
    shop.record(press, friend)
    order = shop.placed(shop.order(mbsy_source=friend.id))
    assert (order.standing, order.reason, order.chain) == ("attributed", "named_click", "shared_click")
    assert (order.click_id, order.message_id, order.share_id) == (friend.id, message.id, press.id)
    assert (order.platform, order.advocate_id) == ("whatsapp", message.advocate_id)
    assert earned(shop) == {"orders": 1, "conversions": 1, "revenue": "49.90 EUR"}
    assert counted(shop.channels()["whatsapp"])["revenue"] == "49.90 EUR"
    assert shop.audit() == []


def test_an_order_by_an_advocates_plain_link_is_earned_by_the_advocate_and_no_message(shop):
    message = shop.invited()
    click = shop.plain(message)
    shop.record(click)
    order = shop.placed(shop.order(mbsy_source=click.id))
    assert (order.chain, order.message_id, order.advocate_id) == ("advocate_click", None, message.advocate_id)
    assert earned(shop) == {}
    assert counted(shop.channels()[None])["revenue"] == "49.90 EUR"
    assert shop.audit() == []


@both_databases
def test_an_order_that_comes_before_its_click_waits_and_is_credited_when_that_comes_in(shop):
    message = shop.invited()
    press, friend = shop.press(message, minutes=1), shop.friend(message, minutes=2)
    row_id = shop.order(mbsy_source=friend.id)
    assert answer(shop, row_id) == ("pending", "awaiting_click", None)
    assert outcomes(shop) == 0
    shop.record(friend)
    assert answer(shop, row_id) == ("attributed", "named_click", "shared_click")
    assert shop.placed(row_id).share_id is None
    shop.record(press)
    assert shop.placed(row_id).share_id == press.id
    assert earned(shop) == {"orders": 1, "conversions": 1, "revenue": "49.90 EUR"}
    assert shop.audit() == []


@both_databases
def test_the_share_behind_a_click_is_the_last_press_before_it_however_late_it_comes_in(shop):
    message = shop.invited()
    first, second, after = (shop.press(message, minutes=at) for at in (1, 2, 4))
    friend = shop.friend(message, minutes=3)
    shop.record(first, friend)
    row_id = shop.order(mbsy_source=friend.id)
    shop.record(after)
    assert shop.placed(row_id).share_id == first.id
    shop.record(second)
    assert shop.placed(row_id).share_id == second.id


def test_a_click_that_is_not_of_this_account_is_waited_for_in_vain(shop, other_shop):
    theirs = other_shop.invited()
    click = other_shop.click(theirs)
    other_shop.record(click)
    row_id = shop.order(mbsy_source=click.id)
    assert answer(shop, row_id) == ("pending", "awaiting_click", None)
    assert outcomes(other_shop) == outcomes(shop) == 0


@pytest.mark.parametrize("verdict", [Verdict.MACHINE, Verdict.PREVIEW, Verdict.UNKNOWN])
def test_a_machines_click_earns_nothing(shop, verdict):
    message = shop.invited()
    click = shop.click(message, verdict=verdict)
    shop.record(click)
    row_id = shop.order(mbsy_source=click.id)
    assert answer(shop, row_id) == ("unattributed", "click_by_machine", None)
    assert earned(shop) == {}


def test_an_order_that_names_a_machines_click_goes_to_the_last_person_that_clicked(shop):
    message = shop.invited()
    scanner, ada = shop.click(message, verdict=Verdict.MACHINE), shop.click(message, minutes=1)
    shop.record(scanner, ada)
    row_id = shop.order(mbsy_source=scanner.id, buyer=READER)
    assert shop.placed(row_id).click_id == ada.id
    assert answer(shop, row_id) == ("attributed", "last_click_of_contact", "message_click")


def test_nobody_earns_by_following_the_link_they_shared_themselves(shop):
    message = shop.invited()
    for click in (shop.friend(message), shop.plain(message)):
        shop.record(click)
        row_id = shop.order(f"o-{click.id}", mbsy_source=click.id, buyer=READER)
        assert answer(shop, row_id) == ("unattributed", "self_referral", None)
        named = shop.order(f"n-{click.id}", mbsy="adalovelace", buyer=READER)
        assert answer(shop, named) == ("unattributed", "no_recent_click", None)
    assert earned(shop) == {}


@both_databases
def test_the_last_click_of_a_known_buyer_earns_an_order_that_names_none(shop):
    first, second = shop.invited(), shop.invited(template="second")
    shop.record(shop.click(first, minutes=1), shop.click(second, minutes=2), shop.click(first, minutes=11))
    row_id = shop.order(minutes=10, buyer=READER)
    assert answer(shop, row_id) == ("attributed", "last_click_of_contact", "message_click")
    assert shop.placed(row_id).message_id == second.id


@both_databases
def test_a_later_click_that_comes_in_late_takes_the_credit_over(shop):
    first, second = shop.invited(), shop.invited(template="second")
    shop.record(shop.click(first, minutes=1))
    row_id = shop.order(minutes=10, buyer=READER)
    assert shop.placed(row_id).message_id == first.id
    shop.record(shop.click(second, minutes=2))
    assert shop.placed(row_id).message_id == second.id
    assert earned(shop) == {}
    assert counted(shop.messages()["second"])["revenue"] == "49.90 EUR"
    assert shop.audit() == []


@pytest.mark.parametrize(
    ("placed_after", "standing"),
    [(30 * DAY, "attributed"), (30 * DAY + timedelta(seconds=1), "unattributed"), (-MINUTE, "unattributed")],
    ids=["at the window's end", "a second after it", "before the click"],
)
def test_the_last_click_counts_for_thirty_days(shop, placed_after, standing):
    message = shop.invited()
    shop.record(shop.click(message), shop.plain(message))
    placed_at = shop.now + placed_after
    of_contact = shop.order("o-1", buyer=READER, placed_at=placed_at)
    of_advocate = shop.order("o-2", mbsy="adalovelace", placed_at=placed_at)
    assert [shop.placed(row_id).standing for row_id in (of_contact, of_advocate)] == [standing, standing]
    if standing == "attributed":
        reasons = [shop.placed(row_id).reason for row_id in (of_contact, of_advocate)]
        assert reasons == ["last_click_of_contact", "last_click_of_advocate"]


def test_a_share_code_finds_the_last_friend_who_came_by_it(shop):
    message = shop.invited()
    shop.record(shop.plain(message, minutes=1), shop.friend(message, minutes=2))
    row_id = shop.order(mbsy="adalovelace")
    assert answer(shop, row_id) == ("attributed", "last_click_of_advocate", "shared_click")
    assert shop.placed(row_id).platform == "whatsapp"


def test_an_order_of_which_nothing_is_known_is_nobodys(shop):
    shop.invited()
    row_id = shop.order(mbsy="no-such-code")
    assert answer(shop, row_id) == ("unattributed", "nothing_known", None)
    assert outcomes(shop) == 0


@pytest.mark.parametrize(
    ("notice", "revenue"),
    [
        ({"status": "partially_refunded", "refunded_minor": 1000}, "39.90 EUR"),
        ({"status": "refunded"}, None),
        ({"status": "refunded", "refunded_minor": 4990}, None),
        ({"status": "cancelled", "total": 0}, None),
        ({"status": "paid", "refunded_minor": 9999}, None),
    ],
    ids=lambda value: value["status"] if isinstance(value, dict) else "",
)
@pytest.mark.parametrize("comes", ["after", "before"])
def test_a_refund_lowers_revenue_whenever_it_comes(shop, notice, revenue, comes):
    message = shop.invited()
    click = shop.click(message)
    shop.record(click)
    created = {"status": "created", "mbsy_source": click.id}
    for said in (created, notice) if comes == "after" else (notice, created):
        row_id = shop.order(**said)
    assert shop.placed(row_id).standing == "attributed"
    assert earned(shop).get("revenue") == revenue
    assert earned(shop)["orders"] == 1
    assert shop.audit() == []


@both_databases
def test_a_correction_is_added_and_nothing_is_rewritten(shop):
    message = shop.invited()
    click = shop.click(message)
    shop.record(click)
    shop.order(mbsy_source=click.id)
    row_id = shop.order(status="partially_refunded", refunded_minor=1000)
    added = shop.in_one(outcomes_of, shop.account.id, Goal.ORDER, row_id)
    assert [(outcome.quantity, outcome.amount_minor) for outcome in added] == [(1, 4990), (0, -1000)]


def test_crediting_again_changes_nothing(shop):
    message = shop.invited()
    click = shop.click(message)
    shop.record(click)
    row_id = shop.order(mbsy_source=click.id)
    for _ in range(3):
        shop.credit(row_id)
    assert outcomes(shop) == 1
    assert shop.audit() == []


def test_a_signup_is_earned_by_both_chains_and_converts_a_message_sent_for_it(shop):
    message = shop.invited(Goal.SIGNUP)
    friend = shop.friend(message)
    shop.record(friend, shop.press(message))
    shop.now += MINUTE
    enrolled = shop.signup(mbsy_source=friend.id)
    signup = shop.enrolment(enrolled.signup_id)
    assert (signup.standing, signup.chain, signup.message_id) == ("attributed", "shared_click", message.id)
    assert earned(shop) == {"signups": 1, "conversions": 1}
    assert counted(shop.channels()["whatsapp"])["signups"] == 1
    assert shop.audit() == []


@both_databases
def test_a_signup_before_its_click_is_credited_when_that_comes_in(shop):
    message = shop.invited(Goal.ORDER)
    click = shop.friend(message)
    enrolled = shop.signup(mbsy_source=click.id)
    assert shop.enrolment(enrolled.signup_id).standing == "pending"
    shop.record(click)
    assert shop.enrolment(enrolled.signup_id).standing == "attributed"
    assert earned(shop) == {"signups": 1}


def test_the_goal_of_the_message_decides_what_converts_it_whatever_the_template_says_by_now(shop):
    message = shop.invited(Goal.SHARE)
    shop.template(goal=Goal.ORDER, html="changed")
    click = shop.click(message)
    shop.record(click, shop.press(message))
    shop.order(mbsy_source=click.id)
    assert earned(shop) == {"orders": 1, "conversions": 1, "revenue": "49.90 EUR"}
    assert counted(shop.channels()["whatsapp"])["conversions"] == 1


def test_money_of_different_currencies_is_never_added(shop):
    message = shop.invited()
    clicks = [shop.click(message), shop.click(message)]
    shop.record(*clicks)
    shop.order("o-1", mbsy_source=clicks[0].id)
    shop.order("o-2", mbsy_source=clicks[1].id, currency="JPY", total=500)
    assert earned(shop)["revenue"] == "49.90 EUR 500 JPY"


def test_whoever_is_known_as_a_contact_alone_refers_themselves_by_any_of_their_addresses(shop):
    message = shop.invited(contact=ADA)
    click = shop.friend(message)
    shop.record(click)
    for number, buyer in enumerate((ContactDetails(phone=ADA.phone), ContactDetails(external_id="c-1"))):
        row_id = shop.order(f"o-{number}", mbsy_source=click.id, buyer=buyer)
        assert shop.placed(row_id).reason == "self_referral"
    assert shop.placed(shop.order("o-9", mbsy_source=click.id, buyer=BOB)).reason == "named_click"
