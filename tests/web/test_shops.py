"""Shops tell of their orders: each recorded payload is a test, and each signature has its forged twin."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import orjson
import pytest
from sqlalchemy import func, select

from app.store.shop_deliveries import ShopDeliveryRow
from tests.web.conftest import NOW, PUBLIC_URL

_SECRET, _OLD, _FOREIGN = "whsec_shop", "whsec_before", "whsec_other"
_SHOPS = ("shopify", "woocommerce", "stripe")
CASES = [
    pytest.param(shop, orjson.loads(path.read_bytes()), id=f"{shop}-{path.stem}")
    for shop in _SHOPS
    for path in sorted((Path(__file__).parent / "shops" / shop).glob("*.json"))
]


def signed(shop, raw, secret=_SECRET, *, at=NOW):
    if shop == "stripe":
        stamp = str(int(at.timestamp()))
        made = hmac.new(secret.encode(), f"{stamp}.".encode() + raw, hashlib.sha256).hexdigest()
        return {"Stripe-Signature": f"t={stamp},v1={'0' * 64},v1={made},v0=ignored"}
    made = base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest()).decode()
    return {{"shopify": "X-Shopify-Hmac-Sha256", "woocommerce": "X-WC-Webhook-Signature"}[shop]: made}


@pytest.fixture
def connect(hub):
    """Connect a shop with the account, once."""

    @cache
    def put(shop):
        hub.put(f"/api/v1/integrations/{shop}", {"webhook_secret": _SECRET, "previous_webhook_secret": _OLD})

    return put


@pytest.fixture
def tell(hub, connect):
    """Send a delivery as its shop would, which is connected by then."""

    def send(shop, delivery, *, account="demo", headers=None, raw=None):
        connect(shop)
        raw = orjson.dumps(delivery["body"]) if raw is None else raw
        signature = signed(shop, raw) if headers is None else headers
        return hub.client.post(
            f"/hooks/{account}/{shop}",
            data=raw,
            headers={**delivery["headers"], **signature},
            content_type="application/json",
        )

    return send


def kept(hub):
    with hub.transaction() as session:
        return session.execute(select(func.count()).select_from(ShopDeliveryRow)).scalar_one()


def shown(hub, case):
    order = hub.get(f"/api/v1/orders/{case['order']['order_id']}").json
    if "placed_at" in case["order"]:
        assert datetime.fromisoformat(order["placed_at"]) == datetime.fromisoformat(case["order"]["placed_at"])
    return {name: order.get(name) for name in case["order"]} | {"placed_at": case["order"].get("placed_at")}


@pytest.mark.parametrize(("shop", "case"), CASES)
def test_what_a_shop_tells_becomes_an_order(hub, tell, shop, case):
    for delivery in case["deliveries"]:
        raw = orjson.dumps(delivery["body"])
        twin = tell(shop, delivery, headers=signed(shop, raw, _FOREIGN))
        assert twin.status_code == 401
        answer = tell(shop, delivery)
        assert (answer.status_code, answer.json["status"]) == (200, "recorded")
    assert answer.json["order"]["url"] == f"{PUBLIC_URL}/api/v1/orders/{case['order']['order_id']}"
    assert shown(hub, case) == {"placed_at": None, **case["order"]}
    assert len(hub.queue.attributed) == len(case["deliveries"])


@pytest.mark.parametrize(("shop", "case"), [one for one in CASES if len(one.values[1]["deliveries"]) > 1])
def test_deliveries_the_other_way_round_and_twice_end_in_the_same_order(hub, tell, shop, case):
    for delivery in (*reversed(case["deliveries"]), *case["deliveries"]):
        assert tell(shop, delivery).status_code == 200
    assert shown(hub, case) == {"placed_at": None, **case["order"]}


@pytest.mark.parametrize("shop", _SHOPS)
def test_a_repeat_is_kept_once_and_wakes_nobody(hub, tell, shop):
    delivery = next(one.values[1] for one in CASES if one.values[0] == shop)["deliveries"][0]
    first, again = tell(shop, delivery), tell(shop, delivery)
    assert (first.json["status"], again.json["status"]) == ("recorded", "repeated")
    assert again.json["order"] == first.json["order"]
    assert (kept(hub), len(hub.queue.attributed)) == (1, 1)


@pytest.mark.parametrize("shop", _SHOPS)
def test_while_a_secret_changes_both_are_good(hub, tell, shop):
    delivery = next(one.values[1] for one in CASES if one.values[0] == shop)["deliveries"][0]
    raw = orjson.dumps(delivery["body"])
    assert tell(shop, delivery, headers=signed(shop, raw, _OLD)).status_code == 200
    hub.put(f"/api/v1/integrations/{shop}", {"webhook_secret": _SECRET})
    assert tell(shop, delivery, headers=signed(shop, raw, _OLD)).status_code == 401


@pytest.mark.parametrize(("age", "status"), [(300, 200), (-300, 200), (301, 401), (-301, 401)])
def test_stripes_signature_is_good_for_five_minutes(hub, tell, age, status):
    delivery = next(one.values[1] for one in CASES if one.values[0] == "stripe")["deliveries"][0]
    raw = orjson.dumps(delivery["body"])
    headers = signed("stripe", raw, at=NOW - timedelta(seconds=age))
    assert tell("stripe", delivery, headers=headers).status_code == status


def test_woocommerces_ping_gets_its_200_with_no_secret_set_and_leaves_nothing(hub):
    ping = {"data": "webhook_id=142", "content_type": "application/x-www-form-urlencoded"}
    assert hub.client.post("/hooks/demo/woocommerce", **ping).status_code == 200
    assert hub.client.post("/hooks/nobody/woocommerce", **ping).status_code == 401
    assert hub.client.post("/hooks/demo/shopify", **ping).status_code == 401
    assert hub.client.post("/hooks/demo/woocommerce", **{**ping, "data": "webhook_id=1&x=2"}).status_code == 401
    assert kept(hub) == 0


@pytest.mark.parametrize(
    ("shop", "raw", "status"),
    [
        ("shopify", b"no json", "unreadable"),
        ("shopify", b"[1]", "unreadable"),
        ("shopify", b'{"id": 1}', "unreadable"),
        ("shopify", b'{"id": 12345678901234567890123, "currency": "EUR", "total_price": "1"}', "unreadable"),
        ("shopify", b'{"id": 1, "currency": "EUR", "total_price": "1.234"}', "unreadable"),
        ("shopify", b'{"id": "a\\u0000b", "currency": "EUR", "total_price": "1"}', "unreadable"),
        ("shopify", b'{"id": 1, "currency": "EUR", "total_price": "1", "note": "\\u0000", "email": 5}', "recorded"),
        (
            "shopify",
            b'{"id": 1, "currency": "EUR", "total_price": "1", "landing_site": "//[", "customer": []}',
            "recorded",
        ),
        ("shopify", b'{"id": 1, "currency": "EUR", "total_price": "1", "created_at": "9999-99-99"}', "recorded"),
        ("shopify", b'{"id": 1, "currency": "EUR", "total_price": "' + b"9" * 40 + b'"}', "unreadable"),
        ("stripe", b"[" * 5000, "unreadable"),
        ("stripe", b'{"type": 5, "data": []}', "ignored"),
        (
            "stripe",
            b'{"id": "evt_1", "type": "charge.refunded", "data": {"object": {"currency": "eur"}}}',
            "unreadable",
        ),
        ("stripe", b'{"id": "evt_2", "type": "customer.created", "data": {"object": {}}}', "ignored"),
        ("woocommerce", b'{"id": true, "total": "1", "currency": "EUR"}', "unreadable"),
        ("woocommerce", b'{"id": 3, "total": [], "currency": "EUR"}', "unreadable"),
        ("woocommerce", b'{"id": 3, "status": "checkout-draft", "total": "1", "currency": "EUR"}', "ignored"),
        ("woocommerce", b"\xff\xfe", "unreadable"),
    ],
)
def test_whatever_was_signed_is_kept_and_answered_200(hub, tell, shop, raw, status):
    headers = {"X-Shopify-Topic": "orders/create", "X-WC-Webhook-Topic": "order.updated"}
    answer = tell(shop, {"headers": headers}, raw=raw, headers=signed(shop, raw))
    assert (answer.status_code, answer.json["status"]) == (200, status)
    with hub.transaction() as session:
        assert session.execute(select(ShopDeliveryRow.body)).scalars().all() == [raw]


def test_a_topic_of_no_order_is_kept_and_ignored(hub, tell):
    answer = tell("shopify", {"headers": {"X-Shopify-Topic": "products/update"}, "body": {"id": 1}})
    assert (answer.status_code, answer.json["status"], kept(hub)) == (200, "ignored", 1)


def test_a_charge_that_was_only_authorised_is_no_order_yet(hub, tell):
    path = Path(__file__).parent / "shops/stripe/captured_in_part_after_it_was_authorised.json"
    body = orjson.loads(path.read_bytes())["deliveries"][0]["body"]
    charge = {**body["data"]["object"], "captured": False, "amount_captured": 0}
    authorised = {**body, "id": "evt_1SX040", "type": "charge.succeeded", "data": {"object": charge}}
    assert tell("stripe", {"headers": {}, "body": authorised}).json["status"] == "ignored"
    assert tell("stripe", {"headers": {}, "body": body}).json["status"] == "recorded"
    assert hub.get("/api/v1/orders/ch_3SXdef").json["total"] == "39.90"


def test_an_id_that_comes_back_with_something_else_is_kept_and_changes_nothing(hub, tell):
    case = next(one.values[1] for one in CASES if one.id == "shopify-created")
    delivery = case["deliveries"][0]
    tell("shopify", delivery)
    other = {**delivery, "body": {**delivery["body"], "total_price": "1.00"}}
    assert [tell("shopify", other).json["status"] for _ in range(2)] == ["conflicting", "repeated"]
    assert (kept(hub), hub.get("/api/v1/orders/5678901234567").json["total"]) == (2, "99.50")


def test_two_totals_of_one_version_are_kept_and_flagged(hub, tell):
    delivery = next(one.values[1] for one in CASES if one.id == "woocommerce-paid")["deliveries"][1]
    tell("woocommerce", delivery)
    tell("woocommerce", {**delivery, "body": {**delivery["body"], "total": "99.35"}})
    order = hub.get("/api/v1/orders/727").json
    assert (order["is_disputed"], order["total"]) == (True, "99.35")
    assert [(one["field"], one["said"]) for one in order["conflicts"]] == [("total", "99.35")]


def test_another_shops_call_is_refused_where_the_domain_is_set(hub, connect, tell):
    connect("shopify")
    delivery = next(one.values[1] for one in CASES if one.id == "shopify-created")["deliveries"][0]
    for domain, status in (("other.myshopify.com", 401), ("Lamps.myshopify.com", 200)):
        hub.put("/api/v1/integrations/shopify", {"webhook_secret": _SECRET, "shop_domain": domain})
        assert tell("shopify", delivery).status_code == status


def test_a_refund_is_found_by_its_payment_before_and_after_the_session(hub, tell):
    refunded, session = (
        next(one.values[1] for one in CASES if one.id == "stripe-refunded")["deliveries"][place] for place in (1, 0)
    )
    first = tell("stripe", refunded).json["order"]
    assert first["id"] == "pi_3SXabc"
    assert tell("stripe", session).json["order"]["id"] == "cs_test_a1b2c3"
    for number in ("pi_3SXabc", "ch_3SXabc", "cs_test_a1b2c3"):
        assert hub.get(f"/api/v1/orders/{number}").json["order_id"] == "cs_test_a1b2c3"
    assert hub.get("/api/v1/orders/pi_3SXabc/why").status_code == 200


def test_secrets_go_in_and_never_come_out(hub, connect):
    for shop in _SHOPS:
        connect(shop)
    listed = hub.get("/api/v1/integrations")
    assert "whsec" not in listed.text
    assert {one["name"] for one in listed.json["data"]} == set(_SHOPS)
