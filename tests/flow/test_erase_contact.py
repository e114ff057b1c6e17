"""Whoever is erased is nowhere any more; what was counted and earned through them is as it was."""

import pytest
from sqlalchemy import select, text, update

from app.domain.errors import ConflictError, UnknownError
from app.domain.message import Channel, ContactDetails, Status
from app.flow.erase_contact import erase_contact
from app.flow.explain_credit import explain_order
from app.flow.rebuild_counters import audit_counters
from app.flow.reclassify_visits import reclassify_visits
from app.flow.resend_message import resend_message
from app.flow.resubscribe import resubscribe
from app.flow.unsubscribe import unsubscribe
from app.flow.work_callback import work_callback
from app.store.base import Base
from app.store.clicks import ClickRow
from app.store.contacts import ContactRow, contact_by_id, list_contacts
from app.store.idempotency import keep_answer, reserve_answer
from app.store.identities import find_contact
from app.store.messages import MessageRow
from app.store.orders import OrderRow
from app.store.provider_callbacks import keep_callback
from app.store.shares import ShareRow
from app.store.suppressions import SuppressionRow, suppressed
from integrations.callbacks import read_callback
from tests.flow.story import ADA, Carrier, both_databases

PERSON = ADA._replace(external_id="customer-77")
WORDS = ("ada@example.com", "Lovelace", "adalovelace", "+15005550006", "%2B15005550006", "customer-77")
TO_ADA = "<p>Dear {{ contact.last_name }}</p><a href='https://shop.example/?e={{ contact.email }}'>Go</a>"


@pytest.fixture
def engine(emptied_engine):
    """The whole of it is searched."""
    return emptied_engine


@pytest.fixture
def busy(shop):
    """Return a shop in which Ada has done everything that anybody does."""
    message = shop.invited(contact=PERSON)
    friend = shop.friend(message, minutes=2)
    shop.record(shop.press(message, minutes=1), friend, shop.click(message, minutes=3), shop.plain(message))
    shop.friends_row = shop.order("o-1", mbsy_source=friend.id, mbsy="adalovelace", discount_codes=("ADALOVELACE",))
    shop.template("own", html=TO_ADA)
    own = shop.sent(template="own", contact=PERSON, key="own ada@example.com")
    shop.record(shop.click(own, url="https://shop.example/?e=ada@example.com", minutes=4))
    shop.own_row = shop.order("o-2", buyer=PERSON)
    call(shop, "twilio/inbound", b"MessageSid=SM7&From=%2B15005550006&To=%2B15017122661&Body=I+am+Ada+Lovelace")
    call(shop, "sendgrid/events", b'[{"event":"bounce","email":"ada@example.com","reason":"no ada@example.com here"}]')
    shop.in_one(reserve_answer, shop.account.id, "k-1", "abc", shop.now)
    shop.in_one(keep_answer, shop.account.id, "k-1", 201, {"email": "ada@example.com"})
    return shop


def call(shop, source, body):
    """Have a provider call, and work it off."""
    kind = "application/json" if body.startswith(b"[") else "application/x-www-form-urlencoded"
    given = {"query": "", "content_type": kind, "body": body, "now": shop.now}
    callback_id = shop.in_one(keep_callback, shop.account.id, source, **given)
    work_callback(callback_id, transaction=shop.transaction, read=read_callback, clock=lambda: shop.now)


def ada(shop):
    with shop.transaction() as session:
        query = select(ContactRow.id).where(ContactRow.account_id == shop.account.id).order_by(ContactRow.id)
        return session.execute(query).scalars().first()


def erase(shop, contact_id=None):
    shop.in_one(erase_contact, shop.account.id, contact_id or ada(shop), now=shop.now)


def places(shop):
    """Return where any of Ada's words stands, as (table, word)."""
    found = set()
    with shop.transaction() as session:
        for table in Base.metadata.tables:
            for row in session.execute(text(f"SELECT * FROM {table}")):
                said = " ".join(str(bytes(one) if isinstance(one, memoryview) else one) for one in row)
                found |= {(table, word) for word in WORDS if word.lower() in said.lower()}
    return found


@both_databases
def test_nothing_of_an_erased_person_is_left_and_every_figure_is(busy, transaction):
    before = busy.messages(), busy.channels()
    assert {table for table, _ in places(busy)} >= {"contacts", "messages", "advocates", "orders", "replies", "answers"}
    erase(busy)
    assert places(busy) == set()
    assert (busy.messages(), busy.channels()) == before
    assert audit_counters(transaction=transaction) == []
    reclassify_visits(transaction=transaction, now=busy.now)
    with transaction() as session:
        mine = select(ClickRow.verdict).where(ClickRow.contact_id.is_not(None))
        assert {*session.scalars(mine), *session.scalars(select(ShareRow.verdict))} == {"human"}
    erase(busy)


@both_databases
def test_orders_stay_credited_and_follow_their_refunds(busy, transaction):
    before = [busy.placed(row_id) for row_id in (busy.friends_row, busy.own_row)]
    assert [row.standing for row in before] == ["attributed"] * 2
    erase(busy)
    busy.credit(busy.own_row)
    busy.order("o-1", "refunded", mbsy="adalovelace", minutes=None)
    busy.order("o-2", "refunded", buyer=PERSON, minutes=None)
    for old in before:
        new = busy.placed(old.id)
        whom = ("standing", "chain", "click_id", "message_id", "advocate_id", "contact_id", "is_disputed")
        assert [getattr(new, name) for name in whom] == [getattr(old, name) for name in whom]
    with transaction() as session:
        assert session.scalars(select(OrderRow.email)).all() != ["ada@example.com"]
    assert busy.channels()["whatsapp"]["revenue"] == []
    assert audit_counters(transaction=transaction) == []


def test_why_still_tells_the_chain_without_the_name(busy):
    erase(busy)
    told = " ".join(sentence.text for sentence in busy.in_one(explain_order, busy.account, "o-1").sentences)
    assert "credited to this chain" in told
    assert "Ada" not in told


@both_databases
def test_who_said_stop_is_sent_nothing_even_when_they_are_known_again(shop):
    shop.say(unsubscribe, shop.sent())
    erase(shop)
    with shop.transaction() as session:
        [stop] = session.scalars(select(SuppressionRow)).all()
    assert stop.address.startswith("erased:")
    assert (stop.message_id, stop.evidence) == (None, {})
    assert shop.trigger().suppressed_reason == "unsubscribed"
    assert shop.trigger(contact=ContactDetails(email="bob@example.com")).suppressed_reason is None
    again = shop.trigger(key="again")
    shop.say(resubscribe, shop.message(again.message_id))
    assert shop.trigger().suppressed_reason is None


@both_databases
@pytest.mark.parametrize("others", [1, 100])
def test_a_stop_is_heard_among_few_and_among_many(shop, others):
    asked = [("email", f"p{number}@example.com") for number in range(others)] + [("email", "ada@example.com")]
    shop.say(unsubscribe, shop.sent())
    for _ in range(2):
        assert shop.in_one(suppressed, shop.account.id, asked) == {("email", "ada@example.com"): {"unsubscribed"}}
        erase(shop)


def test_who_says_stop_on_an_old_message_after_being_erased_is_heard(shop):
    message = shop.sent()
    erase(shop)
    shop.say(unsubscribe, shop.message(message.id))
    assert shop.trigger().suppressed_reason == "unsubscribed"


def test_a_stop_of_one_account_says_nothing_in_another(shop, other_shop):
    shop.say(unsubscribe, shop.sent())
    erase(shop)
    assert other_shop.trigger().suppressed_reason is None


def test_what_waits_for_an_erased_person_is_not_sent(shop):
    waiting = shop.trigger().message_id
    erase(shop)
    carrier = Carrier()
    shop.send(waiting, carrier)
    assert carrier.sent == []
    message = shop.message(waiting)
    assert (message.status, message.error, message.html, message.source) == (Status.SUPPRESSED, "erased", None, {})
    assert shop.events(waiting) == ["queued", "suppressed"]


@both_databases
def test_nobody_is_erased_while_a_message_to_them_is_handed_over(shop):
    waiting = shop.trigger().message_id
    refused = []

    def meanwhile():
        with pytest.raises(ConflictError) as error:
            erase(shop)
        refused.append(error.value)

    shop.send(waiting, Carrier(meanwhile))
    assert len(refused) == 1
    assert shop.in_one(contact_by_id, shop.account.id, ada(shop)).email == "ada@example.com"
    erase(shop)


def test_a_message_to_an_erased_person_is_not_sent_again(shop):
    lost = shop.sent()
    doubtful = {"status": Status.UNKNOWN, "look_up_at": shop.now}
    shop.in_one(lambda session: session.execute(update(MessageRow).where(MessageRow.id == lost.id).values(**doubtful)))
    erase(shop)
    with pytest.raises(ConflictError, match="erased"):
        shop.in_one(resend_message, shop.account, lost.id, now=shop.now)
    assert shop.message(lost.id).look_up_at is None


@both_databases
@pytest.mark.parametrize("key", ["evt-1", "ada@example.com"])
def test_the_same_trigger_again_brings_nobody_back_and_a_new_one_makes_somebody_new(shop, key):
    first = shop.trigger(key=key)
    gone = ada(shop)
    erase(shop)
    assert shop.trigger(key=key).message_id == first.message_id
    assert shop.in_one(find_contact, shop.account.id, ADA) is None
    shop.trigger(key="evt-2")
    assert shop.in_one(find_contact, shop.account.id, ADA).id != gone
    listed = shop.in_one(list_contacts, shop.account.id, after=None, limit=10)
    assert gone not in {contact.id for contact in listed}


def test_only_an_accounts_own_people_are_erased(shop, other_shop):
    shop.trigger()
    other_shop.trigger()
    with pytest.raises(UnknownError):
        erase(other_shop, ada(shop))
    erase(shop)
    assert other_shop.in_one(find_contact, other_shop.account.id, ADA).email == "ada@example.com"


def test_others_are_left_as_they_are(shop):
    eve = ContactDetails(email="eve@example.com", first_name="Eve")
    shop.trigger()
    kept = shop.sent(contact=eve)
    erase(shop)
    assert shop.message(kept.id).html
    assert shop.in_one(find_contact, shop.account.id, eve).first_name == "Eve"
    stops = shop.in_one(suppressed, shop.account.id, [(Channel.EMAIL, "eve@example.com")])
    assert stops == {}


@both_databases
def test_another_address_that_a_notice_of_their_order_gave_is_forgotten_too(shop):
    shop.trigger()
    shop.order("o-9", buyer=ADA)
    other = ContactDetails(email="private@home.example", phone="+15005550099")
    row_id = shop.order("o-9", "refunded", buyer=other, mbsy="ada")
    shop.order("o-9", "cancelled", buyer=other, mbsy="grace")
    assert {one["field"] for one in shop.placed(row_id).conflicts} == {"email", "phone", "mbsy"}
    erase(shop)
    assert [one["field"] for one in shop.placed(row_id).conflicts] == ["mbsy"]
