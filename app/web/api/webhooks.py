"""Outgoing webhooks: addresses of the account's own, told of events; and the log of what became of it."""

from typing import Any

from flask import Response, request

from app.domain.errors import UnknownError
from app.domain.webhooks import DeliveryStatus
from app.flow.redeliver_event import ping_webhook, redeliver_event
from app.flow.register_webhook import change_webhook, register_webhook, remove_webhook, rotate_secret
from app.store.base import Session
from app.store.webhook_log import Delivery, delivery_by_id, list_deliveries
from app.store.webhooks import Webhook, list_webhooks, webhook_by_id
from app.web.answers import Reply, answer_once
from app.web.callers import Call, verify_api
from app.web.documents import Resource, page_of
from app.web.listing import PageQuery, answer_page, read_page
from app.web.parts import parts
from app.web.schemas.loading import load
from app.web.schemas.webhooks import (
    DeliveryQuery,
    DeliverySchema,
    NewWebhookSchema,
    WebhookChangeSchema,
    WebhookSchema,
    WebhookWithSecretSchema,
)

resource = Resource("webhooks", "/api/v1/webhooks", "Addresses of your own that are told of events.")
_WEBHOOK = WebhookSchema()
_DELIVERY = DeliverySchema()


class DeliveryListQuery(PageQuery, DeliveryQuery):
    """Which part of the log."""


@resource.view("", answers=page_of(WebhookSchema), asks=PageQuery)
def list_all_webhooks() -> Response:
    """List webhooks, the oldest first; secrets are not shown."""
    call = verify_api()
    page = read_page()
    with parts().reading() as session:
        found = list_webhooks(session, call.account.id, after=page.cursor, limit=page.reach)
    return answer_page(_WEBHOOK, found, page, key=lambda webhook: webhook.id, show=_shown)


@resource.view("", method="POST", answers=WebhookWithSecretSchema, status=201, takes=(NewWebhookSchema,))
def register() -> Response:
    """Register a webhook; its secret is in this answer and in no other.

    Calls are signed by Standard Webhooks; one that is not answered with 2xx within 15 seconds is repeated, under the
    same webhook-id, after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 hours.
    """
    call = verify_api()
    body = call.body()
    values = load(NewWebhookSchema(), body)

    def work(session: Session) -> Reply:
        made = register_webhook(
            session, call.account.id, values, private_too=parts().private_webhooks, now=parts().clock()
        )
        return Reply(_WEBHOOK.dump(_shown(made.webhook)), 201, secret=made.secret)

    return answer_once(call, body, work)


@resource.view("/<webhook_id>", answers=WebhookSchema)
def show_webhook(webhook_id: str) -> dict[str, Any]:
    """Read a webhook."""
    call = verify_api()
    with parts().reading() as session:
        return _shown(_known(session, call, webhook_id))


@resource.view("/<webhook_id>", method="PATCH", answers=WebhookSchema, takes=(WebhookChangeSchema,))
def change(webhook_id: str) -> dict[str, Any]:
    """Change a webhook, or switch it off and on; what waits for one that is switched off is given up."""
    call = verify_api()
    values = load(WebhookChangeSchema(), call.body())
    with parts().transaction() as session:
        return _shown(
            change_webhook(
                session,
                call.account.id,
                webhook_id,
                values,
                private_too=parts().private_webhooks,
                now=parts().clock(),
            )
        )


@resource.view("/<webhook_id>", method="DELETE", answers=None, status=204)
def remove(webhook_id: str) -> None:
    """Delete a webhook and its log."""
    call = verify_api()
    with parts().transaction() as session:
        remove_webhook(session, call.account.id, webhook_id)


@resource.view("/<webhook_id>/rotate-secret", method="POST", answers=WebhookWithSecretSchema)
def rotate(webhook_id: str) -> Response:
    """Get a new secret; for 24 hours each call is signed with the new one and with the old one."""
    call = verify_api()

    def work(session: Session) -> Reply:
        made = rotate_secret(session, call.account.id, webhook_id, now=parts().clock())
        return Reply(_WEBHOOK.dump(_shown(made.webhook)), 200, secret=made.secret)

    return answer_once(call, _body_if_any(call), work)


@resource.view("/<webhook_id>/test", method="POST", answers=DeliverySchema, status=202)
def ping(webhook_id: str) -> Response:
    """Send the webhook an event of type ping, whatever it listens to; the log tells how it went."""
    call = verify_api()

    def work(session: Session) -> Reply:
        pinged = ping_webhook(session, call.account.id, webhook_id, now=parts().clock())
        return Reply(_DELIVERY.dump(_logged(pinged)))

    return answer_once(call, _body_if_any(call), work)


@resource.view("/<webhook_id>/deliveries", answers=page_of(DeliverySchema), asks=DeliveryListQuery)
def list_all_deliveries(webhook_id: str) -> Response:
    """List what the webhook was told within the last 30 days, the newest first, with every attempt."""
    call = verify_api()
    page = read_page()
    status = load(DeliveryQuery(), request.args).get("status")
    with parts().reading() as session:
        _known(session, call, webhook_id)
        found = list_deliveries(
            session, call.account.id, webhook_id, before=page.cursor, limit=page.reach, status=status
        )
    return answer_page(_DELIVERY, found, page, key=lambda delivery: delivery.id, show=_logged)


@resource.view("/<webhook_id>/deliveries/<delivery_id>", answers=DeliverySchema)
def show_delivery(webhook_id: str, delivery_id: str) -> dict[str, Any]:
    """Read one delivery."""
    call = verify_api()
    with parts().reading() as session:
        found = delivery_by_id(session, call.account.id, webhook_id, delivery_id)
    if found is None:
        raise UnknownError("delivery", delivery_id)
    return _logged(found)


@resource.view("/<webhook_id>/deliveries/<delivery_id>/redeliver", method="POST", answers=DeliverySchema, status=202)
def redeliver(webhook_id: str, delivery_id: str) -> Response:
    """Deliver an event once more, under the same webhook-id; its retries begin anew."""
    call = verify_api()

    def work(session: Session) -> Reply:
        again = redeliver_event(session, call.account.id, webhook_id, delivery_id, now=parts().clock())
        return Reply(_DELIVERY.dump(_logged(again)))

    return answer_once(call, _body_if_any(call), work)


def _body_if_any(call: Call) -> dict[str, Any]:
    return call.body() if call.raw else {}


def _known(session: Session, call: Call, webhook_id: str) -> Webhook:
    webhook = webhook_by_id(session, call.account.id, webhook_id)
    if webhook is None:
        raise UnknownError("webhook", webhook_id)
    return webhook


def _shown(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "url": webhook.url,
        "events": webhook.events,
        "description": webhook.description,
        "enabled": webhook.disabled_at is None,
        "disabled_at": webhook.disabled_at,
        "disabled_reason": webhook.disabled_reason,
        "failing_since": webhook.failing_since,
        "created_at": webhook.created_at,
        "updated_at": webhook.updated_at,
    }


def _logged(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "event_id": delivery.event_id,
        "type": delivery.type,
        "status": delivery.status,
        "created_at": delivery.created_at,
        "next_attempt_at": delivery.due_at if delivery.status == DeliveryStatus.PENDING else None,
        "body": delivery.body,
        "attempts": delivery.attempts,
    }
