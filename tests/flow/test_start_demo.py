"""The first start: an account to try everything with, and its first email and text."""

import re

import pytest

from app.domain.errors import ConflictError
from app.flow.start_demo import HOST, LOGIN, start_demo
from app.store.accounts import user_by_email
from app.store.base import open_engine, transactions
from tests.flow.story import Shop
from tests.renewed_file import KEYS


@pytest.fixture
def first_start(sqlite_url, now):
    engine = open_engine(sqlite_url, KEYS)
    transaction = transactions(engine)
    with transaction() as session:
        demo = start_demo(session, password_hash="a hash", now=now)
    yield Shop(transaction, demo.created.account, now), demo
    engine.dispose()


def test_the_first_start_has_all_that_a_newcomer_needs(first_start):
    shop, demo = first_start
    assert (shop.account.slug, shop.host) == ("demo", HOST)
    assert shop.in_one(user_by_email, LOGIN).password_hash == "a hash"
    email, sms = (shop.message(message_id) for message_id in demo.message_ids)
    assert (email.channel, email.recipient, sms.channel) == ("email", "john@example.com", "sms")
    assert shop.advocate(email).share_code == "johndoe"


def test_its_two_messages_are_sent_tracked(first_start):
    shop, demo = first_start
    for message_id in demo.message_ids:
        assert shop.send(message_id) == "delivered"
    email, sms = (shop.message(message_id) for message_id in demo.message_ids)
    base = f"http://{HOST}:8000"
    assert re.findall(rf"{base}/-([st])\w+", email.html) == ["s"] * 5 + ["t"]
    assert f'<a href="{base}/johndoe">{base}/johndoe</a>' in email.html
    assert "https://example.com/legal/terms" in email.html
    assert re.fullmatch(rf"Hi John, .* {base}/-s\w{{12}} or shop now {base}/-t\w+", sms.text)
    assert {"invite-friends", "invite-friends-sms"} == set(shop.messages())
    assert shop.audit() == []


def test_a_second_first_start_is_refused(first_start, now):
    shop, _ = first_start
    with pytest.raises(ConflictError):
        shop.in_one(start_demo, password_hash="another", now=now)
