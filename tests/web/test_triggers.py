"""Triggers from outside: stored once, answered 202, told to the queue after the commit."""

from datetime import timedelta

import orjson
from sqlalchemy import delete

from app.store.idempotency import AnswerRow
from tests.web.conftest import NOW, PUBLIC_URL


def test_a_trigger_is_stored_and_the_queue_is_told(hub, sms):
    answer = hub.trigger(sms(id="evt-1"))
    message = answer.json["message"]
    assert answer.status_code == 202
    assert message["status"] == "queued"
    assert message["url"] == f"{PUBLIC_URL}/api/v1/messages/{message['id']}"
    assert message["tracking"] == {"smart_urls": True, "reason": None}
    assert hub.queue.sends == [message["id"]]


def test_the_same_id_happens_once(hub, sms):
    first, second = hub.trigger(sms(id="evt-1")), hub.trigger(sms(id="evt-1"))
    assert (second.status_code, second.data) == (202, first.data)
    assert len(hub.queue.sends) == 1


def test_the_same_id_with_another_body_is_a_conflict(hub, sms):
    hub.trigger(sms(id="evt-1"))
    assert hub.trigger(sms(id="evt-1", data={"a": 1})).status_code == 409


def test_a_trigger_for_later_wakes_nobody_now(hub, sms):
    answer = hub.trigger(sms(send_at=(NOW + timedelta(days=1)).isoformat()))
    assert answer.status_code == 202
    assert hub.queue.sends == []


def test_a_queue_that_is_down_changes_no_answer(hub, sms):
    hub.queue.works = False
    assert hub.trigger(sms()).status_code == 202


def test_an_answer_says_that_smart_urls_are_off(hub, sms):
    hub.call("PATCH", "/api/v1/account", {"smart_urls": False})
    answer = hub.trigger(sms())
    assert answer.json["message"]["tracking"] == {"smart_urls": False, "reason": "smart_urls_off"}


def test_a_list_answers_for_each_in_order(hub, sms):
    bad = sms(id="bad", contact={"phone": "nonsense"})
    answer = hub.trigger({"triggers": [sms(id="a"), bad, 17, sms(id="c", template="missing", message=None)]})
    results = answer.json["results"]
    assert answer.status_code == 202
    assert [result["status"] for result in results] == [202, 422, 422, 422]
    assert list(results[1]["problem"]["errors"]) == ["triggers.1.contact.phone"]
    assert list(results[2]["problem"]["errors"]) == ["triggers.2"]
    assert hub.queue.sends == [results[0]["message"]["id"]]


def test_a_refused_trigger_of_a_list_leaves_nothing_behind(hub, sms):
    contact = {"phone": "+15005550007", "external_id": "nobody"}
    hub.trigger({"triggers": [sms(contact=contact, campaign="missing"), sms(id="fine")]})
    people = hub.get("/api/v1/contacts").json["data"]
    assert [person["external_id"] for person in people] == [None]


def test_the_same_trigger_twice_in_a_list_is_one_message(hub, sms):
    results = hub.trigger({"triggers": [sms(id="a"), sms(id="a"), sms(id="a", data={"x": 1})]}).json["results"]
    assert results[0] == results[1]
    assert results[2]["status"] == 409


def test_more_than_a_thousand_triggers_are_refused(hub, sms):
    answer = hub.trigger({"triggers": [sms()] * 1001})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["triggers"])


def test_a_list_under_a_key_happens_once_even_when_its_answer_is_kept_no_more(hub, sms):
    listed, key = {"triggers": [sms(), sms(id="own")]}, {"Idempotency-Key": "list-1"}
    ids = []
    for _ in range(2):
        answer = hub.trigger(listed, headers=key)
        ids.append([one["message"]["id"] for one in answer.json["results"]])
        with hub.transaction() as session:
            session.execute(delete(AnswerRow))
    assert ids[0] == ids[1]
    assert len({*ids[0]}) == 2


def test_a_signed_list_that_is_sent_again_sends_nothing_again(hub, sms):
    raw = orjson.dumps({"triggers": [sms(), sms()]})
    first, second = (hub.client.post("/hooks/demo/triggers", data=raw, headers=hub.signed(raw)) for _ in range(2))
    assert (second.status_code, second.data) == (202, first.data)
    assert len(hub.queue.sends) == 2


def test_a_message_can_be_read_back(hub, sms):
    message_id = hub.trigger(sms(id="evt-1", automation="welcome")).json["message"]["id"]
    message = hub.get(f"/api/v1/messages/{message_id}").json
    assert message["to"] == "+15005550006"
    assert (message["channel"], message["status"], message["automation"]) == ("sms", "queued", "welcome")
    assert message["events"] == [{"type": "queued", "at": NOW.isoformat()}]
    assert message["links"] == []


def test_a_preview_stores_and_sends_nothing(hub, sms):
    answer = hub.post("/api/v1/preview", sms())
    assert answer.status_code == 200
    assert answer.json["text"].startswith("See http://demo.localhost:8000/-t")
    assert answer.json["links"][0]["original"] == "https://a.example/x"
    assert answer.json["links"][0]["decision"] == "tracked"
    assert answer.json["sms"]["encoding"] == "GSM-7"
    assert hub.get("/api/v1/messages").json == {"data": [], "next_cursor": None}
    assert hub.get("/api/v1/contacts").json["data"] == []
