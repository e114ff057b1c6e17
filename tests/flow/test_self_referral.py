"""Who buys by the link that they shared themselves earns nothing, however they try."""

import pytest

from app.domain.message import ContactDetails
from app.flow.explain_credit import explain_order
from tests.flow.story import BOB, both_databases

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
