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


def test_an_address_is_added_and_taken_off_again_with_who_did_it(hub):
    body = {"channel": "sms", "address": "+1 (500) 555-0006", "note": "asked by phone"}
    added = hub.post("/api/v1/suppressions", body, headers={"Idempotency-Key": "k"})
    assert (added.status_code, added.json["address"], added.json["reason"]) == (201, "+15005550006", "manual")
    assert (added.json["source"], added.json["evidence"]) == ("api", {"by": "an API key", "note": "asked by phone"})
    assert hub.post("/api/v1/suppressions", body, headers={"Idempotency-Key": "k"}).json == added.json
    sent = hub.trigger({"channel": "sms", "contact": {"phone": "+15005550006"}, "message": {"text": "Hi"}}).json
    assert sent["message"]["status"] == "suppressed"
    assert hub.call("DELETE", "/api/v1/suppressions/sms/+15005550006").status_code == 204
    [row] = hub.get("/api/v1/suppressions").json["data"]
    assert (row["lifted_by"], row["lifted_at"] is None) == ("an API key", False)
    assert hub.call("DELETE", "/api/v1/suppressions/sms/+15005550006").status_code == 404
    again = hub.post("/api/v1/suppressions", body).json
    assert (again["lifted_at"], again["lifted_by"]) == (None, None)


def test_what_people_said_themselves_is_not_lifted_by_a_program(hub):
    with hub.transaction() as session:
        for account in (hub.demo.account, hub.other.account):
            suppress_address(
                session, account.id, "email", "ada@example.com", reason=Refusal.UNSUBSCRIBED, message_id=None, now=NOW
            )
        suppress_address(
            session, hub.other.account.id, "email", "bob@x.example", reason=Refusal.BOUNCED, message_id=None, now=NOW
        )
    assert hub.call("DELETE", "/api/v1/suppressions/email/ada@example.com").status_code == 409
    assert hub.call("DELETE", "/api/v1/suppressions/email/bob@x.example").status_code == 404
    assert hub.get("/api/v1/suppressions").json["data"][0]["lifted_at"] is None


def test_what_is_no_address_of_the_channel_is_refused(hub):
    for channel, address in (("sms", "ada@example.com"), ("email", "+15005550006"), ("pigeon", "x"), ("email", "")):
        answer = hub.post("/api/v1/suppressions", {"channel": channel, "address": address})
        assert answer.status_code == 422
