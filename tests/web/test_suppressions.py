"""The API of suppressions: who gets nothing more, why, and what shows it."""

from app.domain.consent import Refusal
from app.flow.suppress_address import suppress_address
from app.store.suppressions import lift
from tests.web.conftest import NOW


def test_each_is_listed_with_its_evidence_page_by_page_also_when_it_was_taken_back(hub):
    ada, bob = ("email", "ada@example.com"), ("sms", "+15005550010")
    with hub.transaction() as session:
        for account in (hub.demo.account, hub.other.account):
            for refusal in (Refusal.BOUNCED, Refusal.UNSUBSCRIBED):
                suppress_address(session, account.id, *ada, reason=refusal, message_id="m-1", now=NOW)
        said = {"source": "twilio:reply", "evidence": {"text": "stop", "callback": "c-1"}}
        suppress_address(session, account.id, *bob, reason=Refusal.STOPPED, message_id=None, now=NOW)
        suppress_address(session, hub.demo.account.id, *bob, reason=Refusal.STOPPED, message_id=None, now=NOW, **said)
        lift(session, hub.demo.account.id, *bob, reason=Refusal.STOPPED, now=NOW)
    seen, cursor = [], ""
    while cursor is not None:
        page = hub.get(f"/api/v1/suppressions?limit=1&cursor={cursor}").json
        seen, cursor = seen + page["data"], page["next_cursor"]
    assert [(one["channel"], one["reason"], one["lifted_at"] is None) for one in seen] == [
        ("email", "bounced", True),
        ("email", "unsubscribed", True),
        ("sms", "stopped", False),
    ]
    assert (seen[-1]["source"], seen[-1]["evidence"]) == ("twilio:reply", {"text": "stop", "callback": "c-1"})


def test_a_made_up_cursor_lists_from_somewhere(hub):
    for cursor in ("eA", "CgoKCgo"):
        assert hub.get(f"/api/v1/suppressions?cursor={cursor}").status_code == 200
