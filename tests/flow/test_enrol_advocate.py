"""An order may carry somebody's code before it is theirs; whichever way they enrol, it is looked at again."""

import pytest
from sqlalchemy import event

from app.domain.message import ContactDetails
from app.flow.accept_trigger import accept_triggers
from app.flow.enrol_visitor import enrol_visitor
from app.flow.requeue_stuck import requeue_stuck
from tests.flow.story import MINUTE, both_databases

CAROL = ContactDetails(email="carol@example.com", first_name="Carol")
NOBODY = ContactDetails()


def by_signup(shop, campaign):
    shop.signup(CAROL)


def by_wished_code(shop, campaign):
    shop.signup(CAROL, share_code="carol")


def by_page(shop, campaign):
    words = {"consent": "Yes.", "mbsy": None, "mbsy_source": None, "share_code": None}
    shop.in_one(enrol_visitor, shop.account, campaign, CAROL, **words, now=shop.now)


def by_message(shop, campaign):
    shop.template()
    shop.trigger(template="invite", campaign=campaign.key, contact=CAROL)


def looked_at_again(shop):
    """Let the sweep wake what was opened, have it credited, and return its rows."""
    woken = requeue_stuck(transaction=shop.transaction, now=shop.now + MINUTE).orders
    for row_id in woken:
        shop.credit(row_id)
    return set(woken)


@pytest.mark.parametrize("enrol", [by_signup, by_wished_code, by_page, by_message])
@pytest.mark.parametrize(
    "carried",
    [{"mbsy": "carol"}, {"discount_codes": ("SUMMER", "CAROL")}, {"mbsy": "nobody", "discount_codes": ("carol",)}],
    ids=["as its code", "as a discount in capitals", "as a discount beside another code"],
)
def test_an_order_that_carried_a_code_before_it_was_anybodys_is_tried_again_when_it_is(shop, enrol, carried):
    campaign = shop.campaign()
    row_id = shop.order(buyer=NOBODY, **carried)
    assert shop.placed(row_id).reason == "nothing_known"
    assert row_id not in looked_at_again(shop)
    enrol(shop, campaign)
    assert row_id in looked_at_again(shop)
    row = shop.placed(row_id)
    assert (row.reason, row.named_advocate_id is not None) == ("no_recent_click", True)


def test_the_code_of_somebody_without_a_name_gives_away_neither_address_nor_number(shop):
    shop.campaign()
    person = ContactDetails(email="lovelace@example.com", phone="+15005550006", external_id="lovelace")
    code = shop.advocate(shop.sent(campaign="spring", contact=person)).share_code
    # Eight characters by chance: none of them spells a name of eight letters.
    assert (len(code), code.isalnum()) == (8, True)
    assert not any(known in code for known in ("lovelace", "example", "5005550006"))


@both_databases
def test_a_second_advocates_code_takes_an_order_back_that_its_other_code_had_led_to_somebody(shop):
    message = shop.invited()
    shop.record(shop.plain(message))
    row_id = shop.order(buyer=NOBODY, discount_codes=("adalovelace", "carol"))
    assert shop.placed(row_id).advocate_id == message.advocate_id
    shop.signup(CAROL)
    assert row_id in looked_at_again(shop)
    assert (shop.placed(row_id).standing, shop.placed(row_id).named_advocate_id) == ("unattributed", None)
    assert shop.audit() == []


def test_a_code_said_by_a_later_notice_counts_as_if_it_had_been_said_at_once(shop):
    shop.campaign()
    row_id = shop.order(buyer=NOBODY)
    shop.order(buyer=NOBODY, discount_codes=("Carol",), status="refunded")
    shop.signup(CAROL)
    assert row_id in looked_at_again(shop)


def test_another_accounts_orders_are_left_alone(shop, other_shop):
    other_shop.campaign()
    row_id = other_shop.order(buyer=NOBODY, discount_codes=("carol",))
    shop.campaign()
    shop.signup(CAROL)
    assert row_id not in looked_at_again(shop)


@both_databases
def test_a_list_of_new_advocates_asks_once_for_all_of_them(shop):
    shop.template()
    campaign = shop.campaign()
    row_id = shop.order(buyer=NOBODY, discount_codes=("PERSON7",))
    people = [ContactDetails(email=f"p{n}@example.com", first_name=f"Person{n}") for n in range(200)]
    asked = []

    def listen(_connection, _cursor, statement, parameters, *_):
        if "order_traces" in statement and "code:" in str(parameters):
            asked.append(statement)

    with shop.transaction() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", listen)
    triggers = [shop.asked(template="invite", campaign=campaign.key, contact=one) for one in people]
    shop.in_one(accept_triggers, shop.account, triggers, now=shop.now)
    event.remove(engine, "before_cursor_execute", listen)
    assert len(asked) == 1
    assert row_id in looked_at_again(shop)
