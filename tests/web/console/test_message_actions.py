"""What can be done with a message, and by whom."""

import pytest

from app.domain.message import Status
from app.store.accounts import add_user
from app.store.messages import message_by_id
from tests.web.console.conftest import Visitor
from tests.web.console.small_hub import NOW, PASSWORD, _digest


def status_of(hub, message_id):
    with hub.transaction() as session:
        return message_by_id(session, hub.account.id, message_id).status


def test_a_held_message_goes_when_somebody_says_so_and_only_once(hub, ada):
    message_id = hub.add_message(status=Status.HELD, html="<p>x</p>")
    page = f"/console/messages/{message_id}"
    assert "Send it now" in ada.get(page).text
    for _ in range(2):
        assert ada.post(f"{page}/release", page).status_code == 303
    assert status_of(hub, message_id) == Status.QUEUED
    assert hub.woken == [message_id]
    assert "not held" in ada.get(page).text


@pytest.mark.parametrize("status", [Status.UNKNOWN, Status.FAILED])
def test_a_message_whose_fate_nobody_knows_is_sent_again_on_somebodys_word(hub, ada, status):
    message_id = hub.add_message(status=status, html="<p>x</p>")
    page = f"/console/messages/{message_id}"
    assert "Send it again" in ada.get(page).text
    for _ in range(2):
        assert ada.post(f"{page}/resend", page).status_code == 303
    assert (status_of(hub, message_id), hub.woken) == (Status.QUEUED, [message_id])
    assert "Send it again" not in ada.get(page).text


def test_a_viewer_looks_and_changes_nothing(hub):
    with hub.transaction() as session:
        add_user(session, hub.account.id, email="eve@demo.example", password_hash=_digest(), role="viewer", now=NOW)
    eve = Visitor(hub.flask.test_client())
    eve.sign_in("eve@demo.example", PASSWORD)
    message_id = hub.add_message(status=Status.HELD)
    page = f"/console/messages/{message_id}"
    assert "Send it now" not in eve.get(page).text
    assert eve.post(f"{page}/release", page).status_code == 403
    assert status_of(hub, message_id) == Status.HELD


@pytest.mark.parametrize("which", ["theirs", "x", "01a202b0-b09b-7260-93d2-d95196e7b76d"])
def test_a_message_that_is_not_ours_is_not_found(hub, ada, which):
    theirs = hub.add_message(hub.add_other_account(), status=Status.HELD)
    wanted = theirs if which == "theirs" else which
    assert ada.post(f"/console/messages/{wanted}/release", "/console/outbox").status_code == 404


def test_a_form_without_its_token_changes_nothing(hub, ada):
    message_id = hub.add_message(status=Status.HELD)
    assert ada.client.post(f"/console/messages/{message_id}/release").status_code == 400
    assert status_of(hub, message_id) == Status.HELD
