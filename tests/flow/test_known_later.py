"""Who ordered may become known, or better known, after the order: it is then looked at again."""

import pytest
from sqlalchemy import event

from app.domain.message import ContactDetails
from app.flow.requeue_stuck import requeue_stuck
from app.store.identities import change_contact, find_contact, save_contact
from tests.flow.story import BOB, MINUTE, both_databases

CAROL = ContactDetails(external_id="c-9", email="carol@example.com", phone="+15005550009", first_name="Carol")
PHONE = "+15005550001"


def by_signup(shop):
    shop.signup(CAROL)


def by_message(shop):
    shop.trigger(contact=CAROL)


def by_api(shop):
    shop.in_one(save_contact, shop.account.id, CAROL, shop.now)


def by_change(shop):
    stored = shop.in_one(save_contact, shop.account.id, ContactDetails(first_name="Carol"), shop.now)
    changes = {"email": CAROL.email, "phone": CAROL.phone, "external_id": CAROL.external_id}
    shop.in_one(change_contact, shop.account.id, stored.id, changes, shop.now)


def look_again(shop):
    """Let the sweep wake what was opened, and have it credited."""
    shop.now += MINUTE
    woken = requeue_stuck(transaction=shop.transaction, now=shop.now)
    for row_id in woken.orders:
        shop.credit(row_id)
    return {*woken.orders, *woken.signups}


@pytest.mark.parametrize("become_known", [by_signup, by_message, by_api, by_change])
@pytest.mark.parametrize("kind", ["email", "phone", "external_id"])
def test_an_order_of_somebody_who_becomes_known_later_is_tried_again(shop, kind, become_known):
    shop.campaign()
    row_id = shop.order(buyer=ContactDetails(**{kind: getattr(CAROL, kind)}))
    assert shop.placed(row_id).reason == "nothing_known"
    assert row_id not in look_again(shop)
    become_known(shop)
    assert row_id in look_again(shop)
    assert (shop.placed(row_id).reason, shop.placed(row_id).contact_id is not None) == ("no_recent_click", True)


@both_databases
def test_an_advocate_whose_number_becomes_known_later_cannot_have_bought_by_their_own_link(shop):
    message = shop.invited()
    friend = shop.friend(message)
    shop.record(friend)
    row_id = shop.order(mbsy_source=friend.id, buyer=ContactDetails(phone=PHONE))
    assert shop.placed(row_id).standing == "attributed"
    change = (change_contact, shop.account.id, message.contact_id)
    shop.in_one(*change, {"phone": PHONE}, shop.now)
    look_again(shop)
    assert shop.placed(row_id).reason == "self_referral"
    assert shop.channels()["whatsapp"]["revenue"] == []
    shop.in_one(*change, {"phone": None}, shop.now)
    look_again(shop)
    assert shop.placed(row_id).standing == "attributed"
    assert shop.audit() == []


def test_a_signup_is_looked_at_again_when_more_is_known_of_the_one_who_brought_it(shop):
    message = shop.invited()
    friend = shop.friend(message)
    shop.record(friend)
    signup_id = shop.signup(ContactDetails(email="new@friends.example", phone=PHONE), mbsy_source=friend.id).signup_id
    assert shop.enrolment(signup_id).reason == "named_click"
    shop.in_one(change_contact, shop.account.id, message.contact_id, {"phone": PHONE}, shop.now)
    assert signup_id in look_again(shop)


def test_what_others_ordered_is_left_alone(shop, other_shop):
    row_ids = {shop.order(buyer=BOB), other_shop.order(buyer=CAROL)}
    by_api(shop)
    assert not row_ids & look_again(shop)


def test_who_is_known_already_opens_nothing(shop):
    by_api(shop)
    row_id = shop.order(buyer=CAROL)
    asked = []

    def listen(_connection, _cursor, statement, *_):
        if "order_traces" in statement:
            asked.append(statement)

    with shop.transaction() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", listen)
    shop.trigger(contact=CAROL)
    event.remove(engine, "before_cursor_execute", listen)
    assert asked == []
    assert row_id not in look_again(shop)
    assert shop.in_one(find_contact, shop.account.id, CAROL).email == CAROL.email
