"""Outcomes are only ever added: what stands is their sum."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.store.outcomes import Outcome, add_outcome, outcomes_of


@pytest.fixture
def session(transaction):
    with transaction() as session:
        yield session


@pytest.fixture
def credit(now):
    words = {"channel": "email", "template": "invite", "automation": "", "campaign_id": "", "platform": "whatsapp"}
    ids = {"message_id": None, "advocate_id": None, "click_id": None}
    return Outcome("order", "o-1", now, 1, 1, 99_999_999_999_999, "EUR", **words, **ids)


def test_a_credit_comes_back_as_it_was_given(session, account, credit, now):
    add_outcome(session, account.id, credit, now)
    assert outcomes_of(session, account.id, "order", "o-1") == [credit]


def test_a_correction_stands_beside_what_it_corrects(session, account, credit, now):
    back = replace(credit, quantity=-1, conversions=-1, amount_minor=-credit.amount_minor)
    for each in (credit, back, credit):
        add_outcome(session, account.id, each, now + timedelta(days=1))
    found = outcomes_of(session, account.id, "order", "o-1")
    assert found == [credit, back, credit]
    assert sum(each.amount_minor for each in found) == credit.amount_minor


def test_credits_of_different_things_are_told_apart(session, account, other_account, credit, now):
    add_outcome(session, account.id, credit, now)
    assert outcomes_of(session, account.id, "order", "o-2") == []
    assert outcomes_of(session, account.id, "signup", "o-1") == []
    assert outcomes_of(session, other_account.id, "order", "o-1") == []
