"""An account has a webhook told of something once more, or tries whether it can be told at all."""

from datetime import datetime

from app.domain.errors import ConflictError, UnknownError
from app.domain.webhooks import PING, event_body
from app.flow.register_webhook import held_webhook
from app.store.base import Session
from app.store.webhook_deliveries import add_events, redeliver
from app.store.webhook_log import Delivery, delivery_by_id
from app.store.webhooks import Webhook


def redeliver_event(session: Session, account_id: str, webhook_id: str, delivery_id: str, *, now: datetime) -> Delivery:
    """Make a delivery due now, under the same id as before; its retries begin anew.

    Raises:
        UnknownError: there is no such webhook or delivery.
        ConflictError: the webhook is disabled.
    """
    _enabled(session, account_id, webhook_id)
    # What is under way just now is being delivered already.
    redeliver(session, account_id, webhook_id, delivery_id, now)
    return _found(session, account_id, webhook_id, delivery_id)


def ping_webhook(session: Session, account_id: str, webhook_id: str, *, now: datetime) -> Delivery:
    """Send a webhook an event of no consequence, whatever it listens to.

    Raises:
        UnknownError: there is no such webhook.
        ConflictError: the webhook is disabled.
    """
    webhook = _enabled(session, account_id, webhook_id)
    ping = (PING, now, event_body(PING, now, {"webhook_id": webhook.id}))
    [delivery_id] = add_events(session, account_id, [ping], {PING: [webhook.id]}, now)
    return _found(session, account_id, webhook_id, delivery_id)


def _enabled(session: Session, account_id: str, webhook_id: str) -> Webhook:
    webhook = held_webhook(session, account_id, webhook_id)
    if webhook.disabled_at:
        raise ConflictError(f"The webhook is disabled ({webhook.disabled_reason}); enable it first.")
    return webhook


def _found(session: Session, account_id: str, webhook_id: str, delivery_id: str) -> Delivery:
    delivery = delivery_by_id(session, account_id, webhook_id, delivery_id)
    if delivery is None:
        raise UnknownError("delivery", delivery_id)
    return delivery
