"""Webhooks are called about what is due, and how each call ended is written down.

A delivery is claimed, for as long as a lease, before the call; no transaction is open during it. Whoever was killed in
the middle of a call leaves a lease that ends, and the next worker calls again: at least once, always with the same id.
A worker that slept through its lease finds another number on the delivery, and writes nothing.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from app.domain.webhooks import PATIENCE, DeliveryStatus, wait_after
from app.store.base import Session, Transaction
from app.store.webhook_deliveries import (
    Claimed,
    add_attempt,
    cancel_pending,
    claim_due,
    event_body,
    is_any_due,
    settle_delivery,
)
from app.store.webhooks import calls_succeed, change_webhook, hold_webhook, signing_secrets, webhook_by_id
from integrations.protocol import WebhookAnswer, WebhookCall, WebhookCaller

LEASE = timedelta(seconds=45)
"""Three times what a call may take."""
_LONGEST_ASKED_WAIT_S = 86_400
GONE, FAILING = "gone", "failing"
"""Why a webhook is disabled: it said so with a 410, or no call has succeeded for days."""


@dataclass(frozen=True, slots=True)
class Due:
    """A call to be made now, by this worker."""

    claimed: Claimed
    call: WebhookCall


def claim_calls(
    *, transaction: Transaction, reading: Transaction, now: datetime, room: Mapping[str, int], each: int, limit: int
) -> list[Due]:
    """Return up to ``limit`` calls that are due, at most ``each`` for one webhook (``room`` where some are under way).

    Looking for work holds up no writer; only what is found is claimed.
    """
    with reading() as session:
        if not is_any_due(session, now):
            return []
    with transaction() as session:
        found = claim_due(session, now=now, lease_until=now + LEASE, room=room, each=each, limit=limit)
        return [due for claimed in found if (due := _due(session, claimed, now))]


def _due(session: Session, claimed: Claimed, now: datetime) -> Due | None:
    webhook = webhook_by_id(session, claimed.account_id, claimed.webhook_id)
    if webhook is None:
        return None
    secrets = signing_secrets(session, claimed.account_id, webhook.id, now)
    body = event_body(session, claimed.account_id, claimed.event_id)
    return Due(claimed, WebhookCall(webhook.url, secrets, claimed.event_id, now, body))


def notify_webhook(
    due: Due, *, caller: WebhookCaller, transaction: Transaction, clock: Callable[[], datetime]
) -> DeliveryStatus | None:
    """Make one call; None when somebody else has the delivery by the time it ends, or it was deleted."""
    began_at, started = clock(), time.monotonic()
    answer = caller.call(due.call)
    duration_ms = int((time.monotonic() - started) * 1000)
    claimed, now = due.claimed, clock()
    with transaction() as session:
        if answer.error is None:
            calls_succeed(session, claimed.account_id, claimed.webhook_id)
            outcome: dict[str, Any] = {"status": DeliveryStatus.DELIVERED, "due_at": now, "failures": 0}
        else:
            outcome = _failed(session, claimed, answer, now)
        if not settle_delivery(session, claimed, **outcome):
            return None
        add_attempt(
            session,
            claimed,
            at=began_at,
            duration_ms=duration_ms,
            status_code=answer.status_code,
            error=answer.error,
            excerpt=answer.excerpt,
        )
    return DeliveryStatus(outcome["status"])


def _failed(session: Session, claimed: Claimed, answer: WebhookAnswer, now: datetime) -> dict[str, Any]:
    """Note a failed call on its webhook, and return what becomes of the delivery."""
    failures = claimed.failures + 1
    is_gone = answer.status_code == HTTPStatus.GONE
    reason = _note(session, claimed, is_gone=is_gone, now=now)
    wait = wait_after(failures, random.random())  # noqa: S311 - spreads the load, guards nothing.
    if is_gone or wait is None:
        return {"status": DeliveryStatus.FAILED, "due_at": now, "failures": failures}
    if reason:
        return {"status": DeliveryStatus.CANCELLED, "due_at": now, "failures": failures}
    asked = timedelta(seconds=min(answer.retry_after_s or 0, _LONGEST_ASKED_WAIT_S))
    return {"status": DeliveryStatus.PENDING, "due_at": now + max(wait, asked), "failures": failures}


def _note(session: Session, claimed: Claimed, *, is_gone: bool, now: datetime) -> str | None:
    """Disable the webhook if it is to be called no more; return why it is disabled."""
    webhook = hold_webhook(session, claimed.account_id, claimed.webhook_id)
    if webhook is None or webhook.disabled_at:
        return webhook.disabled_reason if webhook else None
    since = webhook.failing_since or now
    reason = GONE if is_gone else FAILING if now - since >= PATIENCE else None
    changes: dict[str, Any] = {"failing_since": since}
    if reason:
        changes |= {"disabled_at": now, "disabled_reason": reason}
        cancel_pending(session, claimed.account_id, webhook.id)
    change_webhook(session, claimed.account_id, webhook.id, **changes)
    return reason
