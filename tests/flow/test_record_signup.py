"""Somebody enrolled: a contact becomes an advocate, once."""

import pytest

from app.domain.errors import ConflictError, InvalidInputError
from app.domain.message import ContactDetails
from app.store.campaigns import advocate_by_share_code
from app.store.identities import find_contact
from tests.flow.story import ADA, BOB, at_once, both_databases


@both_databases
def test_a_person_becomes_an_advocate_of_the_only_campaign(shop):
    campaign = shop.campaign()
    enrolled = shop.signup(ADA)
    assert (enrolled.campaign, enrolled.advocate.share_code) == (campaign, "adalovelace")
    assert shop.in_one(find_contact, shop.account.id, ADA).id == enrolled.advocate.contact_id
    assert shop.enrolment(enrolled.signup_id).enrolled_advocate_id == enrolled.advocate.id


def test_the_same_person_again_is_the_same_advocate_and_no_second_signup(shop):
    shop.campaign()
    first, again = shop.signup(), shop.signup(share_code="another")
    assert again.advocate == first.advocate
    assert again.signup_id is None
    assert counted_signups(shop) == 0


def counted_signups(shop):
    return sum(row["signups"] for row in shop.channels().values())


def test_a_signup_counts_once_however_often_it_is_told(shop):
    message = shop.invited()
    click = shop.friend(message)
    shop.record(click)
    for _ in range(3):
        shop.signup(mbsy_source=click.id)
    assert counted_signups(shop) == 1
    assert shop.audit() == []


@both_databases
def test_several_calls_at_once_make_one_advocate_and_one_signup(shop):
    shop.campaign()
    ends = at_once(*[lambda: shop.signup(credit=False) for _ in range(4)])
    assert len({end.advocate.id for end in ends}) == 1
    assert len([end for end in ends if end.signup_id]) == 1


def test_somebody_whom_a_message_made_an_advocate_can_still_sign_up(shop):
    message = shop.invited()
    enrolled = shop.signup(ADA)
    assert enrolled.advocate.id == message.advocate_id
    assert enrolled.signup_id is not None


@pytest.mark.parametrize("campaign", [None, "nobody-made-it"])
def test_a_campaign_that_is_not_there_or_not_the_only_one_is_refused(shop, other_shop, campaign):
    other_shop.campaign("nobody-made-it")
    shop.campaign("spring")
    shop.campaign("autumn")
    with pytest.raises(InvalidInputError, match="campaign"):
        shop.signup(campaign=campaign)
    assert shop.in_one(find_contact, shop.account.id, BOB) is None


def test_a_wished_for_code_is_given_and_a_taken_one_refused(shop):
    shop.campaign()
    assert shop.signup(share_code="bobby").advocate.share_code == "bobby"
    with pytest.raises(ConflictError):
        shop.signup(ADA, share_code="bobby")
    assert shop.in_one(find_contact, shop.account.id, ADA) is None


@pytest.mark.parametrize("code", ["", "-dash", "a b", "a/b", "api", "Console", "x" * 33, "ü", "a\n"])
def test_a_code_that_cannot_stand_in_an_address_is_refused(shop, code):
    shop.campaign()
    with pytest.raises(InvalidInputError, match="share_code"):
        shop.signup(share_code=code)


def test_each_account_has_its_own_codes(shop, other_shop):
    shop.campaign()
    other_shop.campaign()
    assert shop.signup(share_code="bobby").advocate.id != other_shop.signup(share_code="bobby").advocate.id
    assert shop.in_one(advocate_by_share_code, other_shop.account.id, "bobby").campaign_id != ""


def test_a_code_never_tells_the_address(shop):
    shop.campaign()
    code = shop.signup(ContactDetails(email="secret@example.com")).advocate.share_code
    assert "secret" not in code
    assert len(code) == 8
