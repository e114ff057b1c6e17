"""A shop in the manner of Shopify's, on a port of its own: pages with the hub's scripts, a cart, a webhook."""

import base64
import hashlib
import hmac
import json
import threading
from typing import Any, Self

import requests
from werkzeug import Request, Response
from werkzeug.serving import make_server

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Tea</title><script>var Shopify = {{}}</script>
<script src="{hub}/mbsy.js" async></script></head>
<body><h1>Tea</h1>
<script src="{hub}/widget.js" data-campaign="tea" data-advocate="{advocate}" async></script></body></html>
"""


class ShopSite:
    """Answers from entering to leaving; whoever is signed in is the advocate of the widget."""

    host = "www.tea.localhost"
    secret = "shpss_of_the_tests"

    def __init__(self) -> None:
        self.hub = self.advocate = ""
        self.attributes: dict[str, str] = {}
        self._server = make_server("127.0.0.1", 0, Request.application(self._answer), threaded=True)
        self.url = f"http://{self.host}:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: Request) -> Response:
        if not request.path.startswith("/cart"):
            return Response(_PAGE.format(hub=self.hub, advocate=self.advocate), mimetype="text/html")
        if request.method == "POST":
            self.attributes |= request.get_json()["attributes"]
        return Response(json.dumps({"attributes": self.attributes}), mimetype="application/json")

    def order(self, number: int, webhook: str) -> requests.Response:
        """Check out the cart, and tell the hub of the order."""
        order: dict[str, Any] = {
            "id": number,
            "currency": "EUR",
            "total_price": "12.50",
            "financial_status": "paid",
            "created_at": "2026-11-22T12:00:00Z",
            "updated_at": "2026-11-22T12:00:00Z",
            "note_attributes": [{"name": name, "value": value} for name, value in self.attributes.items()],
        }
        raw = json.dumps(order).encode()
        signature = base64.b64encode(hmac.digest(self.secret.encode(), raw, hashlib.sha256)).decode()
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": "orders/create",
            "X-Shopify-Webhook-Id": f"delivery-{number}",
            "X-Shopify-Hmac-Sha256": signature,
        }
        return requests.post(webhook, data=raw, headers=headers, timeout=20)
