"""What a page on an account's own domain may know of what is shared there."""

import pytest

from app.store.campaigns import add_advocates, put_campaign
from app.store.messages import message_by_id
from app.store.share_pages import (
    SharedMessage,
    Widget,
    account_of_host,
    advocate_widget,
    campaign_widget,
    shared_message,
)

OURS, THEIRS = "refer.shop.example", "go.other.example"


@pytest.fixture
def advocate(transaction, account, other_account, contact, now):
    words = {"name": "Spring", "landing_url": "https://shop.example/", "share_text": "Join", "enrolment": {}}
    with transaction() as session:
        campaign = put_campaign(session, account.id, key="spring", **words, share_texts={"x": "J"}, now=now)
        return add_advocates(session, account.id, campaign.id, {contact.id: "JohnDoe"}, now)[contact.id]


def test_a_host_is_that_of_one_account(transaction, account, other_account):
    with transaction() as session:
        found = [account_of_host(session, host) for host in (OURS, THEIRS, "nobody.example")]
    assert [one and one.id for one in found] == [account.id, other_account.id, None]


def test_a_share_token_is_known_on_the_hosts_of_its_account_alone(transaction, account, advocate, add):
    message_id = add(advocate_id=advocate.id)
    with transaction() as session:
        tokens = (message_by_id(session, account.id, message_id).share_token, advocate.share_token)
        for token in tokens:
            assert shared_message(session, host=OURS, share_token=token) == SharedMessage("JohnDoe")
            assert shared_message(session, host=THEIRS, share_token=token) is None


def test_a_message_to_no_advocate_is_shared_without_a_code(transaction, account, add):
    message_id = add()
    with transaction() as session:
        token = message_by_id(session, account.id, message_id).share_token
        assert shared_message(session, host=OURS, share_token=token) == SharedMessage(None)


def test_a_campaign_is_shown_on_the_hosts_of_its_account_alone(transaction, advocate):
    with transaction() as session:
        assert campaign_widget(session, host=OURS, campaign="spring") == Widget("Join", {"x": "J"})
        assert campaign_widget(session, host=THEIRS, campaign="spring") is None


@pytest.mark.parametrize("campaign", [None, "spring"])
def test_an_advocate_is_found_by_the_code_as_it_is_spelled(transaction, advocate, campaign):
    with transaction() as session:
        found = advocate_widget(session, host=OURS, campaign=campaign, share_code="JohnDoe")
        assert found == Widget("Join", {"x": "J"}, "JohnDoe", advocate.share_token)
        assert advocate_widget(session, host=THEIRS, campaign=campaign, share_code="JohnDoe") is None
        assert advocate_widget(session, host=OURS, campaign="autumn", share_code="JohnDoe") is None
