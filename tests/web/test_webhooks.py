"""Outgoing webhooks by the API: registered, changed, tried out, and their log."""

from datetime import timedelta

import orjson
import pytest
from openapi_schema_validator import OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from sqlalchemy import text

from app.domain.webhooks import EventType
from app.flow.notify_webhooks import claim_calls, notify_webhook
from integrations.protocol import WebhookAnswer
from tests.web.conftest import NOW

URL = "/api/v1/webhooks"
BODY = {"url": "https://crm.example/hook", "events": ["message.sent", "link.clicked"], "description": "The CRM"}


class Postman:
    def __init__(self, answer):
        self.answer, self.calls = answer, []

    def call(self, call):
        self.calls.append(call)
        return self.answer


@pytest.fixture
def work(hub):
    """Make every call that is due, as the worker does; return the calls."""

    def make(answer=None, at=NOW):
        postman = Postman(answer or WebhookAnswer(200))
        words = {"room": {}, "each": 100, "limit": 100}
        for due in claim_calls(transaction=hub.transaction, reading=hub.transaction, now=at, **words):
            notify_webhook(due, caller=postman, transaction=hub.transaction, clock=lambda: at)
        return postman.calls

    return make


@pytest.fixture
def webhook(hub):
    return hub.post(URL, BODY).json


def test_a_webhook_is_registered_read_listed_changed_and_deleted(hub):
    made = hub.post(URL, BODY)
    assert made.status_code == 201
    secret = made.json["secret"]
    assert secret.startswith("whsec_")
    shown = {name: value for name, value in made.json.items() if name != "secret"}
    assert {**shown, **BODY} == shown
    assert (shown["enabled"], shown["disabled_at"]) == (True, None)
    path = f"{URL}/{shown['id']}"
    assert hub.get(path).json == shown
    assert hub.get(URL).json == {"data": [shown], "next_cursor": None}
    assert secret not in hub.get(URL, headers={"Accept": "text/csv"}).text
    changed = hub.call("PATCH", path, {"events": ["message.failed"] * 2, "description": None}).json
    assert (changed["events"], changed["description"], changed["url"]) == (["message.failed"], "", BODY["url"])
    off = hub.call("PATCH", path, {"enabled": False}).json
    assert (off["enabled"], off["disabled_reason"]) == (False, "switched_off")
    assert hub.call("PATCH", path, {"enabled": True}).json == {**changed}
    assert hub.call("DELETE", path).status_code == 204
    assert [hub.get(path).status_code, hub.call("DELETE", path).status_code] == [404, 404]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "http://crm.example/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "https://169.254.169.254/latest/meta-data"}, "url"),
        ({"url": "https://0x7f.1/"}, "url"),
        ({"url": "https://[::1"}, "url"),
        ({"url": "https://crm.example/\r\nX: y"}, "url"),
        ({"url": "\ud7ff\u202e"}, "url"),
        ({"url": None}, "url"),
        ({"url": 5}, "url"),
        ({"events": ["message.sent", "message.read"]}, "events.1"),
        ({"events": ["ping"]}, "events.0"),
        ({"events": []}, "events"),
        ({"events": "message.sent"}, "events"),
        ({"events": [None]}, "events.0"),
        ({"events": ["message.sent"] * 101}, "events"),
        ({"description": "x" * 1001}, "description"),
        ({"secret": "whsec_mine"}, "secret"),
    ],
    ids=str,
)
def test_a_bad_webhook_names_its_field(hub, webhook, changes, field):
    answers = [hub.post(URL, {**BODY, **changes}), hub.call("PATCH", f"{URL}/{webhook['id']}", changes)]
    for answer in answers:
        assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert hub.get(f"{URL}/{webhook['id']}").json["url"] == BODY["url"]


def test_an_account_has_so_many_webhooks_and_no_more(hub):
    answers = [hub.post(URL, BODY).status_code for _ in range(21)]
    assert answers == [201] * 20 + [409]


def test_another_accounts_webhook_is_unknown(hub, webhook):
    path = f"{URL}/{webhook['id']}"
    delivery = hub.post(f"{path}/test").json["id"]
    as_other = {"headers": {"Authorization": f"Bearer {hub.other.api_key}"}}
    calls = [
        hub.get(path, **as_other),
        hub.call("PATCH", path, {"enabled": False}, **as_other),
        hub.call("DELETE", path, **as_other),
        hub.post(f"{path}/rotate-secret", **as_other),
        hub.post(f"{path}/test", **as_other),
        hub.get(f"{path}/deliveries", **as_other),
        hub.get(f"{path}/deliveries/{delivery}", **as_other),
        hub.post(f"{path}/deliveries/{delivery}/redeliver", **as_other),
        hub.post(f"{path}/deliveries/nothing/redeliver"),
    ]
    assert [call.status_code for call in calls] == [404] * len(calls)
    assert hub.get(URL, **as_other).json["data"] == []


def test_a_repeated_registration_gets_the_same_secret_which_is_not_kept_in_the_clear(hub):
    once = {"headers": {"Idempotency-Key": "register-1"}}
    first, again = hub.post(URL, BODY, **once), hub.post(URL, BODY, **once)
    assert (first.status_code, first.json) == (201, again.json)
    assert len(hub.get(URL).json["data"]) == 1
    assert hub.post(URL, {**BODY, "description": "x"}, **once).status_code == 409
    with hub.engine.connect() as connection:
        for table in ("answers", "webhooks"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert first.json["secret"] not in str(rows)


def test_a_rotation_answers_with_the_new_secret_and_both_sign(hub, webhook, work):
    path = f"{URL}/{webhook['id']}"
    rotated = hub.post(f"{path}/rotate-secret")
    assert rotated.status_code == 200
    assert rotated.json["secret"] != webhook["secret"]
    hub.post(f"{path}/test")
    [call] = work()
    assert call.secrets == (rotated.json["secret"], webhook["secret"])


def test_the_log_tells_every_attempt_and_a_delivery_can_be_made_again(hub, webhook, work):
    path = f"{URL}/{webhook['id']}"
    pinged = hub.post(f"{path}/test")
    assert (pinged.status_code, pinged.json["status"], pinged.json["type"]) == (202, "pending", "ping")
    work(WebhookAnswer(500, "Oops", "HTTP 500."))
    [logged] = hub.get(f"{path}/deliveries").json["data"]
    assert (logged["status"], logged["event_id"]) == ("pending", pinged.json["event_id"])
    assert logged["next_attempt_at"] > NOW.isoformat()
    assert orjson.loads(logged["body"])["data"] == {"webhook_id": webhook["id"]}
    [attempt] = logged["attempts"]
    assert (attempt["number"], attempt["status_code"], attempt["error"], attempt["response"]) == (
        1,
        500,
        "HTTP 500.",
        "Oops",
    )
    again = hub.post(f"{path}/deliveries/{logged['id']}/redeliver")
    assert (again.status_code, again.json["next_attempt_at"]) == (202, NOW.isoformat())
    [call] = work()
    assert call.id == logged["event_id"]
    after = hub.get(f"{path}/deliveries/{logged['id']}").json
    assert (after["status"], after["next_attempt_at"], len(after["attempts"])) == ("delivered", None, 2)
    assert hub.get(f"{path}/deliveries?status=failed").json["data"] == []
    assert hub.get(f"{path}/deliveries?status=lost").status_code == 422
    assert hub.get(f"{path}/deliveries", headers={"Accept": "text/csv"}).text.count("\r\n") == 2


def test_a_webhook_that_is_gone_is_neither_tried_nor_told_until_it_is_enabled(hub, webhook, work):
    path = f"{URL}/{webhook['id']}"
    delivery = hub.post(f"{path}/test").json["id"]
    work(WebhookAnswer(410, "", "HTTP 410."))
    assert hub.get(path).json["disabled_reason"] == "gone"
    again = f"{path}/deliveries/{delivery}/redeliver"
    assert [hub.post(f"{path}/test").status_code, hub.post(again).status_code] == [409, 409]
    hub.call("PATCH", path, {"enabled": True})
    assert hub.post(again).status_code == 202
    assert len(work(at=NOW + timedelta(minutes=1))) == 1


def test_what_webhooks_are_told_is_as_the_document_says(hub, work):
    hub.post(URL, {**BODY, "events": [kind.value for kind in EventType]})
    document = hub.client.get("/api/v1/openapi.json").json
    registry = Registry().with_resource("urn:hub", Resource.from_contents(document, default_specification=DRAFT202012))
    assert set(document["webhooks"]) == {*(kind.value for kind in EventType), "ping"}
    hub.post("/hooks/demo/signups", {"email": "a@example.com", "external_id": "c-1"})
    [call] = work()
    told = orjson.loads(call.body)
    schema = document["webhooks"][told["type"]]["post"]["requestBody"]["content"]["application/json"]["schema"]
    OAS31Validator({"$ref": "urn:hub" + schema["$ref"]}, registry=registry).validate(told)
