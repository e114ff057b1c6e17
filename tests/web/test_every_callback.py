"""Whoever calls the hub without being asked: on each such address, every way in which a signature can be bad."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import func, select

from app.store.messages import MessageRow
from app.store.orders import OrderNoticeRow, SignupRow
from app.store.provider_callbacks import ProviderCallbackRow
from app.store.shop_deliveries import ShopDeliveryRow
from tests.web import test_provider_hooks as providers
from tests.web import test_shops as shops
from tests.web.conftest import NOW

JSON = "application/json"
STORED = (ProviderCallbackRow, ShopDeliveryRow, OrderNoticeRow, SignupRow, MessageRow)
ORDER = {"order_id": "o-1", "status": "paid", "total": "49.90", "currency": "EUR", "email": "bob@friends.example"}
SIGNUP = {"email": "bob@friends.example", "campaign": "spring"}
TRIGGER = {
    "id": "evt-1",
    "channel": "email",
    "contact": {"email": "bob@friends.example"},
    "message": {"subject": "Hi", "text": "Hi"},
}


@dataclass(frozen=True)
class Callback:
    """One address, a body, and how its caller signs it."""

    path: str
    body: bytes
    signature: str
    """The header in which the signature stands."""
    is_dated: bool
    """The moment is signed, too."""


def first(shop):
    path = sorted((Path(__file__).parent / "shops" / shop).glob("*.json"))[0]
    return orjson.loads(path.read_bytes())["deliveries"][0]


TWILIO, SENDGRID = providers.SIGNATURES
CALLBACKS = [
    Callback(providers.STATUS, b"MessageSid=SM1&MessageStatus=sent", TWILIO, is_dated=False),
    Callback(providers.INBOUND, b"MessageSid=SM1&From=%2B15005550010&Body=Hi", TWILIO, is_dated=False),
    Callback(providers.EVENTS, b'[{"event":"open","sg_message_id":"a"}]', SENDGRID, is_dated=True),
    Callback("/hooks/demo/shopify", orjson.dumps(first("shopify")["body"]), "X-Shopify-Hmac-Sha256", is_dated=False),
    Callback(
        "/hooks/demo/woocommerce", orjson.dumps(first("woocommerce")["body"]), "X-WC-Webhook-Signature", is_dated=False
    ),
    Callback("/hooks/demo/stripe", orjson.dumps(first("stripe")["body"]), "Stripe-Signature", is_dated=True),
    Callback("/hooks/demo/orders", orjson.dumps(ORDER), "webhook-signature", is_dated=True),
    Callback("/hooks/demo/signups", orjson.dumps(SIGNUP), "webhook-signature", is_dated=True),
    Callback("/hooks/demo/triggers", orjson.dumps(TRIGGER), "webhook-signature", is_dated=True),
]
every_callback = pytest.mark.parametrize("callback", CALLBACKS, ids=lambda one: one.path.partition("demo/")[2])


SETTINGS = {
    "twilio": lambda: {"account_sid": "AC1", "auth_token": providers.TOKEN},
    "sendgrid": lambda: {"api_key": "SG.x", "webhook_public_key": providers.public_key(providers.PRIVATE_KEY)},
    **{shop: lambda: {"webhook_secret": shops._SECRET} for shop in ("shopify", "woocommerce", "stripe")},
}
"""What an account tells of those who call it by their own signatures."""


@pytest.fixture
def tell(hub, callback):
    """Make a signed call, changed as asked for: another body or path than was signed, other headers, another moment."""
    if settings := SETTINGS.get(caller(callback)):
        hub.put(f"/api/v1/integrations/{caller(callback)}", settings())

    def send(callback, *, body=None, path=None, at=NOW, **headers):
        signed = signature(hub, callback, at) | headers
        kept = {name: value for name, value in signed.items() if value is not None}
        return hub.client.post(path or callback.path, data=callback.body if body is None else body, headers=kept)

    return send


def caller(callback):
    return callback.path.partition("?")[0].split("/")[3]


def signature(hub, callback, at):
    """Return the headers with which the caller sends it."""
    name = caller(callback)
    if name == "twilio":
        pairs = [tuple(part.replace("%2B", "+").split("=")) for part in callback.body.decode().split("&")]
        return providers.twilio(callback.path, pairs)[1]
    if name == "sendgrid":
        return providers.sendgrid(callback.body, at=at)[1]
    if name in {"shopify", "woocommerce", "stripe"}:
        return {**first(name)["headers"], "Content-Type": JSON, **shops.signed(name, callback.body, at=at)}
    return {"Content-Type": JSON, **hub.signed(callback.body, at=at)}


def stored(hub):
    with hub.transaction() as session:
        return sum(session.execute(select(func.count()).select_from(row)).scalar_one() for row in STORED)


def altered(text, place):
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


@every_callback
def test_a_good_signature_is_taken_and_replayed_it_changes_nothing(hub, tell, callback):
    answers = [tell(callback) for _ in range(2)]
    assert {answer.status_code for answer in answers} <= {200, 202, 204}
    count = stored(hub)
    assert count > 0
    assert tell(callback).status_code == answers[0].status_code
    assert stored(hub) == count


@every_callback
def test_no_other_signature_will_do(hub, tell, callback):
    good = signature(hub, callback, NOW)[callback.signature].removesuffix(",v0=ignored")
    bad = [
        None,
        "",
        " ",
        good[:-9],
        good[: len(good) // 2],
        altered(good, len(good) - 6),
        "AAAA",
        "v1,AAAA",
        "t=1,v1=00",
        "!" * 28,
        "\xff" * 28,
        signature(hub, replace(callback, body=b"Body=another" if caller(callback) == "twilio" else b"[]"), NOW)[
            callback.signature
        ],
    ]
    for value in bad:
        answer = tell(callback, **{callback.signature: value})
        assert (answer.status_code, answer.content_type) == (401, "application/problem+json"), value
    assert stored(hub) == 0


@every_callback
def test_one_byte_more_less_or_other_is_refused(hub, tell, callback):
    body = callback.body
    middle = len(body) // 2
    for other in (
        body + b" ",
        body[:-1],
        body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :],
        b"",
        b"\0" + body,
    ):
        assert tell(callback, body=other).status_code == 401, other
    assert stored(hub) == 0


@every_callback
def test_an_account_takes_no_call_for_another_or_for_nobody(hub, tell, callback):
    for slug in ("other", "nobody", "%00", "%F0%9F%98%80"):
        assert tell(callback, path=callback.path.replace("demo", slug)).status_code in {401, 404}
    assert stored(hub) == 0


@pytest.mark.parametrize(
    "callback", [one for one in CALLBACKS if one.is_dated], ids=lambda one: one.path.partition("demo/")[2]
)
@pytest.mark.parametrize("age", [timedelta(minutes=6), timedelta(days=400), -timedelta(minutes=6)], ids=str)
def test_what_was_signed_long_ago_or_will_be_is_refused(hub, tell, callback, age):
    assert tell(callback, at=NOW - age).status_code == 401
    assert stored(hub) == 0


@every_callback
def test_keys_that_come_twice_are_signed_as_they_came_or_refused(hub, tell, callback):
    is_form = b"=" in callback.body and not callback.body.startswith((b"{", b"["))
    again = b"&MessageSid=SM2" if is_form else b""
    body = callback.body + again if is_form else callback.body.replace(b"{", b'{"order_id":"forged","id":1,', 1)
    assert tell(callback, body=body).status_code == 401
    assert stored(hub) == 0
