"""A view and what the OpenAPI document says of it, in one typed decorator.

The document has no part in answering a call, but for the schema that turns what a view returns into JSON. Bodies and
queries are read by the views, after they know who is calling.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask_smorest import Blueprint  # type: ignore[import-untyped]
from marshmallow import Schema, fields

View = TypeVar("View", bound=Callable[..., Any])
_Described = type[Schema] | dict[str, Any]

BEARER: list[dict[str, list[str]]] = [{"apiKey": []}]
SIGNED_OR_BEARER: list[dict[str, list[str]]] = [
    {"apiKey": []},
    {"webhookId": [], "webhookTimestamp": [], "webhookSignature": []},
]
TWILIO_SIGNATURE: list[dict[str, list[str]]] = [{"twilioSignature": []}]
SENDGRID_SIGNATURE: list[dict[str, list[str]]] = [{"sendgridSignature": [], "sendgridTimestamp": []}]
SECURITY_SCHEMES: dict[str, dict[str, str]] = {
    "apiKey": {"type": "http", "scheme": "bearer", "description": "An API key of the account."},
    "webhookId": {"type": "apiKey", "in": "header", "name": "webhook-id"},
    "webhookTimestamp": {"type": "apiKey", "in": "header", "name": "webhook-timestamp"},
    "webhookSignature": {"type": "apiKey", "in": "header", "name": "webhook-signature"},
    "shopifySignature": {"type": "apiKey", "in": "header", "name": "X-Shopify-Hmac-Sha256"},
    "woocommerceSignature": {"type": "apiKey", "in": "header", "name": "X-WC-Webhook-Signature"},
    "stripeSignature": {"type": "apiKey", "in": "header", "name": "Stripe-Signature"},
    "twilioSignature": {"type": "apiKey", "in": "header", "name": "X-Twilio-Signature"},
    "sendgridSignature": {"type": "apiKey", "in": "header", "name": "X-Twilio-Email-Event-Webhook-Signature"},
    "sendgridTimestamp": {"type": "apiKey", "in": "header", "name": "X-Twilio-Email-Event-Webhook-Timestamp"},
}
_IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "The same key and body get the same answer; the same key with another body gets 409.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}
_REFUSALS = ("UNAUTHORIZED", "NOT_FOUND", "UNPROCESSABLE_ENTITY", "CONFLICT")


class Resource:
    """A group of views under one address."""

    def __init__(self, name: str, url_prefix: str, description: str, *, security: Any = None) -> None:
        """``security`` is how callers prove who they are, where an API key is not the only way."""
        self.blueprint = Blueprint(name, __name__, url_prefix=url_prefix, description=description)
        self._security = {"security": security} if security else {}

    def view(
        self,
        rule: str,
        *,
        answers: type[Schema] | None,
        method: str = "GET",
        status: int = 200,
        may_exist: bool = False,
        takes: tuple[_Described, ...] = (),
        asks: type[Schema] | None = None,
    ) -> Callable[[View], View]:
        """Register and describe a view.

        Args:
            rule: what follows the prefix in its address.
            answers: what a successful answer holds; None where it is empty.
            method: the one it answers.
            status: that of a successful answer.
            may_exist: whether what was there already is answered with 200.
            takes: what the body may be.
            asks: what the query may hold.
        """
        described: dict[str, Any] = dict(self._security)
        if takes:
            schema: Any = takes[0] if len(takes) == 1 else {"anyOf": list(takes)}
            described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
        if asks:
            described["parameters"] = [{"in": "query", "schema": asks}]
        elif method == "POST":
            described["parameters"] = [_IDEMPOTENCY_KEY]

        def register(view: View) -> View:
            answering = self.blueprint.response(status, answers)(view)
            if may_exist:
                answering = self.blueprint.alt_response(200, schema=answers, description="It was there.")(answering)
            documented = self.blueprint.doc(**described)(answering)
            return cast(View, self.blueprint.route(rule, methods=[method])(documented))

        return register


def page_of(schema: type[Schema]) -> type[Schema]:
    """Return the schema of a list's page."""
    described: dict[str, Any] = {
        "data": fields.List(fields.Nested(schema), required=True),
        "next_cursor": fields.String(required=True, allow_none=True),
    }
    return Schema.from_dict(described, name=schema.__name__.removesuffix("Schema") + "Page")
