"""People are known by an external id, else an address, else a number, and never by another account's."""

import pytest

from app.domain.message import ContactDetails
from app.store.contacts import contact_by_id, list_contacts
from app.store.identities import find_contact, save_contact, save_contacts


@pytest.fixture
def session(transaction):
    with transaction() as session:
        yield session


@pytest.fixture
def save(session, account, now):
    return lambda **said: save_contact(session, account.id, ContactDetails(**said), now)


@pytest.fixture
def everybody(session, account):
    return lambda: list_contacts(session, account.id, after=None, limit=100)


def test_the_same_external_id_is_the_same_person_whatever_else_is_said(save, everybody):
    first = save(external_id="c-1", email="ada@example.com", first_name="Ada")
    again = save(external_id="c-1", email="ada@new.example", last_name="Lovelace")
    assert again.id == first.id
    assert (again.email, again.first_name, again.last_name) == ("ada@new.example", "Ada", "Lovelace")
    assert len(everybody()) == 1


def test_without_an_external_id_the_address_tells(save):
    assert save(email="ada@example.com").id == save(email="ada@example.com", phone="+15005550006").id


def test_without_an_address_the_number_tells(save):
    assert save(phone="+15005550006").id == save(phone="+15005550006", first_name="Ada").id


def test_somebody_known_by_an_address_gets_the_external_id_that_comes_later(save):
    first = save(email="ada@example.com")
    assert save(external_id="c-1", email="ada@example.com").id == first.id
    assert save(external_id="c-1").id == first.id


def test_the_same_address_under_another_external_id_is_somebody_else(save):
    first, second = save(external_id="c-1", email="us@example.com"), save(external_id="c-2", email="us@example.com")
    assert first.id != second.id
    assert save(email="us@example.com").id == first.id


def test_an_external_id_goes_before_an_address(save):
    by_id, by_address = save(external_id="c-1"), save(email="ada@example.com")
    assert save(external_id="c-1", email="ada@example.com").id == by_id.id != by_address.id


def test_whoever_takes_over_an_address_is_somebody_new(save, everybody):
    ada = save(email="us@example.com", first_name="Ada")
    save(external_id="c-1", email="us@example.com")
    save(external_id="c-1", email="ada@example.com")
    grace = save(email="us@example.com", first_name="Grace")
    assert grace.id != ada.id
    assert [(each.email, each.first_name) for each in everybody()] == [
        ("ada@example.com", "Ada"),
        ("us@example.com", "Grace"),
    ]


def test_whoever_takes_over_a_number_is_somebody_new(save):
    ada = save(phone="+15005550006")
    save(external_id="c-1", phone="+15005550006")
    save(external_id="c-1", phone="+15005550007")
    assert save(phone="+15005550006").id != ada.id


def test_what_is_not_said_stays(save):
    save(external_id="c-1", email="ada@example.com", first_name="Ada", fields={"plan": "pro", "age": 36})
    found = save(external_id="c-1", fields={"plan": "free"})
    assert (found.email, found.first_name, found.fields) == ("ada@example.com", "Ada", {"plan": "free", "age": 36})


def test_somebody_of_whom_nothing_is_said_is_found_by_nothing(session, account):
    assert find_contact(session, account.id, ContactDetails(first_name="Ada")) is None


def test_another_accounts_person_is_never_found(session, account, other_account, contact):
    for said in ({"external_id": "c-1"}, {"email": "ada@example.com"}, {"phone": "+15005550006"}):
        assert find_contact(session, account.id, ContactDetails(**said)).id == contact.id
        assert find_contact(session, other_account.id, ContactDetails(**said)) is None
    assert contact_by_id(session, account.id, contact.id) == contact
    assert contact_by_id(session, other_account.id, contact.id) is None
    assert list_contacts(session, other_account.id, after=None, limit=10) == []


def test_saving_a_person_changes_no_other_accounts(session, account, other_account, contact, now):
    theirs = save_contact(session, other_account.id, ContactDetails("c-1", first_name="Eve"), now)
    assert theirs.id != contact.id
    assert contact_by_id(session, account.id, contact.id).first_name == "Ada"


@pytest.mark.parametrize(
    "said",
    [{"external_id": "c-9"}, {"email": "new@example.com"}, {"phone": "+15005550009"}],
    ids=lambda said: next(iter(said)),
)
def test_two_triggers_at_once_for_the_same_new_person_make_one(transaction, account, at_once, said, now):
    def trigger(number):
        with transaction() as session:
            details = ContactDetails(**said, fields={str(number): True})
            return save_contact(session, account.id, details, now).id

    assert len(set(at_once(2, trigger))) == 1
    with transaction() as session:
        [found] = list_contacts(session, account.id, after=None, limit=10)
    assert found.fields == {"0": True, "1": True}


def test_triggers_at_once_for_a_known_person_lose_nothing_that_was_said(transaction, account, contact, at_once, now):
    def trigger(number):
        with transaction() as session:
            save_contact(session, account.id, ContactDetails("c-1", fields={str(number): True}), now)

    at_once(8, trigger)
    with transaction() as session:
        found = contact_by_id(session, account.id, contact.id)
    assert found.fields == {str(number): True for number in range(8)}
    assert found.first_name == "Ada"


def test_lists_at_once_of_the_same_people_in_any_order_do_not_lock_each_other_out(transaction, account, at_once, now):
    people = [ContactDetails(f"c-{number}", f"{number}@example.com") for number in range(40)]

    def trigger(number):
        with transaction() as session:
            told = people if number % 2 else people[::-1]
            return sorted(each.id for each in save_contacts(session, account.id, told, now))

    assert len({str(ids) for ids in at_once(4, trigger)}) == 1


def test_several_entries_of_one_list_may_speak_of_the_same_person(session, account, everybody, now):
    told = [
        ContactDetails(email="us@example.com", first_name="Ada"),
        ContactDetails("c-1", "us@example.com"),
        ContactDetails("c-1", "ada@example.com"),
        ContactDetails(email="us@example.com", first_name="Grace"),
        ContactDetails("c-1", phone="+15005550006"),
    ]
    saved = save_contacts(session, account.id, told, now)
    ada, grace = everybody()
    assert [each.id for each in saved] == [ada.id, ada.id, ada.id, grace.id, ada.id]
    assert (ada.email, ada.phone, grace.email, grace.first_name) == (
        "ada@example.com",
        "+15005550006",
        "us@example.com",
        "Grace",
    )


def test_an_empty_list_is_nobody(session, account, now):
    assert save_contacts(session, account.id, [], now) == []


def test_people_are_listed_page_by_page_in_the_order_in_which_they_came(session, account, save):
    saved = [save(external_id=f"c-{number}").id for number in range(5)]
    pages, after = [], None
    while page := list_contacts(session, account.id, after=after, limit=2):
        pages.append([each.id for each in page])
        after = page[-1].id
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sum(pages, []) == saved  # noqa: RUF017 - three short lists
