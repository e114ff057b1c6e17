"""A trigger becomes a stored message, once for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import event, update

from app.domain.errors import ConflictError, InvalidInputError
from app.domain.message import Channel, ContactDetails, Content, Goal, LinkOptions, Status
from app.flow.accept_trigger import accept_triggers
from app.flow.unsubscribe import unsubscribe
from app.store.accounts import DomainRow, account_by_id, add_domain, change_account
from app.store.campaigns import advocate_by_share_code
from app.store.identities import find_contact
from app.store.messages import list_messages
from tests.flow.story import ADA, at_once, both_databases


def stored(shop):
    return shop.in_one(list_messages, shop.account.id, before=None, limit=100)


def refusal(shop, **given):
    with pytest.raises(InvalidInputError) as refused:
        shop.trigger(**given)
    assert stored(shop) == []
    return refused.value.errors


@both_databases
def test_a_trigger_is_stored_with_all_that_sending_it_needs(shop):
    shop.template(goal=Goal.SIGNUP, automation="welcome")
    accepted = shop.trigger(key="evt-1", template="invite", data={"coupon": "A1"})
    message = shop.message(accepted.message_id)
    assert (accepted.is_new, accepted.is_due, accepted.status) == (True, True, Status.QUEUED)
    assert (message.status, message.recipient, message.goal) == (Status.QUEUED, "ada@example.com", Goal.SIGNUP)
    assert (message.automation, message.source["data"]) == ("welcome", {"coupon": "A1"})
    assert shop.events(message.id) == [Status.QUEUED]


def test_the_same_key_makes_one_message_for_ever(shop):
    first = shop.trigger(key="evt-1", fingerprint="a")
    shop.now += timedelta(days=4000)
    again = shop.trigger(key="evt-1", fingerprint="a")
    assert again.message_id == first.message_id
    assert (again.is_new, again.is_due) == (False, False)
    assert len(stored(shop)) == 1


@both_databases
def test_the_same_key_with_another_body_is_refused(shop):
    first = shop.trigger(key="evt-1", fingerprint="a")
    with pytest.raises(ConflictError):
        shop.trigger(key="evt-1", fingerprint="b")
    assert [message.id for message in stored(shop)] == [first.message_id]


def test_without_a_key_every_trigger_is_a_message(shop):
    assert shop.trigger().message_id != shop.trigger().message_id


@both_databases
def test_a_key_belongs_to_its_account_alone(shop, other_shop):
    assert shop.trigger(key="evt-1", fingerprint="a").is_new
    assert other_shop.trigger(key="evt-1", fingerprint="b").is_new


@both_databases
def test_one_key_from_several_threads_at_once_makes_one_message(shop):
    shop.campaign()
    ends = at_once(*[lambda: shop.trigger(key="evt-1", fingerprint="a", campaign="spring") for _ in range(4)])
    assert {end.message_id for end in ends} == {stored(shop)[0].id}
    assert sorted(end.is_new for end in ends) == [False, False, False, True]
    assert len(stored(shop)) == 1


@both_databases
def test_different_triggers_for_one_new_person_at_once_know_one_contact_and_one_advocate(shop):
    shop.campaign()
    ends = at_once(*[lambda key=key: shop.trigger(key=key, campaign="spring") for key in "abcd"])
    messages = [shop.message(end.message_id) for end in ends]
    assert len({message.contact_id for message in messages}) == 1
    assert len({message.advocate_id for message in messages}) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"template": "nobody-wrote-it"}, "template"),
        ({"campaign": "nobody-made-it"}, "campaign"),
        ({"links": LinkOptions(domain="go.nobodys.example")}, "links.domain"),
        ({"contact": ContactDetails(phone="+15005550006")}, "contact.email"),
        ({"channel": Channel.SMS, "contact": ContactDetails(email="a@example.com")}, "contact.phone"),
        ({"content": Content("Hi", "{{ unclosed", None, liquid=True)}, "message.html"),
        ({"content": Content("Hi", "{{ share.myspace }}", None, liquid=True)}, "message.html"),
        ({"content": Content("Hi", "{{ campaign_link }}", None, liquid=True)}, "campaign"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_cannot_be_sent_is_refused_by_the_name_of_its_field(shop, given, field):
    assert list(refusal(shop, **given)) == [field]


def test_another_accounts_template_campaign_and_domain_are_unknown(shop, other_shop):
    other_shop.campaign("theirs")
    other_shop.template("theirs")
    assert list(refusal(shop, template="theirs")) == ["template"]
    assert list(refusal(shop, campaign="theirs")) == ["campaign"]
    assert list(refusal(shop, links=LinkOptions(domain=other_shop.host))) == ["links.domain"]


def test_a_template_of_another_channel_is_refused(shop):
    shop.template("text", channel=Channel.SMS)
    assert list(refusal(shop, template="text")) == ["template"]


def test_links_stand_on_the_domain_that_was_asked_for_if_it_is_verified(shop):
    second = f"two.{shop.host}"
    shop.in_one(add_domain, shop.account.id, second, verified_at=None, now=shop.now)
    assert list(refusal(shop, links=LinkOptions(domain=second))) == ["links.domain"]
    shop.in_one(
        lambda session: session.execute(update(DomainRow).where(DomainRow.host == second).values(verified_at=shop.now))
    )
    asked = shop.trigger(links=LinkOptions(domain=second))
    assert shop.message(asked.message_id).link_host == second
    assert shop.message(shop.trigger().message_id).link_host == shop.host


def test_a_trigger_with_share_links_enrols_its_person_once(shop):
    campaign = shop.campaign()
    shop.template(html="{{ campaign_link }}")
    first, second = (shop.message(shop.trigger(template="invite").message_id) for _ in range(2))
    advocate = shop.in_one(advocate_by_share_code, shop.account.id, "adalovelace")
    assert first.advocate_id == second.advocate_id == advocate.id
    assert first.campaign_id == campaign.id


def test_with_several_campaigns_the_trigger_has_to_name_one(shop):
    shop.campaign("spring")
    shop.campaign("autumn")
    shop.template(html="{{ campaign_link }}")
    assert list(refusal(shop, template="invite")) == ["campaign"]
    assert shop.trigger(template="invite", campaign="autumn").is_new


def test_a_second_person_of_the_same_name_gets_a_code_of_their_own(shop):
    shop.campaign()
    shop.trigger(campaign="spring")
    namesake = ContactDetails(email="other@example.com", first_name="Ada", last_name="Lovelace")
    message = shop.message(shop.trigger(campaign="spring", contact=namesake).message_id)
    assert shop.advocate(message).share_code.startswith("adalovelace-")


@pytest.mark.parametrize("reason", ["smart_urls_off", "no_verified_domain"])
def test_without_smart_urls_or_a_domain_the_answer_says_why(shop, reason):
    def prepare(session):
        if reason == "smart_urls_off":
            change_account(session, shop.account.id, {"smart_urls_since": None})
        else:
            session.execute(update(DomainRow).where(DomainRow.account_id == shop.account.id).values(verified_at=None))

    shop.in_one(prepare)
    shop.account = shop.in_one(account_by_id, shop.account.id)
    accepted = shop.trigger(key="evt-1")
    assert accepted.untracked_reason == reason
    assert shop.trigger(key="evt-1").untracked_reason == reason
    assert shop.message(accepted.message_id).link_host is None


def test_a_message_for_later_is_not_due_and_one_from_the_past_is(shop):
    later = shop.trigger(send_at=shop.now + timedelta(hours=1))
    assert not later.is_due
    assert shop.message(later.message_id).send_at == shop.now + timedelta(hours=1)
    assert shop.send(later.message_id) is None
    past = shop.trigger(send_at=shop.now - timedelta(hours=1))
    assert past.is_due
    assert shop.message(past.message_id).send_at == shop.now


@both_databases
def test_a_persons_details_grow_and_are_never_forgotten(shop):
    shop.trigger(contact=ContactDetails(email="ada@example.com", first_name="Ada", fields={"plan": "pro"}))
    shop.trigger(contact=ContactDetails(email="ada@example.com", external_id="c-1", fields={"seats": 3}))
    ada = shop.in_one(find_contact, shop.account.id, ContactDetails(external_id="c-1"))
    assert (ada.first_name, ada.email, ada.fields) == ("Ada", "ada@example.com", {"plan": "pro", "seats": 3})


@both_databases
def test_an_address_that_somebody_gave_up_names_a_new_person(shop):
    ada = shop.message(shop.trigger(contact=ContactDetails(email="desk@example.com")).message_id)
    shop.trigger(contact=ContactDetails(external_id="c-1", email="desk@example.com"))
    shop.trigger(contact=ContactDetails(external_id="c-1", email="ada@example.com"))
    successor = shop.message(shop.trigger(contact=ContactDetails(email="desk@example.com")).message_id)
    assert successor.contact_id != ada.contact_id
    assert shop.in_one(find_contact, shop.account.id, ADA).email == "ada@example.com"


def listed(shop, *triggers):
    return shop.in_one(accept_triggers, shop.account, [shop.asked(**given) for given in triggers], now=shop.now)


def test_in_a_list_a_bad_trigger_stops_no_other_and_a_key_counts_once(shop):
    results = listed(
        shop,
        {"key": "a", "fingerprint": "1"},
        {"template": "nobody-wrote-it"},
        {"key": "a", "fingerprint": "1"},
        {"key": "a", "fingerprint": "2"},
        {"key": "b", "contact": ContactDetails(email="bob@example.com")},
    )
    first, unknown, repeat, conflict, last = results
    assert (first.is_new, repeat.is_new, repeat.message_id, last.is_new) == (True, False, first.message_id, True)
    assert isinstance(unknown, InvalidInputError)
    assert isinstance(conflict, ConflictError)
    assert {message.id for message in stored(shop)} == {first.message_id, last.message_id}


@both_databases
def test_two_lists_for_the_same_people_in_opposite_order_do_not_lock_each_other_out(shop):
    shop.campaign()
    people = [
        {"contact": ContactDetails(email=f"p{n}@example.com", first_name=f"p{n}"), "campaign": "spring"}
        for n in range(40)
    ]
    ends = at_once(lambda: listed(shop, *people), lambda: listed(shop, *people[::-1]))
    assert [[result.is_new for result in end] for end in ends] == [[True] * 40] * 2
    assert len({message.contact_id for message in stored(shop)}) == 40


@both_databases
def test_a_repeat_of_a_suppressed_trigger_gets_the_first_answer(shop):
    message = shop.sent(key="before")
    waiting = shop.trigger(key="waiting", send_at=shop.now + timedelta(hours=1))
    shop.say(unsubscribe, message)
    first, again = (shop.trigger(key="after") for _ in range(2))
    assert (first.status, first.suppressed_reason, first.is_due) == (Status.SUPPRESSED, "unsubscribed", False)
    assert (again.message_id, again.status, again.suppressed_reason) == (
        first.message_id,
        Status.SUPPRESSED,
        "unsubscribed",
    )
    shop.now += timedelta(hours=1)
    shop.send(waiting.message_id)
    assert shop.message(waiting.message_id).status == Status.SUPPRESSED
    for key in ("before", "waiting"):
        repeated = shop.trigger(key=key)
        assert (repeated.status, repeated.suppressed_reason, repeated.is_new) == (Status.QUEUED, None, False)


@both_databases
def test_a_list_is_answered_for_each_and_asks_once_who_said_stop(shop):
    shop.say(unsubscribe, shop.sent())
    asked = []

    def listen(_connection, _cursor, statement, *_):
        if "FROM suppressions" in statement:
            asked.append(statement)

    bob = {"contact": ContactDetails(email="bob@example.com")}
    text = {"channel": Channel.SMS}
    with shop.transaction() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", listen)
    results = listed(shop, {"key": "a"}, bob, text, {"key": "a"}, *[bob] * 20)
    event.remove(engine, "before_cursor_execute", listen)
    assert [result.status for result in results[:4]] == ["suppressed", "queued", "queued", "suppressed"]
    assert results[3].suppressed_reason == "unsubscribed"
    # Once for each channel.
    assert len(asked) == 2
