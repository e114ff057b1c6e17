"""What an account wants of messages whose links cannot be swapped, and releasing those that wait."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.domain.counting import Span
from app.domain.errors import ConflictError, UnknownError
from app.domain.message import Channel, ContactDetails, Content, Status, Trigger
from app.flow.accept_trigger import accept_trigger
from app.flow.rebuild_counters import audit_counters
from app.flow.release_message import release_message
from app.flow.send_message import send_message
from app.store.accounts import account_by_id, add_domain, change_account
from app.store.messages import events_of, message_by_id
from app.store.reports import message_report
from integrations.outbox import Outbox

LINK = "See example.com/x and https://shop.example/sale"


class Carrier:
    def choose(self, channel, credentials):
        return Outbox()


@pytest.fixture
def engine(emptied_engine):
    """An audit works out the figures of all accounts."""
    return emptied_engine


@pytest.fixture
def homeless(new_account, transaction, engine):
    """An account whose domain is not verified."""
    account = new_account()
    with transaction() as session:
        session.execute(text("UPDATE domains SET verified_at = NULL WHERE account_id = :id"), {"id": account.id})
    return account


@pytest.fixture
def text_to(transaction, now):
    """Have a text sent by an account and return the message as it then stands."""

    def send(account, words=LINK):
        with transaction() as session:
            trigger = Trigger(Channel.SMS, ContactDetails(phone="+15005550006"), content=Content(text=words))
            message_id = accept_trigger(session, account_by_id(session, account.id), trigger, now=now).message_id
        go(transaction, message_id, now)
        return look(transaction, account, message_id)

    return send


def go(transaction, message_id, now):
    send_message(
        message_id,
        transaction=transaction,
        providers=Carrier(),
        clock=lambda: now,
        lease=timedelta(seconds=90),
        link_port=8000,
        public_url="http://localhost:8000",
    )


def look(transaction, account, message_id):
    with transaction() as session:
        return message_by_id(session, account.id, message_id)


def choose(transaction, account, **choices):
    with transaction() as session:
        change_account(session, account.id, choices)


def test_by_default_it_is_sent_as_it_was_and_flagged(homeless, text_to, transaction):
    message = text_to(homeless)
    assert (message.status, message.text) == (Status.DELIVERED, LINK)
    assert message.untracked_reason == "no_verified_domain"
    with transaction() as session:
        [row] = [row for row in message_report(session, homeless.id, span=Span()) if row["sent"]]
    assert (row["sent"], row["untracked"]) == (1, 1)
    assert audit_counters(transaction=transaction) == []


def test_an_account_may_want_it_to_fail(homeless, text_to, transaction):
    choose(transaction, homeless, unrewritten="fail")
    message = text_to(homeless)
    assert message.status == Status.FAILED
    assert "no verified domain" in message.error
    assert audit_counters(transaction=transaction) == []


def test_a_held_message_is_sent_when_it_is_released_and_its_links_are_swapped_if_there_is_a_domain_by_then(
    homeless, text_to, transaction, now
):
    choose(transaction, homeless, unrewritten="hold")
    message = text_to(homeless)
    assert (message.status, message.provider) == (Status.HELD, None)
    with transaction() as session:
        add_domain(session, homeless.id, f"late-{homeless.slug}.example", verified_at=now, now=now)
        release_message(session, homeless, message.id, now=now)
    go(transaction, message.id, now)
    released = look(transaction, homeless, message.id)
    assert released.status == Status.DELIVERED
    assert f"https://late-{homeless.slug}.example/-t" in released.text
    with transaction() as session:
        kinds = [kind for kind, _, _ in events_of(session, homeless.id, message.id)]
    assert kinds.count("held") == 1
    assert kinds.count("queued") == 2


def test_a_held_message_that_is_released_without_a_domain_goes_as_it_was(homeless, text_to, transaction, now):
    choose(transaction, homeless, unrewritten="hold")
    message = text_to(homeless)
    with transaction() as session:
        release_message(session, homeless, message.id, now=now)
    go(transaction, message.id, now)
    assert look(transaction, homeless, message.id).text == LINK


def test_only_a_held_message_of_ones_own_can_be_released(homeless, new_account, text_to, transaction, now):
    message = text_to(homeless)
    stranger = new_account()
    with transaction() as session, pytest.raises(ConflictError):
        release_message(session, homeless, message.id, now=now)
    with transaction() as session, pytest.raises(UnknownError):
        release_message(session, stranger, message.id, now=now)


def test_switched_off_smart_urls_are_no_failure(homeless, text_to, transaction):
    choose(transaction, homeless, unrewritten="fail", smart_urls_since=None)
    assert text_to(homeless).status == Status.DELIVERED


def test_names_without_a_scheme_are_links_by_choice_alone(new_account, text_to, transaction):
    account = new_account()
    assert text_to(account).text.startswith("See example.com/x and https://")
    choose(transaction, account, schemeless_links=True)
    assert not text_to(account).text.startswith("See example.com/x")


def test_quotes_and_dashes_of_a_text_become_plain_by_choice_alone(new_account, text_to, transaction):
    account = new_account()
    assert text_to(account, "“Sale” – now").text == "“Sale” – now"
    choose(transaction, account, plain_sms=True)
    assert text_to(account, "“Sale” – now").text == '"Sale" - now'
