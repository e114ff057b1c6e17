"""Orders and signups from outside, in our words and in Ambassador's."""

import pytest

from app.flow.credit_outcome import credit_order
from tests.web.conftest import NOW, PUBLIC_URL

_ORDER = {"order_id": "1001", "total": "49.90", "currency": "EUR", "email": "Ada@Example.com"}


def test_an_order_is_kept_and_handed_on(hub):
    answer = hub.post("/hooks/demo/orders", _ORDER)
    assert answer.status_code == 202
    assert answer.json == {"order": {"id": "1001", "url": f"{PUBLIC_URL}/api/v1/orders/1001"}}
    assert [subject for subject, _ in hub.queue.attributed] == ["order"]


def test_an_order_can_be_read_back(hub):
    hub.post("/hooks/demo/orders", {**_ORDER, "mbsy": "johndoe", "colour": "red"})
    order = hub.get("/api/v1/orders/1001").json
    assert (order["total"], order["refunded_total"], order["currency"]) == ("49.90", "0.00", "EUR")
    assert (order["status"], order["email"], order["mbsy"]) == ("created", "ada@example.com", "johndoe")
    assert order["attribution"]["status"] == "pending"
    why = hub.get("/api/v1/orders/1001/why").json
    assert why["sentences"][0]["id"] == "1001"
    assert why["sentences"][-1]["kind"] == "verdict"


def test_the_notices_of_an_order_add_up(hub):
    hub.post("/hooks/demo/orders", {**_ORDER, "status": "partially_refunded", "refunded_total": "10"})
    hub.post("/hooks/demo/orders", {**_ORDER, "status": "paid"})
    order = hub.get("/api/v1/orders/1001").json
    assert (order["status"], order["refunded_total"]) == ("partially_refunded", "10.00")


@pytest.mark.parametrize(
    ("total", "currency", "shown"),
    [
        ("49.9", "eur", "49.90"),
        (49.9, "EUR", "49.90"),
        (50, "EUR", "50.00"),
        ("500", "JPY", "500"),
        (0.1, "KWD", "0.100"),
    ],
)
def test_money_is_exact(hub, total, currency, shown):
    hub.post("/hooks/demo/orders", {**_ORDER, "total": total, "currency": currency})
    assert hub.get("/api/v1/orders/1001").json["total"] == shown


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"total": "1.234"}, "total"),
        ({"total": "1,00"}, "total"),
        ({"total": -5}, "total"),
        ({"total": True}, "total"),
        ({"total": None}, "total"),
        ({"total": "9" * 13}, "total"),
        ({"currency": None}, "currency"),
        ({"currency": "euro"}, "currency"),
        ({"status": "gone"}, "status"),
        ({"order_id": ""}, "order_id"),
        ({"order_id": "a\r\nb"}, "order_id"),
        ({"placed_at": "2026-11-22"}, "placed_at"),
    ],
)
def test_a_bad_order_names_its_field(hub, changes, field):
    answer = hub.post("/hooks/demo/orders", {**_ORDER, **changes})
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


@pytest.mark.parametrize("revenue", ["revenue", "revenue_amount"])
@pytest.mark.parametrize("customer", ["customer_uid", "uid"])
def test_ambassadors_names_are_understood(hub, revenue, customer):
    body = {
        "transaction_uid": "T-1",
        revenue: 25,
        "short_code": "lG6tv",
        "customer_email": "a@example.com",
        customer: 7,
    }
    assert hub.post("/hooks/demo/orders", body).json["order"]["id"] == "T-1"
    order = hub.get("/api/v1/orders/T-1").json
    assert (order["total"], order["currency"], order["mbsy"]) == ("25.00", "USD", "lG6tv")
    assert (order["email"], order["external_id"]) == ("a@example.com", "7")


def test_an_error_bears_the_senders_own_name(hub):
    answer = hub.post("/hooks/demo/orders", {"transaction_uid": "T-1", "revenue_amount": "much"})
    assert list(answer.json["errors"]) == ["revenue_amount"]


@pytest.mark.parametrize("hint", ["not a uuid", "x" * 5000, "a\r\nb", ""])
def test_what_a_visitor_may_have_changed_loses_no_order(hub, hint):
    answer = hub.post("/hooks/demo/orders", {**_ORDER, "mbsy": hint, "mbsy_source": hint})
    assert answer.status_code == 202
    assert hub.get("/api/v1/orders/1001").json["mbsy_source"] is None


@pytest.mark.parametrize("number", ["#1001", "2026/55", "a//b", "1 2", "ü", "50%", "x?y", "a/why/b"])
def test_an_order_may_have_any_number(hub, number):
    url = hub.post("/hooks/demo/orders", {**_ORDER, "order_id": number}).json["order"]["url"]
    path = url.removeprefix(PUBLIC_URL)
    assert hub.get(path).json["order_id"] == number
    assert hub.get(f"{path}/why").json["order_id"] == number


def test_a_signup_makes_an_advocate_once(hub):
    person = {"email": "john@example.com", "first_name": "John", "last_name": "Doe"}
    first, second = hub.post("/hooks/demo/signups", person), hub.post("/hooks/demo/signups", person)
    advocate = first.json["advocate"]
    assert (first.status_code, second.data) == (202, first.data)
    assert advocate["share_code"] == "johndoe"
    assert advocate["share_url"] == "http://demo.localhost:8000/johndoe"
    assert advocate["campaign"] == "spring"
    assert [subject for subject, _ in hub.queue.attributed] == ["signup"]
    assert hub.get(f"/api/v1/advocates/{advocate['id']}").json["share_url"] == advocate["share_url"]


def test_a_signup_takes_ambassadors_names(hub):
    answer = hub.post("/hooks/demo/signups", {"customer_email": "j@example.com", "uid": 12, "short_code": "abc"})
    assert answer.status_code == 202
    assert hub.get("/api/v1/contacts").json["data"][0]["external_id"] == "12"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "email"),
        ({"email": "", "phone": None}, "email"),
        ({"email": "x"}, "email"),
        ({"email": "j@example.com", "campaign": "missing"}, "campaign"),
        ({"email": "j@example.com", "first_name": "J\r\nBcc: x"}, "first_name"),
        ({"email": "j@example.com", "share_code": "console"}, "share_code"),
        ({"email": "j@example.com", "share_code": "-t1"}, "share_code"),
    ],
)
def test_a_bad_signup_names_its_field(hub, body, field):
    answer = hub.post("/hooks/demo/signups", body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_what_nobody_earned_is_listed_with_its_reasons(hub):
    for number in ("1", "2"):
        hub.post("/hooks/demo/orders", {**_ORDER, "order_id": number})
    [_, row_id] = hub.queue.attributed[0]
    with hub.transaction() as session:
        credit_order(session, row_id, now=NOW)
    [order] = hub.get("/api/v1/orders?status=unattributed").json["data"]
    assert (order["id"], order["attribution"]["reason"]) == ("1", "nothing_known")
    assert order["attribution"]["explanation"].startswith("It carries no click")
    assert [one["id"] for one in hub.get("/api/v1/orders?status=pending").json["data"]] == ["2"]
    assert len(hub.get("/api/v1/orders?status=created").json["data"]) == 2
    assert list(hub.get("/api/v1/orders?status=odd").json["errors"]) == ["status"]


def test_a_signup_is_listed_and_tells_why(hub):
    hub.post("/hooks/demo/signups", {"email": "john@example.com", "first_name": "John", "mbsy_source": "junk"})
    [signup] = hub.get("/api/v1/signups?status=pending").json["data"]
    assert (signup["advocate"], signup["campaign"], signup["email"]) == ("john", "spring", "john@example.com")
    assert signup["mbsy_source"] is None
    assert hub.get(f"/api/v1/signups/{signup['id']}").json == signup
    why = hub.get(f"/api/v1/signups/{signup['id']}/why").json
    assert (why["signup_id"], why["status"], why["sentences"][-1]["kind"]) == (signup["id"], "pending", "verdict")
    assert hub.get("/api/v1/signups?status=attributed").json["data"] == []
    foreign = {"headers": {"Authorization": f"Bearer {hub.other.api_key}"}}
    for path in ("", "/why"):
        assert hub.client.get(f"/api/v1/signups/{signup['id']}{path}", **foreign).status_code == 404
