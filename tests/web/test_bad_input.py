"""What strangers send: every bad body is a 4xx that names the field, whatever it holds."""

import copy
import io
import re
from typing import Any

import orjson
import pytest

from tests.web.conftest import MAX_BODY

_VALID = {
    "id": "evt-123",
    "channel": "email",
    "automation": "welcome-series",
    "campaign": "spring",
    "contact": {
        "external_id": "c-1",
        "email": "ada@example.com",
        "phone": "+15005550006",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "fields": {"plan": "pro"},
    },
    "data": {"coupon": "A1"},
    "send_at": "2026-12-01T09:00:00+01:00",
    "message": {"subject": "Hi", "html": "<p>Hi</p>", "text": "Hi", "from": "Ada <ada@example.com>", "liquid": False},
    "goal": "share",
    "links": {"skip": ["https://example.com/legal*"], "extension": "gala2021", "domain": "demo.localhost"},
}
_ORDER = {
    "order_id": "1001",
    "status": "paid",
    "total": "49.90",
    "refunded_total": "0",
    "currency": "EUR",
    "mbsy": "johndoe",
    "mbsy_source": "7d89eeb0-0031-478c-a60c-6a96d762712a",
    "email": "ada@example.com",
    "phone": "+15005550006",
    "placed_at": "2026-11-22T09:00:00+01:00",
}
_SIGNUP = {
    "email": "ada@example.com",
    "phone": "+15005550006",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "external_id": "c-1",
    "campaign": "spring",
    "mbsy": "johndoe",
    "mbsy_source": "7d89eeb0-0031-478c-a60c-6a96d762712a",
}
_STRANGE = [None, 0, -1, 1.5, 1e300, True, [], [[]], {}, {"a": 1}, "", " ", "x" * 100_000, "\u202e", "a\r\nb", "\ud7ff"]


def _paths(body: dict[str, Any], path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, value in body.items():
        found.append((*path, name))
        if isinstance(value, dict) and name not in {"fields", "data"}:
            found += _paths(value, (*path, name))
    return found


def _with(body: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(body)
    place = changed
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("hook", "valid", "path"),
    [
        (hook, valid, path)
        for hook, valid in (("triggers", _VALID), ("orders", _ORDER), ("signups", _SIGNUP))
        for path in _paths(valid)
    ],
    ids=lambda value: ".".join(value) if isinstance(value, tuple) else None,
)
def test_a_strange_value_is_taken_or_refused_by_name(hub, hook, valid, path):
    for value in _STRANGE:
        answer = hub.post(f"/hooks/demo/{hook}", _with(valid, path, value))
        assert answer.status_code in {202, 409, 422}, (value, answer.data)
        if answer.status_code == 422:
            named = list(answer.json["errors"])
            # A channel that is no good is also seen in what it would have needed.
            assert any(name.split(".")[0] in {path[0], "contact", "message", "template"} for name in named), named


def test_the_valid_bodies_of_this_test_are_valid(hub):
    bodies = {"triggers": _VALID, "orders": _ORDER, "signups": _SIGNUP}
    assert [hub.post(f"/hooks/demo/{hook}", body).status_code for hook, body in bodies.items()] == [202] * 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"send_At": "2026-12-01T09:00:00+01:00"}, "send_At"),
        ({"channel": "fax"}, "channel"),
        ({"channel": "sms"}, "message.subject"),
        ({"template": "hello"}, "message"),
        ({"template": "hello"}, "template"),
        ({"template": "missing", "message": None}, "template"),
        ({"message": None}, "template"),
        ({"message": {"subject": "Hi"}}, "message.html"),
        ({"contact": {"phone": "+15005550006"}}, "contact.email"),
        ({"contact": {"email": "ada@@example.com"}}, "contact.email"),
        ({"contact": {"email": "ada@example.com", "phone": "0171 1234567"}}, "contact.phone"),
        ({"contact": {"email": "ada@example.com", "first_name": "Ada\r\nBcc: x@example.com"}}, "contact.first_name"),
        ({"message": {"subject": "Hi\nBcc: x", "text": "Hi"}}, "message.subject"),
        ({"message": {"subject": "Hi", "text": "Hi", "from": "a@example.com\r\nX: y"}}, "message.from"),
        ({"send_at": "2026-12-01T09:00:00"}, "send_at"),
        ({"send_at": "0001-01-01T00:00:00+23:59"}, "send_at"),
        ({"campaign": "missing"}, "campaign"),
        ({"links": {"domain": "other.localhost"}}, "links.domain"),
        ({"links": {"extension": "-t"}}, "links.extension"),
        ({"goal": "fame"}, "goal"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_bad_trigger_names_its_field(hub, changes, field):
    answer = hub.trigger({**_VALID, **changes})
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert field in answer.json["errors"]
    assert answer.json["status"] == 422


def test_an_unknown_field_is_named_even_when_it_is_endless(hub):
    answer = hub.trigger({**_VALID, "y" * 50_000: 1})
    assert answer.status_code == 422
    assert len(answer.data) < 2_000


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"channel": "sms"',
        b"null",
        b"[]",
        b'"text"',
        b"NaN",
        b'{"data": {"a": NaN}}',
        b'{"data": {"a": Infinity}}',
        b'{"data": {"a": 1e400}}',
        b'{"data": {"a": "\\ud800"}}',
        b'{"data": {"a": "\xff"}}',
        b'{"data": {"a": "\xed\xa0\x80"}}',
        b'{"data": {"a": "\x00"}}',
        b"\x00\x01\x02",
        b'{"a":' * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"data":' + b'{"a":' * 500 + b"1" + b"}" * 501,
        '{"channel": "sms"}'.encode("utf-16"),
    ],
    ids=range(19),
)
@pytest.mark.parametrize(
    "path", ["/hooks/demo/triggers", "/hooks/demo/orders", "/hooks/demo/signups", "/api/v1/preview"]
)
def test_what_is_no_json_object_is_refused(hub, path, raw):
    answer = hub.post(path, data=raw, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["type"] == "urn:throughline:problem:invalid-json"
    assert list(answer.json["errors"]) == ["body"]


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b'{"data": {"a": [1, "x\\u0000y"]}}', "data.a.1"),
        (b'{"data": {"a\\u0000": 1}}', "data"),
        (b'{"a\\u0000": 1}', "body"),
        (b'{"data": {"a": 123456789012345678901234567890}}', "data.a"),
        (b'{"id": ' + b"9" * 4000 + b"}", None),
    ],
)
def test_what_could_not_be_kept_faithfully_is_refused_by_its_path(hub, raw, path):
    answer = hub.post("/hooks/demo/triggers", data=raw, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert path is None or path in answer.json["errors"]


def test_a_nul_in_a_body_is_no_offence_and_stays_where_it_is(hub, sms):
    answer = hub.post("/api/v1/preview", sms(message={"text": "\0 https://a.example/x \0"}))
    assert answer.status_code == 200
    assert re.fullmatch(r"\0 \S+/-t\w+ \0", answer.json["text"])


def test_long_digits_within_a_text_are_just_text(hub, sms):
    assert hub.trigger(sms(data={"n": ", 123456789012345678901234567890 ,", "f": 1.5e10})).status_code == 202


def test_a_byte_order_mark_is_no_offence(hub, sms):
    raw = b"\xef\xbb\xbf" + orjson.dumps(sms())
    assert hub.post("/hooks/demo/triggers", data=raw, content_type="application/json").status_code == 202


def test_a_body_that_is_too_large_is_refused_before_anything_else(hub):
    answer = hub.client.post("/hooks/demo/triggers", data=b"x" * (MAX_BODY + 1), content_type="application/json")
    assert (answer.status_code, answer.content_type) == (413, "application/problem+json")


def test_a_body_in_chunks_is_not_cut_short_in_silence(hub, sms):
    fine = orjson.dumps(sms())
    for raw, status in ((fine, 202), (fine + b" " * MAX_BODY, 413)):
        surroundings = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
        options = {"input_stream": io.BytesIO(raw), "environ_overrides": surroundings}
        assert hub.post("/hooks/demo/triggers", **options).status_code == status


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 202),
        ("application/json; charset=utf-8", 202),
        ("application/cloudevents+json", 202),
        (None, 202),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("text/plain", 415),
    ],
)
def test_only_json_is_taken(hub, sms, content_type, status):
    answer = hub.post("/hooks/demo/triggers", data=orjson.dumps(sms()), content_type=content_type)
    assert answer.status_code == status


def test_a_compressed_body_is_refused(hub):
    headers = {"Content-Encoding": "gzip"}
    answer = hub.post("/hooks/demo/triggers", data=b"\x1f\x8b", content_type="application/json", headers=headers)
    assert answer.status_code == 415


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/hooks/demo/nothing", "/api/v1/messages/%00", "/hooks"])
def test_an_unknown_address_is_a_problem(hub, path):
    answer = hub.get(path)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json") or path == "/hooks"


def test_a_wrong_method_names_the_right_ones(hub):
    answer = hub.client.delete("/hooks/demo/triggers")
    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("query", ["cursor=%00", "cursor=!", "cursor=AAA", "limit=0", "limit=x", "limit=201", "limit="])
def test_a_bad_page_is_refused_by_name(hub, query):
    answer = hub.get(f"/api/v1/messages?{query}")
    assert answer.status_code in {400, 422}
    assert answer.status_code == 400 or list(answer.json["errors"]) == [query.split("=")[0]]


@pytest.mark.parametrize(
    "query",
    [
        "tz=Nowhere/Town",
        "tz=../../etc/passwd",
        "tz=America",
        "tz=" + "x" * 300,
        "from=yesterday",
        "from=0001-01-01&tz=Asia/Tokyo",
        "from=9999-12-31T23:59:59-23:59",
        "to=2026-99-99",
        "to=9999-12-31",
        "to=9999-12-31&tz=America/New_York",
        "channel=fax",
    ],
)
def test_a_strange_span_is_never_an_error_of_ours(hub, query):
    assert hub.get(f"/api/v1/reports/messages?{query}").status_code in {200, 422}
