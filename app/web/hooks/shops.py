"""Shops: Shopify, WooCommerce and Stripe tell of their orders in their own words, with their own signatures.

Whatever was signed is kept and answered 200, even if nothing can be done with it: a shop that is refused sends the
same again, then gives up on the webhook altogether.
"""

from flask import Response

from app.flow.record_shop_delivery import Delivered, record_shop_delivery
from app.store.shop_deliveries import Fate
from app.web.addresses import order_url
from app.web.answers import json_response
from app.web.callers import verify_shop
from app.web.documents import Resource
from app.web.parts import parts
from app.web.schemas.replies import ShopReply
from integrations import shopify, stripe, woocommerce
from integrations.protocol import Shop

_SHOPS: dict[str, Shop] = {"shopify": shopify, "woocommerce": woocommerce, "stripe": stripe}


def _hook(name: str) -> Resource:
    said = "A shop tells of its orders in its own words."
    return Resource(f"hooks-{name}", "/hooks/<account>", said, security=[{f"{name}Signature": []}])


resources = (_shopify, _woocommerce, _stripe) = _hook("shopify"), _hook("woocommerce"), _hook("stripe")


@_shopify.view("/shopify", method="POST", answers=ShopReply)
def receive_shopify(account: str) -> Response:
    """Take a webhook of Shopify's: orders/create, paid, updated and cancelled, and refunds/create."""
    return _receive(account, "shopify")


@_woocommerce.view("/woocommerce", method="POST", answers=ShopReply)
def receive_woocommerce(account: str) -> Response:
    """Take a webhook of WooCommerce's: order.created, updated, deleted and restored; its unsigned ping gets a 200."""
    return _receive(account, "woocommerce")


@_stripe.view("/stripe", method="POST", answers=ShopReply)
def receive_stripe(account: str) -> Response:
    """Take an event of Stripe's: checkout sessions, refunds, and payments that carry our mark in their metadata."""
    return _receive(account, "stripe")


def _receive(slug: str, name: str) -> Response:
    shop = _SHOPS[name]
    account, call = verify_shop(slug, name, shop)
    if shop.is_ping(call):
        return json_response({"status": "pong", "reason": None, "order": None})
    with parts().transaction() as session:
        delivered = record_shop_delivery(session, account, name, shop, call, now=parts().clock())
    if delivered.fate is Fate.RECORDED and delivered.order_row_id:
        parts().queue.attribute("order", [delivered.order_row_id])
    return json_response(_shown(delivered))


def _shown(delivered: Delivered) -> dict[str, object]:
    number = delivered.order_id
    return {
        "status": delivered.fate,
        "reason": delivered.reason,
        "order": {"id": number, "url": order_url(number)} if number else None,
    }
