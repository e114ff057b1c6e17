"""Suppressions in the console: added and lifted by hand, each with who did it."""

import re
from datetime import timedelta
from html import unescape

import pytest

from app.domain.consent import Refusal
from app.store.accounts import add_user
from app.store.suppressions import suppress, suppressed
from app.web.console.passwords import hash_password
from tests.web.console.small_hub import EMAIL, NOW, PASSWORD

LIST = "/console/settings/suppressions"
BOB = ("email", "bob@x.example")


def standing(hub, *recipient):
    with hub.transaction() as session:
        return suppressed(session, hub.account.id, [recipient]).get(recipient, set())


def opened(visitor):
    """Return the page of the one address on the list."""
    [link] = re.findall(rf'href="({LIST}/[^"]+)"', visitor.get(LIST).text)
    return unescape(link)


def signed_in_as(hub, visitor, role):
    with hub.transaction() as session:
        password = hash_password(PASSWORD)
        add_user(session, hub.account.id, email="m@demo.example", password_hash=password, role=role, now=NOW)
    visitor.sign_in("m@demo.example")
    return visitor


@pytest.mark.parametrize(
    ("channel", "said", "kept"), [("email", " Bob@X.example", BOB[1]), ("sms", "+1 500 555 0006", "+15005550006")]
)
def test_a_member_adds_an_address_and_lifts_it_and_both_are_kept(hub, stranger, channel, said, kept):
    member = signed_in_as(hub, stranger, "member")
    answer = member.post(LIST, LIST, channel=channel, address=said, note="asked by phone")
    assert (answer.status_code, standing(hub, channel, kept)) == (303, {"manual"})
    page = member.get(opened(member)).text
    for words in ("m@demo.example", "asked by phone", "Added by your team", "22 Nov 2026, 12:00:00 UTC"):
        assert words in page
    link = opened(member)
    assert member.post(link, link).status_code == 303
    assert standing(hub, channel, kept) == set()
    assert "Lifted by" in member.get(link).text


@pytest.mark.parametrize("reason", [Refusal.UNSUBSCRIBED, Refusal.STOPPED, Refusal.SPAM_REPORT])
def test_what_somebody_said_themselves_is_lifted_only_by_whoever_stands_in_for_it(hub, ada, reason):
    with hub.transaction() as session:
        suppress(session, hub.account.id, *BOB, reason=reason, message_id=None, now=NOW - timedelta(days=1))
    link = opened(ada)
    page = ada.get(link).text
    assert "alert-danger" in page
    assert 'name="allowed" required' in page
    assert ada.post(link, link).status_code == 303
    assert standing(hub, *BOB) == {reason}
    ada.post(link, link, allowed="on")
    assert standing(hub, *BOB) == set()
    assert EMAIL in ada.get(link).text


def test_a_viewer_neither_adds_nor_lifts(hub, stranger):
    viewer = signed_in_as(hub, stranger, "viewer")
    with hub.transaction() as session:
        suppress(session, hub.account.id, *BOB, reason=Refusal.MANUAL, message_id=None, now=NOW)
    link = opened(viewer)
    assert "<button" not in viewer.get(link).text[viewer.get(link).text.index("what-heading") :]
    for path, said in ((link, {}), (LIST, {"channel": "email", "address": "x@x.example"})):
        assert viewer.post(path, LIST, **said).status_code == 403
    assert standing(hub, *BOB) == {"manual"}


@pytest.mark.parametrize(
    ("channel", "address"), [("email", "nobody"), ("sms", "12"), ("email", "\u202ex@\U0001f355"), ("email", "")]
)
def test_what_is_no_address_is_said_at_its_field(hub, ada, channel, address):
    answer = ada.post(LIST, LIST, channel=channel, address=address)
    assert answer.status_code == 422
    assert 'id="address-error"' in answer.text


def test_another_accounts_suppression_is_not_there(hub, ada):
    other = hub.add_other_account()
    with hub.transaction() as session:
        suppress(session, other.id, *BOB, reason=Refusal.MANUAL, message_id=None, now=NOW)
    path = f"{LIST}/email/manual/{BOB[1]}"
    assert ada.get(path).status_code == 404
    assert ada.post(path, LIST).status_code == 404
    assert BOB[1] not in ada.get(LIST).text
