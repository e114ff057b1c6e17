"""Who may call: an API key or a signature; decided before the body is read."""

import re
from datetime import timedelta

import orjson
import pytest

from tests.web.conftest import NOW

_PUBLIC = {
    "/",
    "/mbsy.js",
    "/widget.js",
    "/widget.json",
    "/healthz",
    "/readyz",
    "/metrics",
    "/tls",
    "/api/v1/openapi.json",
    "/api/v1/docs",
    "/api/v1/docs/<name>",
    "/static/<path:filename>",
}
_PEOPLE = ("/console", "/copy/", "/e/", "/u/", "/<for_people:", "/bootstrap/")


def _machine_routes(hub):
    for rule in hub.app.url_map.iter_rules():
        if rule.rule not in _PUBLIC and not rule.rule.startswith(_PEOPLE):
            path = re.sub(r"<[^>]+>", "x", rule.rule.replace("<account>", "demo"))
            yield from ((method, path) for method in sorted(rule.methods - {"HEAD", "OPTIONS"}))


def test_every_route_for_machines_is_verified(hub):
    routes = list(_machine_routes(hub))
    assert len(routes) > 20
    for method, path in routes:
        answer = hub.client.open(path, method=method, data=b"{nonsense")
        assert answer.status_code == 401, (method, path, answer.status_code)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.json["type"] == "urn:throughline:problem:unauthenticated"


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic ZGVtbzpkZW1v", "Bearer \xff\xfe", "x" * 5000]
)
@pytest.mark.parametrize("path", ["/hooks/demo/triggers", "/hooks/nobody/triggers", "/hooks/%F0%9F%98%80/triggers"])
def test_no_key_or_a_wrong_one_opens_nothing(hub, sms, path, header):
    answer = hub.client.post(path, json=sms(), headers={"Authorization": header})
    assert answer.status_code == 401


def test_a_good_key_does_not_open_another_account(hub, sms):
    headers = {"Authorization": f"Bearer {hub.other.api_key}"}
    assert hub.client.post("/hooks/demo/triggers", json=sms(), headers=headers).status_code == 404
    assert hub.client.post("/hooks/nobody/triggers", json=sms(), headers=headers).status_code == 404


def test_a_signed_call_is_taken(hub, sms):
    raw = orjson.dumps(sms())
    answer = hub.client.post("/hooks/demo/triggers", data=raw, headers=hub.signed(raw))
    assert answer.status_code == 202
    again = hub.client.post("/hooks/demo/triggers", data=raw, headers=hub.signed(raw, at=NOW + timedelta(minutes=4)))
    assert again.data == answer.data
    assert len(hub.queue.sends) == 1


@pytest.mark.parametrize("age", [timedelta(minutes=5, seconds=1), timedelta(days=1), -timedelta(minutes=5, seconds=1)])
def test_an_old_timestamp_is_refused(hub, sms, age):
    raw = orjson.dumps(sms())
    answer = hub.client.post("/hooks/demo/triggers", data=raw, headers=hub.signed(raw, at=NOW - age))
    assert answer.status_code == 401


def test_a_signature_of_another_secret_or_body_is_refused(hub, sms):
    raw = orjson.dumps(sms())
    foreign = hub.signed(raw, secret=hub.other.secret)
    assert hub.client.post("/hooks/demo/triggers", data=raw, headers=foreign).status_code == 401
    assert hub.client.post("/hooks/demo/triggers", data=raw + b" ", headers=hub.signed(raw)).status_code == 401
    assert hub.client.post("/hooks/nobody/triggers", data=raw, headers=hub.signed(raw)).status_code == 401


def test_a_bad_signature_is_refused_before_the_body_is_read(hub):
    raw = b"{nonsense"
    headers = {**hub.signed(raw), "webhook-signature": "v1,AAAA"}
    assert hub.client.post("/hooks/demo/triggers", data=raw, headers=headers).status_code == 401


@pytest.mark.parametrize("resource", ["messages", "contacts", "advocates", "orders", "templates", "campaigns"])
def test_what_is_another_accounts_is_unknown(hub, sms, resource):
    headers = {"Authorization": f"Bearer {hub.other.api_key}"}
    hub.client.put("/api/v1/templates/own", json={"channel": "sms", "text": "Hi"}, headers=headers)
    hub.client.put("/api/v1/campaigns/own", json={"landing_url": "https://a.example/"}, headers=headers)
    hub.client.post("/hooks/other/triggers", json=sms(campaign="own"), headers=headers)
    order = {"order_id": "o-1", "total": "1", "currency": "EUR"}
    hub.client.post("/hooks/other/orders", json=order, headers=headers)
    key = {"templates": "key", "campaigns": "key"}.get(resource, "id")
    theirs = hub.client.get(f"/api/v1/{resource}", headers=headers).json["data"]
    ours = hub.get(f"/api/v1/{resource}").json["data"]
    foreign = {row[key] for row in theirs} - {row[key] for row in ours}
    assert foreign
    for name in foreign:
        assert hub.client.get(f"/api/v1/{resource}/{name}", headers=headers).status_code == 200
        assert hub.get(f"/api/v1/{resource}/{name}").status_code == 404
