"""What people text back: kept in their conversation, and minded."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.domain.consent import Refusal
from app.domain.message import Channel, ContactDetails, Status
from app.domain.wishes import Wish
from app.flow.receive_reply import receive_reply
from app.flow.unsubscribe import unsubscribe
from app.store.accounts import change_account
from app.store.conversations import ReplyRow, list_conversations, texts_of
from app.store.identities import find_contact
from app.store.suppressions import SuppressionRow
from integrations.protocol import InboundText, OptedOutError
from tests.flow.story import ADA, Carrier, at_once, both_databases
from tests.flow.test_notify_webhooks import Listener

SHOPS_NUMBER = "+15017122661"
HOUR = timedelta(hours=1)


@pytest.fixture
def texted(shop):
    """Have somebody text the shop; return the answer, if any, once it was sent."""
    sids = iter(range(1000))

    def text(words, sender=ADA.phone, sid=None, **given):
        said = InboundText("twilio", sid or f"SM{next(sids)}", sender, SHOPS_NUMBER, words, **given)
        answer = shop.in_one(receive_reply, shop.account, said, callback_id="c-1", at=shop.now, now=shop.now)
        if answer is None:
            return None
        carrier = Carrier()
        shop.send(answer.message_id, carrier)
        return carrier.sent[0]

    return text


def conversation(shop, number=0):
    return shop.in_one(list_conversations, shop.account.id, before=None, limit=9)[number]


def said(shop, **given):
    return shop.in_one(texts_of, shop.account.id, conversation(shop), **{"before": None, "limit": 9} | given)


def sms(shop, **given):
    accepted = shop.trigger(channel=Channel.SMS, **given)
    return accepted.status, accepted.suppressed_reason


@both_databases
def test_a_text_from_a_stranger_makes_them_a_contact_with_a_conversation(shop, texted):
    assert texted("When do you open? ☕\u202e", sender="+15558675310", media=("https://api.twilio.com/ME1",)) is None
    found = conversation(shop)
    assert (found.phone, found.last_text) == ("+15558675310", "When do you open? ☕\u202e")
    [one] = said(shop)
    assert (one.direction, one.text, one.media, one.sender) == (
        "inbound",
        "When do you open? ☕\u202e",
        ["https://api.twilio.com/ME1"],
        "+15558675310",
    )


@both_databases
def test_a_conversation_holds_both_directions_the_latest_first(shop, texted):
    sent = shop.sent(channel=Channel.SMS)
    for words in ("One", "Two", "Three"):
        shop.now += HOUR
        texted(words)
    latest = said(shop)
    assert [one.text for one in latest] == ["Three", "Two", "One", "Hi"]
    assert (latest[-1].id, latest[-1].direction, latest[-1].status) == (sent.id, "outbound", "delivered")
    for place in range(3):
        behind = said(shop, before=(latest[place].at, latest[place].id), limit=1)
        assert [one.text for one in behind] == [latest[place + 1].text]
    assert conversation(shop).contact_id == sent.contact_id


@both_databases
def test_a_text_that_is_told_of_again_changes_nothing(shop, texted):
    assert at_once(*[lambda: texted("stop", sid="SM9")] * 4).count(None) == 3
    assert len([one for one in said(shop) if one.direction == "inbound"]) == 1


def test_a_contact_known_by_email_too_is_the_same_person(shop, texted):
    shop.sent()
    known = shop.in_one(find_contact, shop.account.id, ADA)
    texted("Hi")
    assert conversation(shop).contact_id == known.id


@both_databases
def test_whoever_says_stop_gets_one_word_on_it_and_nothing_more(shop, texted):
    waiting = shop.trigger(channel=Channel.SMS).message_id
    answer = texted("Please stop texting me")
    assert (answer.sender, answer.recipient) == (SHOPS_NUMBER, ADA.phone)
    assert "unsubscribed" in answer.text
    assert texted("STOP") is None
    assert sms(shop) == (Status.SUPPRESSED, Refusal.STOPPED)
    carrier = Carrier()
    shop.send(waiting, carrier)
    assert (carrier.sent, shop.message(waiting).error) == ([], "stopped")
    assert shop.trigger().status is Status.QUEUED
    evidence = select(SuppressionRow).where(SuppressionRow.account_id == shop.account.id)
    row = shop.in_one(lambda session: session.execute(evidence).scalar_one())
    assert (row.source, row.evidence["callback"], row.evidence["text"]) == (
        "twilio:reply",
        "c-1",
        "Please stop texting me",
    )


def test_stop_start_stop_within_a_day_brings_one_word(shop, texted):
    assert texted("stop") is not None
    assert texted("START") is None
    assert sms(shop) == (Status.QUEUED, None)
    assert texted("stop") is None
    assert sms(shop) == (Status.SUPPRESSED, Refusal.STOPPED)
    shop.now += timedelta(days=1)
    texted("start")
    assert texted("stop") is not None


def test_what_twilio_handled_is_minded_and_not_answered(shop, texted):
    assert texted("ARRET", handled=Wish.STOP) is None
    assert sms(shop) == (Status.SUPPRESSED, Refusal.STOPPED)
    assert texted("DÉBUT", handled=Wish.START) is None
    assert sms(shop) == (Status.QUEUED, None)
    assert texted("HELP", handled=Wish.HELP) is None


def test_start_takes_back_only_what_stop_did(shop, texted):
    message = shop.sent(channel=Channel.SMS)
    shop.say(unsubscribe, message)
    texted("stop")
    texted("yes")
    assert sms(shop) == (Status.SUPPRESSED, Refusal.UNSUBSCRIBED)


def test_help_is_answered_once_a_day_even_to_whoever_stopped_in_the_accounts_words(shop, texted):
    assert "STOP" in texted("help", sender="+15558675310").text
    shop.account = shop.in_one(change_account, shop.account.id, {"help_text": "Call {name} at 555-0100"})
    texted("stop")
    assert texted("HELP").text == f"Call {shop.account.name} at 555-0100"
    assert texted("info") is None
    shop.now += timedelta(days=1)
    assert texted("info") is not None


@both_databases
def test_whoever_told_the_provider_to_stop_is_never_tried_again(shop):
    message_id = shop.trigger(channel=Channel.SMS).message_id
    assert shop.send(message_id, Carrier(fails_with=OptedOutError("opted out", "21610"))) is Status.FAILED
    assert shop.message(message_id).error == "opted out"
    assert sms(shop) == (Status.SUPPRESSED, Refusal.STOPPED)
    assert shop.trigger().status is Status.QUEUED


def test_texts_of_one_account_are_not_anothers(shop, other_shop, texted):
    texted("stop")
    assert other_shop.in_one(list_conversations, other_shop.account.id, before=None, limit=9) == []
    assert other_shop.trigger(channel=Channel.SMS).status is Status.QUEUED
    count = select(func.count()).select_from(ReplyRow).where(ReplyRow.account_id == other_shop.account.id)
    assert other_shop.in_one(lambda session: session.execute(count).scalar_one()) == 0


def test_a_sender_that_is_no_number_is_heard_as_well(shop, texted):
    texted("Your code is 1", sender="72975")
    assert conversation(shop).phone == "72975"
    assert shop.in_one(find_contact, shop.account.id, ContactDetails(phone="72975")) is not None


def test_webhooks_are_told_of_a_text_and_of_a_stop_once(shop, texted):
    listener = Listener(shop, "message.received", "contact.unsubscribed")
    texted("stop")
    texted("stop")
    assert [one["text"] for one in listener.told("message.received")] == ["stop", "stop"]
    texted("start")
    texted("Please stop texting me")
    [told] = listener.told("contact.unsubscribed")
    assert (told["channel"], told["address"], told["reason"]) == ("sms", ADA.phone, "stopped")
