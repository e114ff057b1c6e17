"""Who buys by the link that they shared themselves earns nothing, however they try."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.message import ContactDetails, Goal
from app.domain.visit import Verdict
from app.flow.explain_credit import explain_order
from app.flow.revise_verdicts import RULES, revise_verdicts
from app.store.accounts import hold_account
from app.store.verdicts import visits_by_id
from tests.flow.story import BOB, MINUTE, both_databases

HOME = "203.0.113.0"
PHONE_AT_HOME = {"who": HOME, "user_agent": "Mozilla/5.0 (iPhone)"}
NEWCOMER = ContactDetails(email="new@friends.example", first_name="New")


@pytest.mark.parametrize(
    "buyer",
    [
        ContactDetails(email="ada@example.com"),
        ContactDetails(email="ADA+again@example.com".lower()),
        ContactDetails(phone="+15005550006"),
        ContactDetails(email="somebody@else.example", phone="+15005550006"),
        ContactDetails(external_id="c-9", email="ada@example.com"),
    ],
    ids=["email", "mailbox", "phone", "phone beside another email", "email beside another number"],
)
@pytest.mark.parametrize("way", ["shared", "plain"])
def test_the_advocates_own_address_or_number_is_flagged_and_not_credited(shop, way, buyer):
    message = shop.invited()
    friend = shop.friend(message) if way == "shared" else shop.plain(message)
    shop.record(friend)
    row = shop.placed(shop.order(mbsy_source=friend.id, buyer=buyer))
    assert (row.standing, row.reason, row.message_id) == ("unattributed", "self_referral", None)
    assert shop.audit() == []


def test_another_contact_who_gives_the_advocates_number_is_flagged_too(shop):
    shop.sent(contact=NEWCOMER)
    message = shop.invited()
    friend = shop.friend(message)
    shop.record(friend)
    buyer = ContactDetails(email=NEWCOMER.email, phone="+15005550006")
    assert shop.placed(shop.order(mbsy_source=friend.id, buyer=buyer)).reason == "self_referral"


@both_databases
@pytest.mark.parametrize("press_comes", ["first", "last"])
def test_the_browser_that_pressed_share_is_flagged_whenever_the_press_comes_in(shop, press_comes):
    message = shop.invited()
    press, friend = shop.press(message, minutes=1, **PHONE_AT_HOME), shop.friend(message, minutes=2, **PHONE_AT_HOME)
    visits = [press, friend] if press_comes == "first" else [friend, press]
    shop.record(visits[0])
    row_id = shop.order(mbsy_source=friend.id)
    shop.record(visits[1])
    row = shop.placed(row_id)
    assert (row.standing, row.reason) == ("unattributed", "self_referral")
    told = [sentence.text for sentence in shop.in_one(explain_order, shop.account, "o-1").sentences]
    assert any(friend.id in text and "the same person had shared" in text for text in told)
    assert shop.audit() == []


def judge(shop, visit, verdict):
    """Have a stored visit judged another's than it was taken for."""
    with shop.transaction() as session:
        hold_account(session, shop.account.id)
        [kept] = visits_by_id(session, shop.account.id, {visit.id: datetime.fromtimestamp(visit.at_ms / 1000, UTC)})
        revise_verdicts(session, shop.account.id, [replace(kept, verdict=verdict)], by=RULES, now=shop.now)


def why(shop):
    return " ".join(sentence.text for sentence in shop.in_one(explain_order, shop.account, "o-1").sentences)


@both_databases
@pytest.mark.parametrize("names", ["the click", "the code", "the discount"])
def test_a_press_that_turns_out_to_be_a_machines_or_a_persons_has_the_order_looked_at_again(shop, names):
    message = shop.invited()
    press, friend = shop.press(message, minutes=1, **PHONE_AT_HOME), shop.friend(message, minutes=2, **PHONE_AT_HOME)
    shop.record(press, friend)
    code = shop.advocate(message).share_code
    named = {
        "the click": {"mbsy_source": friend.id},
        "the code": {"mbsy": code},
        "the discount": {"discount_codes": (code.upper(),)},
    }[names]
    row_id = shop.order(**named)
    assert shop.placed(row_id).standing == "unattributed"
    for _ in range(2):
        judge(shop, press, Verdict.MACHINE)
        assert (shop.placed(row_id).standing, shop.placed(row_id).click_id) == ("attributed", friend.id)
        assert shop.channels()["whatsapp"]["revenue"] == [{"currency": "EUR", "amount": "49.90"}]
        assert "so it does not show whose browser that was" in why(shop)
        judge(shop, press, Verdict.HUMAN)
        assert (shop.placed(row_id).standing, shop.placed(row_id).click_id) == ("unattributed", None)
        assert shop.channels()["whatsapp"]["revenue"] == []
        assert "so whoever clicked in that browser had shared the link themselves" in why(shop)
        assert shop.audit() == []


def test_a_signup_follows_the_verdict_on_the_press_as_an_order_does(shop):
    message = shop.invited(Goal.SIGNUP)
    press, friend = shop.press(message, minutes=1, **PHONE_AT_HOME), shop.friend(message, minutes=2, **PHONE_AT_HOME)
    shop.record(press, friend)
    shop.now += 5 * MINUTE
    signup_id = shop.signup(NEWCOMER, mbsy_source=friend.id).signup_id
    assert shop.enrolment(signup_id).reason == "self_referral"
    judge(shop, press, Verdict.MACHINE)
    assert (shop.enrolment(signup_id).reason, shop.channels()["whatsapp"]["signups"]) == ("named_click", 1)
    judge(shop, press, Verdict.HUMAN)
    assert (shop.enrolment(signup_id).reason, shop.channels()["whatsapp"]["signups"]) == ("self_referral", 0)
    assert shop.audit() == []


def test_of_several_presses_in_one_browser_one_persons_is_enough(shop):
    message = shop.invited()
    presses = [shop.press(message, minutes=n, **PHONE_AT_HOME) for n in range(2)]
    friend = shop.friend(message, minutes=2, **PHONE_AT_HOME)
    shop.record(*presses, friend)
    row_id = shop.order(mbsy_source=friend.id)
    judge(shop, presses[1], Verdict.MACHINE)
    assert shop.placed(row_id).reason == "self_referral"
    judge(shop, presses[0], Verdict.MACHINE)
    assert shop.placed(row_id).reason == "named_click"


@pytest.mark.parametrize(
    "friend",
    [
        {**PHONE_AT_HOME, "who": "198.51.100.0"},
        {**PHONE_AT_HOME, "user_agent": "Mozilla/5.0 (Android)"},
        {**PHONE_AT_HOME, "minutes": 0},
    ],
    ids=["another network", "another browser", "before the press"],
)
def test_a_friend_is_credited_as_ever(shop, friend):
    message = shop.invited()
    visit = shop.friend(message, **{"minutes": 2, **friend})
    shop.record(shop.press(message, minutes=1, **PHONE_AT_HOME), visit)
    assert shop.placed(shop.order(mbsy_source=visit.id)).reason == "named_click"


@pytest.mark.parametrize("network", ["10.1.2.0", "127.0.0.0", "192.168.1.0", "::", "", "unknown"])
def test_behind_one_proxy_everybody_has_the_same_network_which_says_nothing(shop, network):
    message = shop.invited()
    seen = {"who": network, "user_agent": "Mozilla/5.0 (iPhone)"}
    visit = shop.friend(message, minutes=2, **seen)
    shop.record(shop.press(message, minutes=1, **seen), visit)
    assert shop.placed(shop.order(mbsy_source=visit.id, buyer=BOB)).reason == "named_click"
