"""The OpenAPI document, and that answers are as it says."""

import re

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012


@pytest.fixture
def document(hub):
    return hub.client.get("/api/v1/openapi.json").json


def test_the_document_is_valid(document):
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


def test_the_document_has_every_route_for_machines(hub, document):
    described = {(path, method) for path, methods in document["paths"].items() for method in methods}
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in hub.app.url_map.iter_rules()
        if rule.rule.startswith(("/api/v1/", "/hooks/"))
        and not rule.rule.startswith(("/api/v1/openapi", "/api/v1/docs"))
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert routes == {(path, method) for path, method in described if method != "parameters"}


def test_every_operation_says_how_to_authenticate_and_what_goes_wrong(document):
    assert document["security"]
    for methods in document["paths"].values():
        for method, operation in methods.items():
            if method == "parameters":
                continue
            assert operation["summary"]
            problem = operation["responses"]["default"]["$ref"].rpartition("/")[2]
            assert list(document["components"]["responses"][problem]["content"]) == ["application/problem+json"]


def test_answers_are_as_the_document_says(hub, document, sms):
    registry = Registry().with_resource("urn:hub", Resource.from_contents(document, default_specification=DRAFT202012))
    message = hub.trigger(sms(id="1")).json["message"]["id"]
    hub.post("/hooks/demo/orders", {"order_id": "1", "total": 1, "currency": "EUR"})
    advocate = hub.post("/hooks/demo/signups", {"email": "a@example.com"}).json["advocate"]["id"]
    contact = hub.get("/api/v1/contacts").json["data"][0]["id"]
    hub.put("/api/v1/integrations/twilio", {"account_sid": "AC1", "auth_token": "x"})
    calls = {
        ("/api/v1/messages/{message_id}", "get"): (message, None),
        ("/api/v1/orders/{order_id}", "get"): ("1", None),
        ("/api/v1/orders/{order_id}/why", "get"): ("1", None),
        ("/api/v1/advocates/{advocate_id}", "get"): (advocate, None),
        ("/api/v1/contacts/{contact_id}", "get"): (contact, None),
        ("/api/v1/templates/{key}", "get"): ("hello", None),
        ("/api/v1/campaigns/{key}", "get"): ("spring", None),
        ("/hooks/{account}/triggers", "post"): ("demo", sms()),
        ("/hooks/{account}/orders", "post"): ("demo", {"order_id": "2", "total": "1", "currency": "EUR"}),
        ("/hooks/{account}/signups", "post"): ("demo", {"email": "b@example.com"}),
        ("/api/v1/preview", "post"): ("", sms()),
        ("/api/v1/domains", "post"): ("", {"host": "new.example.com"}),
        ("/api/v1/contacts", "post"): ("", {"email": "a@example.com"}),
        ("/api/v1/advocates", "post"): ("", {"contact_id": contact, "campaign": "spring"}),
        ("/api/v1/webhooks", "post"): ("", {"url": "https://crm.example/", "events": ["link.clicked"]}),
    }
    calls |= {
        (path, "get"): ("", None) for path, found in document["paths"].items() if "get" in found and "{" not in path
    }
    for (path, method), (name, body) in calls.items():
        answer = hub.call(method.upper(), re.sub(r"\{\w+\}", name, path), body)
        described = document["paths"][path][method]["responses"][str(answer.status_code)]
        schema = described["content"]["application/json"]["schema"]
        OAS31Validator({"$ref": "urn:hub" + schema["$ref"]}, registry=registry).validate(answer.json)


def test_the_page_needs_nothing_from_elsewhere(hub):
    page = hub.client.get("/api/v1/docs")
    assert page.status_code == 200
    assert "://" not in page.text
    assert "script-src" not in page.headers["Content-Security-Policy"]
    for address in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        with hub.client.get(address) as answer:
            assert answer.status_code == 200, address
    assert hub.client.get("/api/v1/docs/oauth2-redirect.html").status_code == 404
