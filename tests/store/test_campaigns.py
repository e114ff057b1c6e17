"""Campaigns, and the advocates enrolled in them."""

import pytest

from app.domain.message import ContactDetails
from app.store.campaigns import (
    add_advocates,
    advocate_by_id,
    advocate_by_share_code,
    advocates_of,
    campaign_by_id,
    campaign_by_key,
    list_advocates,
    list_campaigns,
    only_campaign,
    put_campaign,
    taken_share_codes,
)
from app.store.identities import save_contact


@pytest.fixture
def session(transaction):
    with transaction() as session:
        yield session


def put(session, account, now, key="spring", **said):
    words = {"name": "Spring", "landing_url": "https://shop.example/", "share_text": "Join", "enrolment": {}, **said}
    return put_campaign(session, account.id, key=key, **words, now=now)


def enrol(session, account, campaign, contact, now, code="johndoe"):
    return add_advocates(session, account.id, campaign.id, {contact.id: code}, now).get(contact.id)


def test_a_campaign_is_found_by_its_key_and_its_id(session, account, now):
    stored = put(session, account, now, enrolment={"open": True})
    assert stored.enrolment == {"open": True}
    assert campaign_by_key(session, account.id, "spring") == stored == campaign_by_id(session, account.id, stored.id)


def test_putting_a_campaign_again_changes_its_words_and_not_its_id(session, account, now):
    first = put(session, account, now)
    again = put(session, account, now, name="Summer")
    assert (again.id, again.name) == (first.id, "Summer")


def test_the_same_key_is_another_campaign_in_another_account(session, account, other_account, now):
    ours, theirs = put(session, account, now), put(session, other_account, now)
    assert ours.id != theirs.id
    assert campaign_by_id(session, other_account.id, ours.id) is None
    assert list_campaigns(session, other_account.id, after=None, limit=10) == [theirs]


def test_a_lone_campaign_needs_no_name(session, account, other_account, now):
    assert only_campaign(session, account.id) is None
    put(session, other_account, now, "theirs")
    spring = put(session, account, now)
    assert only_campaign(session, account.id) == spring
    put(session, account, now, "summer")
    assert only_campaign(session, account.id) is None


def test_campaigns_are_listed_by_key(session, account, now):
    for key in ("b", "c", "a"):
        put(session, account, now, key)
    assert [each.key for each in list_campaigns(session, account.id, after=None, limit=2)] == ["a", "b"]
    assert [each.key for each in list_campaigns(session, account.id, after="b", limit=2)] == ["c"]


def test_an_advocate_is_found_in_every_way(session, account, contact, now):
    spring = put(session, account, now)
    advocate = enrol(session, account, spring, contact, now)
    assert advocates_of(session, account.id, spring.id, [contact.id]) == {contact.id: advocate}
    assert advocate_by_id(session, account.id, advocate.id) == advocate
    assert advocate_by_share_code(session, account.id, "johndoe") == advocate
    assert len(advocate.share_token) == 11
    assert advocate.share_token != advocate.share_code


def test_an_advocate_is_found_by_no_other_account(session, account, other_account, contact, now):
    spring = put(session, account, now)
    advocate = enrol(session, account, spring, contact, now)
    assert advocates_of(session, other_account.id, spring.id, [contact.id]) == {}
    assert advocate_by_id(session, other_account.id, advocate.id) is None
    assert advocate_by_share_code(session, other_account.id, "johndoe") is None
    assert list_advocates(session, other_account.id, after=None, limit=10) == []


def test_a_share_code_is_one_persons_in_an_account(session, account, contact, now):
    spring = put(session, account, now)
    enrol(session, account, spring, contact, now)
    grace = save_contact(session, account.id, ContactDetails("c-2"), now)
    assert enrol(session, account, spring, grace, now) is None
    assert enrol(session, account, spring, grace, now, "grace") is not None


def test_the_same_share_code_may_be_used_in_another_account(
    session, account, other_account, contact, other_contact, now
):
    assert enrol(session, account, put(session, account, now), contact, now)
    assert enrol(session, other_account, put(session, other_account, now), other_contact, now)


def test_a_contact_is_enrolled_once_in_a_campaign_and_may_be_in_several(session, account, contact, now):
    spring, summer = put(session, account, now), put(session, account, now, "summer")
    enrol(session, account, spring, contact, now)
    assert enrol(session, account, spring, contact, now, "again") is None
    assert enrol(session, account, summer, contact, now, "again") is not None


def test_of_two_enrolments_at_once_one_is_made(transaction, account, contact, now, at_once):
    with transaction() as session:
        spring = put(session, account, now)

    def work(number):
        with transaction() as session:
            return enrol(session, account, spring, contact, now, f"code-{number}")

    assert [bool(found) for found in at_once(2, work)].count(True) == 1


def test_of_many_enrolled_together_only_those_are_left_out_whose_code_is_taken(session, account, contact, now):
    spring = put(session, account, now)
    enrol(session, account, spring, contact, now)
    people = [save_contact(session, account.id, ContactDetails(f"p-{number}"), now).id for number in range(3)]
    found = add_advocates(session, account.id, spring.id, dict(zip(people, ["a", "johndoe", "a"], strict=True)), now)
    assert len(found) == 1
    assert people[1] not in found
    assert taken_share_codes(session, account.id, ["a", "johndoe", "z"]) == {"a", "johndoe"}


def test_a_code_that_is_taken_in_another_account_is_free(session, account, other_account, contact, now):
    enrol(session, account, put(session, account, now), contact, now)
    assert taken_share_codes(session, other_account.id, ["johndoe"]) == set()


def test_advocates_are_listed_in_the_order_of_enrolment(session, account, now):
    spring = put(session, account, now)
    people = [save_contact(session, account.id, ContactDetails(f"c-{number}"), now) for number in range(3)]
    ids = [enrol(session, account, spring, person, now, f"code{person.external_id}").id for person in people]
    assert [each.id for each in list_advocates(session, account.id, after=None, limit=2)] == ids[:2]
    assert [each.id for each in list_advocates(session, account.id, after=ids[1], limit=2)] == ids[2:]
