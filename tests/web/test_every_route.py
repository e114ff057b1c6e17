"""Every route of the API and the webhooks, whatever comes: never an error of ours, always a problem in JSON."""

import re

import pytest

_NAMES = ["x", "%00", "%ff", "%2e%2e", "%F0%9F%98%80", "%E2%80%AE", "%0d%0a", "a" * 3000]
_BODIES = [b"", b"{}", b"[]", b"null", b"{", b"\xff", b'{"a":"\\u0000"}', b'{"a":"\\ud800"}', b"[" * 5000]
_QUERIES = [
    *("limit=0", "limit=201", "limit=x", "limit=99999999999999999999", "cursor=x", "cursor=AA", "cursor=%ff"),
    *("cursor=%00", "from=x", "to=9999-12-31", "tz=..%2F..%2Fetc", "channel=fax", "status=x", "metric=x", "%00=1"),
]
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def routes(hub, *methods):
    """Return (rule, methods) of what machines may call."""
    return [
        (rule.rule, rule.methods & set(methods))
        for rule in hub.app.url_map.iter_rules()
        if rule.rule.startswith(("/api/v1/", "/hooks/")) and "/docs" not in rule.rule and rule.methods & set(methods)
    ]


def filled(rule, name):
    return re.sub(r"<(?:\w+:)?\w+>", name, rule.replace("<account>", "demo"))


def check(answer):
    assert answer.status_code < 500, (answer.request.path, answer.text)
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json", answer.request.path
        assert answer.json["status"] == answer.status_code


@pytest.mark.parametrize("method", _METHODS)
def test_a_strange_name_is_unknown(hub, method):
    for rule, _ in routes(hub, method):
        for name in _NAMES if "<" in rule else ["x"]:
            check(hub.call(method, filled(rule, name)))


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_strange_body_is_refused(hub, method):
    for rule, _ in routes(hub, method):
        for raw in _BODIES:
            check(hub.call(method, filled(rule, "x"), data=raw, headers={"Content-Type": "application/json"}))


def test_a_strange_query_is_refused(hub):
    for rule, _ in routes(hub, "GET"):
        for query in _QUERIES:
            check(hub.get(f"{filled(rule, 'x')}?{query}"))


def test_a_method_that_is_not_taken_is_405_and_those_that_are_are_named(hub):
    taken = {}
    for rule, methods in routes(hub, *_METHODS):
        taken.setdefault(filled(rule, "x"), set()).update(methods)
    for path, methods in taken.items():
        for method in set(_METHODS) - methods:
            answer = hub.call(method, path)
            check(answer)
            assert answer.status_code == 405, (method, path)
            assert set(answer.headers["Allow"].split(", ")) >= methods


def test_nobody_gets_in_without_a_key(hub):
    for rule, methods in routes(hub, *_METHODS):
        if rule.startswith("/api/v1/openapi"):
            continue
        for method in methods:
            answer = hub.client.open(filled(rule, "x"), method=method, data=b"{")
            check(answer)
            assert answer.status_code == 401, (method, rule)


def test_every_list_is_a_page_and_a_file(hub):
    for rule, _ in routes(hub, "GET"):
        answer = hub.get(filled(rule, "x"))
        if answer.status_code != 200 or "next_cursor" not in answer.json:
            continue
        assert set(answer.json) == {"data", "next_cursor"}
        file = hub.get(filled(rule, "x"), headers={"Accept": "text/csv"})
        assert (file.status_code, file.content_type) == (200, "text/csv; charset=utf-8"), rule


def test_every_post_happens_once_under_its_key(hub, sms):
    webhook = hub.post("/api/v1/webhooks", {"url": "https://crm.example/", "events": ["message.sent"]}).json["id"]
    delivery = hub.post(f"/api/v1/webhooks/{webhook}/test").json["id"]
    contact = hub.post("/api/v1/contacts", {"email": "ada@example.com"}).json["id"]
    calls = {
        "/api/v1/webhooks": {"url": "https://crm.example/", "events": ["message.sent"]},
        f"/api/v1/webhooks/{webhook}/rotate-secret": {},
        f"/api/v1/webhooks/{webhook}/test": {},
        f"/api/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver": {},
        "/api/v1/contacts": {"email": "bob@example.com"},
        "/api/v1/advocates": {"contact_id": contact, "campaign": "spring"},
        "/api/v1/domains": {"host": "new.example.com"},
        "/api/v1/preview": sms(),
        "/hooks/demo/triggers": sms(),
        "/hooks/demo/orders": {"order_id": "1", "total": "1", "currency": "EUR"},
        "/hooks/demo/signups": {"email": "eve@example.com"},
    }
    for number, (path, body) in enumerate(calls.items()):
        once = {"headers": {"Idempotency-Key": f"key-{number}"}}
        first, again = hub.post(path, body, **once), hub.post(path, body, **once)
        assert (first.status_code // 100, again.status_code, again.data) == (2, first.status_code, first.data), path
        assert hub.post(path, {**body, "more": 1}, **once).status_code in {409, 422}, path
