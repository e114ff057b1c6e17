"""Somebody filled in a campaign's public page."""

from app.domain.destination import advocate_path, parse_path
from app.domain.message import ContactDetails
from app.domain.visit import LinkKind
from app.flow.credit_outcome import credit_signup
from app.flow.enrol_visitor import enrol_visitor
from app.store.identities import find_contact
from tests.flow.story import ADA, at_once, both_databases


def enrol(shop, campaign, details, **given):
    said = {"consent": "Yes.", "mbsy": None, "mbsy_source": None, "share_code": None} | given
    return shop.in_one(enrol_visitor, shop.account, campaign, details, **said, now=shop.now)


@both_databases
def test_fifty_people_of_one_name_at_once_get_fifty_links(shop):
    campaign = shop.campaign()
    johns = [ContactDetails(email=f"john{n}@example.com", first_name="John", last_name="Doe") for n in range(50)]
    ends = at_once(*[lambda john=john: enrol(shop, campaign, john) for john in johns])
    codes = {end.advocate.share_code for end in ends}
    assert len(codes) == len({end.signup_id for end in ends}) == 50
    assert "johndoe" in codes
    for code in codes:
        assert len(code) <= 32
        assert parse_path(advocate_path(code)).kind is LinkKind.ADVOCATE


@both_databases
def test_one_person_who_presses_four_times_at_once_is_enrolled_once(shop):
    campaign = shop.campaign()
    ends = at_once(*[lambda: enrol(shop, campaign, ADA) for _ in range(4)])
    assert len({end.advocate.id for end in ends}) == 1
    assert len([end for end in ends if end.signup_id]) == 1


def test_the_new_advocate_is_credited_to_the_friend_whose_link_brought_them(shop):
    message = shop.invited()
    click = shop.friend(message)
    shop.record(click)
    bob = ContactDetails(email="bob@friends.example", first_name="Bob")
    done = enrol(shop, shop.campaign(), bob, mbsy_source=click.id)
    shop.in_one(credit_signup, done.signup_id, now=shop.now)
    signup = shop.enrolment(done.signup_id)
    assert (signup.standing, signup.click_id, signup.advocate_id) == ("attributed", click.id, message.advocate_id)
    assert shop.channels()["whatsapp"]["signups"] == 1
    assert shop.audit() == []


def test_what_is_known_of_a_person_is_neither_told_nor_changed(shop):
    campaign = shop.campaign()
    shop.trigger()
    before = shop.in_one(find_contact, shop.account.id, ADA)
    mallory = ContactDetails(email=ADA.email, phone="+15005550099", first_name="Mallory")
    assert enrol(shop, campaign, mallory).advocate.share_code == "mallory"
    assert shop.in_one(find_contact, shop.account.id, ADA) == before
