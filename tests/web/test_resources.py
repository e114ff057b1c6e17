"""The API's resources: written, read, listed page by page, exported."""

import csv
import io

import pytest
from sqlalchemy import text

_EMAIL = {
    "channel": "email",
    "name": "Invite",
    "goal": "share",
    "subject": "Hi",
    "html": "<p>Hi</p>",
    "from": "a@example.com",
}


def test_a_template_is_stored_replaced_and_deleted(hub):
    stored = hub.put("/api/v1/templates/invite", _EMAIL)
    assert (stored.status_code, stored.json["key"], stored.json["from"]) == (200, "invite", "a@example.com")
    assert hub.put("/api/v1/templates/invite", {**stored.json, "subject": "Hello"}).json["subject"] == "Hello"
    assert hub.get("/api/v1/templates/invite").json["subject"] == "Hello"
    assert hub.call("DELETE", "/api/v1/templates/invite").status_code == 204
    assert hub.get("/api/v1/templates/invite").status_code == 404
    assert hub.call("DELETE", "/api/v1/templates/invite").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"html": "{{ oops"}, "html"),
        ({"subject": None}, "subject"),
        ({"goal": "fame"}, "goal"),
        ({"channel": None}, "channel"),
        ({"key": "other"}, "key"),
        ({"name": "a\r\nb"}, "name"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_bad_template_names_its_field(hub, changes, field):
    answer = hub.put("/api/v1/templates/invite", {**_EMAIL, **changes})
    assert (answer.status_code, field in answer.json["errors"]) == (422, True)


@pytest.mark.parametrize("key", ["x" * 201, "a%0D%0Ab", "%20"])
def test_a_key_that_is_no_name_is_refused(hub, key):
    assert hub.put(f"/api/v1/templates/{key}", _EMAIL).status_code == 422
    assert hub.put(f"/api/v1/campaigns/{key}", {"landing_url": "https://a.example/"}).status_code == 422


def test_a_campaign_is_stored(hub):
    stored = hub.put("/api/v1/campaigns/summer", {"landing_url": "https://a.example/summer", "share_text": "Come"})
    assert (stored.status_code, stored.json["name"], stored.json["enrolment"]) == (200, "summer", {})
    assert hub.get("/api/v1/campaigns/summer").json == stored.json


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//a.example/", "shop", "", "https://", 5, None]
)
def test_people_are_sent_to_real_addresses_only(hub, url):
    answer = hub.put("/api/v1/campaigns/summer", {"landing_url": url})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["landing_url"])


def test_a_domain_is_pending_and_belongs_to_one_account(hub):
    added = hub.post("/api/v1/domains", {"host": "Refer.Example.com."})
    assert (added.status_code, added.json["host"], added.json["status"]) == (201, "refer.example.com", "pending")
    assert hub.post("/api/v1/domains", {"host": "other.localhost"}).status_code == 409
    assert [row["status"] for row in hub.get("/api/v1/domains").json["data"]] == ["verified", "pending"]


@pytest.mark.parametrize(
    "host", ["https://a.example", "a.example/x", "a b", "-a.example", "a..b", "x" * 300, 5, None, "ü.example"]
)
def test_a_domain_is_a_host_name(hub, host):
    answer = hub.post("/api/v1/domains", {"host": host})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["host"])


def test_secrets_go_in_and_never_come_out(hub):
    body = {"account_sid": "AC1", "auth_token": "very secret"}
    answers = [hub.put("/api/v1/integrations/twilio", body), hub.get("/api/v1/integrations")]
    assert answers[0].json == {"name": "twilio", "configured": ["account_sid", "auth_token"]}
    assert answers[1].json["data"] == [answers[0].json]
    assert all(b"secret" not in answer.data for answer in answers)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["account_sid", "auth_token"]),
        ({"account_sid": "AC1", "auth_token": ["very secret"]}, ["auth_token"]),
        ({"account_sid": "AC1", "auth_token": "x", "more": "y"}, ["more"]),
    ],
)
def test_bad_credentials_are_named_and_not_repeated(hub, body, fields):
    answer = hub.put("/api/v1/integrations/twilio", body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, fields)
    assert b"secret" not in answer.data
    assert hub.put("/api/v1/integrations/carrier-pigeon", body).status_code == 404


def test_smart_urls_are_switched_off_and_on(hub):
    off = hub.call("PATCH", "/api/v1/account", {"smart_urls": False}).json
    assert (off["account"], off["smart_urls"], off["smart_urls_since"]) == ("demo", False, None)
    assert hub.get("/api/v1/account").json == off
    assert hub.call("PATCH", "/api/v1/account", {"smart_urls": True}).json["smart_urls"] is True
    for body in ({"smart_urls": 1}, {"smart_urls": "true"}, {"smart_urls": True, "slug": "x"}):
        assert hub.call("PATCH", "/api/v1/account", body).status_code == 422


def test_what_is_left_out_of_a_change_stays(hub):
    choices = {"unrewritten": "hold", "schemeless_links": True, "plain_sms": True, "canary_links": True}
    before = hub.get("/api/v1/account").json
    assert hub.call("PATCH", "/api/v1/account", choices).json == {**before, **choices}
    assert hub.call("PATCH", "/api/v1/account", {}).json == {**before, **choices}
    assert hub.call("PATCH", "/api/v1/account", {"unrewritten": "drop"}).status_code == 422


def test_only_a_held_message_is_released(hub, sms):
    message_id = hub.trigger(sms()).json["message"]["id"]
    with hub.engine.begin() as connection:
        connection.execute(text("UPDATE messages SET status = 'held' WHERE id = :id"), {"id": message_id})
    hub.queue.sends.clear()
    released = hub.post(f"/api/v1/messages/{message_id}/release")
    assert (released.status_code, released.json["status"]) == (202, "queued")
    assert hub.queue.sends == [message_id]
    assert hub.post(f"/api/v1/messages/{message_id}/release").status_code == 409
    assert hub.post("/api/v1/messages/nobodys/release").status_code == 404


def test_a_preview_warns_of_what_carriers_filter_and_of_what_costs_more(hub, sms):
    words = "https://bit.ly/x " + "a" * 143
    shown = hub.post("/api/v1/preview", sms(message={"text": words})).json
    assert [warning["code"] for warning in shown["warnings"]] == ["public_shortener", "more_segments"]
    assert shown["before"]["text"] == words


def test_a_list_is_read_page_by_page(hub, sms):
    ids = [hub.trigger(sms()).json["message"]["id"] for _ in range(5)]
    seen, path = [], "/api/v1/messages?limit=2"
    while path:
        page = hub.get(path).json
        seen += [row["id"] for row in page["data"]]
        path = page["next_cursor"] and f"/api/v1/messages?limit=2&cursor={page['next_cursor']}"
    assert seen == ids[::-1]
    assert hub.get("/api/v1/messages?channel=email").json["data"] == []


@pytest.mark.parametrize("path", ["templates", "campaigns", "contacts", "advocates", "orders"])
def test_every_list_pages(hub, path):
    for number in range(3):
        hub.put(f"/api/v1/templates/t{number}", _EMAIL)
        hub.put(f"/api/v1/campaigns/c{number}", {"landing_url": "https://a.example/"})
        hub.post("/hooks/demo/orders", {"order_id": str(number), "total": 1, "currency": "EUR"})
        hub.post("/hooks/demo/signups", {"email": f"a{number}@example.com", "campaign": "spring"})
    whole = hub.get(f"/api/v1/{path}").json["data"]
    first = hub.get(f"/api/v1/{path}?limit=2").json
    rest = hub.get(f"/api/v1/{path}?limit=200&cursor={first['next_cursor']}").json
    assert len(whole) >= 3
    assert first["data"] + rest["data"] == whole
    assert rest["next_cursor"] is None


def test_an_export_is_safe_in_a_spreadsheet(hub):
    names = ['=HYPERLINK("https://evil.example")', "+1", "@SUM(A1)", "-2+3", 'plain "quoted", ü']
    for number, name in enumerate(names):
        hub.post("/hooks/demo/signups", {"email": f"a{number}@example.com", "first_name": name})
    answer = hub.get("/api/v1/contacts", headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.content_type == "text/csv; charset=utf-8"
    assert [row["first_name"] for row in rows] == [f"'{names[0]}", "+1", f"'{names[2]}", f"'{names[3]}", names[4]]
    page = hub.get("/api/v1/contacts?limit=2", headers={"Accept": "text/csv"})
    assert len(list(csv.reader(io.StringIO(page.text)))) == 3
    assert page.headers["Link"].endswith('rel="next"')


def test_reports_have_their_rows(hub, sms):
    hub.trigger(sms())
    messages = hub.get("/api/v1/reports/messages?from=2026-11-01&to=2026-11-30&tz=Europe/Berlin").json
    assert messages["data"][0]["template"] == "hello"
    assert messages["next_cursor"] is None
    assert hub.get("/api/v1/reports/channels").json == {"data": [], "next_cursor": None}
    assert hub.get("/api/v1/reports/visitors").json == {"data": [], "next_cursor": None}
    table = hub.get("/api/v1/reports/messages", headers={"Accept": "text/csv"})
    assert table.text.splitlines()[0].startswith("template,name,channel,sent,delivered")


def test_answers_are_compact_utf_8(hub):
    hub.put("/api/v1/campaigns/ü", {"name": "Grüße", "landing_url": "https://a.example/"})
    assert '"name":"Grüße"'.encode() in hub.get("/api/v1/campaigns/ü").data


def test_a_contact_is_stored_found_again_and_changed(hub):
    ada = {"external_id": "c-9", "email": "Ada@Example.com", "first_name": "Ada", "fields": {"plan": "pro"}}
    made = hub.post("/api/v1/contacts", ada)
    assert (made.status_code, made.json["email"], made.json["fields"]) == (201, "ada@example.com", {"plan": "pro"})
    again = hub.post("/api/v1/contacts", {"external_id": "c-9", "phone": "+15005550006"})
    assert (again.status_code, again.json) == (200, {**made.json, "phone": "+15005550006"})
    path = f"/api/v1/contacts/{made.json['id']}"
    changed = hub.call("PATCH", path, {"phone": None, "last_name": "Lovelace", "fields": {"age": 36}})
    assert changed.status_code == 200
    assert hub.get(path).json == {**made.json, "last_name": "Lovelace", "fields": {"plan": "pro", "age": 36}}
    assert hub.call("PATCH", "/api/v1/contacts/nobody", {}).status_code == 404
    as_other = {"headers": {"Authorization": f"Bearer {hub.other.api_key}"}}
    assert hub.call("PATCH", path, {"email": None}, **as_other).status_code == 404


def test_an_address_that_was_given_up_may_be_somebody_elses(hub):
    first = hub.post("/api/v1/contacts", {"email": "info@example.com"}).json["id"]
    hub.call("PATCH", f"/api/v1/contacts/{first}", {"email": "ada@example.com"})
    second = hub.post("/api/v1/contacts", {"email": "info@example.com"})
    assert (second.status_code, second.json["id"] != first) == (201, True)


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "email"), ({"first_name": "Ada"}, "email"), ({"email": "ada@@"}, "email"), ({"age": 1}, "age")],
)
def test_a_bad_contact_names_its_field(hub, body, field):
    answer = hub.post("/api/v1/contacts", body)
    assert (answer.status_code, field in answer.json["errors"]) == (422, True)


def test_a_contact_is_enrolled_once_with_the_code_that_was_wished_for(hub):
    contact = hub.post("/api/v1/contacts", {"email": "ada@example.com"}).json["id"]
    body = {"contact_id": contact, "campaign": "spring", "share_code": "ada"}
    enrolled = hub.post("/api/v1/advocates", body)
    assert (enrolled.status_code, enrolled.json["share_code"], enrolled.json["campaign"]) == (201, "ada", "spring")
    again = hub.post("/api/v1/advocates", {**body, "share_code": "lovelace"})
    assert (again.status_code, again.json) == (200, enrolled.json)
    bob = hub.post("/api/v1/contacts", {"email": "bob@example.com"}).json["id"]
    assert hub.post("/api/v1/advocates", {**body, "contact_id": bob}).status_code == 409
    unknown = hub.post("/api/v1/advocates", {"contact_id": "x", "campaign": "y"})
    assert (unknown.status_code, set(unknown.json["errors"])) == (422, {"contact_id", "campaign"})


def test_only_a_campaign_that_came_to_nothing_is_deleted(hub):
    hub.put("/api/v1/campaigns/summer", {"landing_url": "https://a.example/"})
    assert hub.call("DELETE", "/api/v1/campaigns/summer").status_code == 204
    assert hub.call("DELETE", "/api/v1/campaigns/summer").status_code == 404
    hub.post("/hooks/demo/signups", {"email": "ada@example.com"})
    assert hub.call("DELETE", "/api/v1/campaigns/spring").status_code == 409
    as_other = {"headers": {"Authorization": f"Bearer {hub.other.api_key}"}}
    assert hub.call("DELETE", "/api/v1/campaigns/summer", **as_other).status_code == 404


@pytest.mark.parametrize(
    ("name", "body", "kept"),
    [
        ("stripe", {"signing_secret": "whsec_x"}, ["webhook_secret"]),
        ("shopify", {"client_secret": "x", "shop": "a.myshopify.com"}, ["shop_domain", "webhook_secret"]),
        ("sendgrid", {"api_key": "SG.x", "verification_key": "MFk"}, ["api_key", "webhook_public_key"]),
    ],
)
def test_a_credential_may_go_by_the_name_that_its_own_pages_give_it(hub, name, body, kept):
    assert hub.put(f"/api/v1/integrations/{name}", body).json["configured"] == kept


def test_a_credential_given_by_two_names_is_refused(hub):
    answer = hub.put("/api/v1/integrations/stripe", {"secret": "a", "webhook_secret": "b"})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["body"])


def test_an_integration_is_read_and_forgotten(hub):
    path = "/api/v1/integrations/twilio"
    assert [hub.get(path).status_code, hub.call("DELETE", path).status_code] == [404, 404]
    hub.put(path, {"account_sid": "AC1", "auth_token": "very secret"})
    assert hub.get(path).json["configured"] == ["account_sid", "auth_token"]
    assert hub.call("DELETE", path).status_code == 204
    assert hub.get("/api/v1/integrations").json["data"] == []


def test_a_domain_is_read(hub):
    [shown] = hub.get("/api/v1/domains").json["data"]
    path = f"/api/v1/domains/{shown['id']}"
    assert hub.get(path).json == shown
    assert hub.get(path, headers={"Authorization": f"Bearer {hub.other.api_key}"}).status_code == 404


def test_an_integration_can_be_tried_and_only_ones_own(hub):
    hub.put("/api/v1/integrations/twilio", {"account_sid": "AC1", "auth_token": "t"})
    tried = hub.post("/api/v1/integrations/twilio/check")
    assert (tried.status_code, tried.json) == (200, {"works": True, "detail": "account_sid, auth_token"})
    assert hub.post("/api/v1/integrations/sendgrid/check").status_code == 404


def test_a_message_that_was_never_in_doubt_is_not_sent_again(hub):
    body = {"channel": "email", "contact": {"email": "a@example.com"}, "message": {"subject": "Hi", "text": "Hi"}}
    accepted = hub.post("/hooks/demo/triggers", body).json["message"]
    assert hub.post(f"/api/v1/messages/{accepted['id']}/resend").status_code == 409
    assert hub.post("/api/v1/messages/nobodys/resend").status_code == 404


def test_a_person_is_erased_and_stays_so(hub):
    made = hub.post("/api/v1/contacts", {"email": "ada@example.com", "first_name": "Ada"}).json
    path = f"/api/v1/contacts/{made['id']}"
    for _ in range(2):
        answer = hub.call("DELETE", path)
        assert (answer.status_code, answer.data) == (204, b"")
    assert hub.get(path).status_code == 404
    assert hub.call("PATCH", path, {"first_name": "Ada"}).status_code == 404
    assert hub.get("/api/v1/contacts").json["data"] == []
    assert hub.call("DELETE", "/api/v1/contacts/nobodys").status_code == 404
    assert hub.post("/api/v1/contacts", {"email": "ada@example.com"}).json["id"] != made["id"]


def test_an_account_says_how_fast_its_texts_leave(hub):
    assert hub.call("PATCH", "/api/v1/account", {"sms_per_second": 3}).json["sms_per_second"] == 3
    assert hub.call("PATCH", "/api/v1/account", {"sms_per_second": 0}).status_code == 422


def test_an_account_says_how_long_its_visits_are_kept(hub):
    assert hub.get("/api/v1/account").json["retention_days"] is None
    kept = hub.call("PATCH", "/api/v1/account", {"retention_days": 90}).json
    assert (kept["retention_days"], kept["visits_since"]) == (90, None)
    refused = hub.call("PATCH", "/api/v1/account", {"attribution_days": 84})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["attribution_days"])
    assert hub.call("PATCH", "/api/v1/account", {"retention_days": None}).json["retention_days"] is None


def test_an_account_chooses_its_quiet_hours_zone_and_help_text(hub):
    chosen = {"quiet_hours": {"from": "21:00", "to": "08:00"}, "time_zone": "Europe/Berlin", "help_text": "Call us"}
    for method in ("PUT", "PATCH"):
        answer = hub.call(method, "/api/v1/account", chosen)
        assert {name: answer.json[name] for name in chosen} == chosen
    assert hub.put("/api/v1/account", {"plain_sms": True}).json["quiet_hours"] == chosen["quiet_hours"]
    assert hub.put("/api/v1/account", {"quiet_hours": None, "help_text": None}).json["quiet_hours"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quiet_hours", {"from": "21:00"}),
        ("quiet_hours", {"from": "21:00", "to": "21:00"}),
        ("quiet_hours", {"from": "24:00", "to": "08:00"}),
        ("quiet_hours", {"from": "9pm", "to": "08:00\n"}),
        ("quiet_hours", {"from": 21, "to": 8}),
        ("quiet_hours", "21:00-08:00"),
        ("retention_days", 36),
        ("retention_days", "90"),
        ("retention_days", True),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", None),
        ("help_text", "x" * 2000),
    ],
)
def test_quiet_hours_and_zones_that_are_none_are_refused_by_name(hub, field, value):
    answer = hub.put("/api/v1/account", {field: value})
    assert answer.status_code == 422
    assert all(name.startswith(field) for name in answer.json["errors"])
