"""What became of deliveries, to be read by their account, and forgotten after a while."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from app.store.webhook_deliveries import WebhookAttemptRow, WebhookDeliveryRow, WebhookEventRow

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, and how it ended."""

    number: int
    at: datetime
    duration_ms: int
    status_code: int | None
    error: str | None
    excerpt: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as its account sees it."""

    id: str
    event_id: str
    type: str
    status: str
    due_at: datetime
    created_at: datetime
    body: str
    attempts: tuple[Attempt, ...] = ()


_DELIVERY = (
    WebhookDeliveryRow.id,
    WebhookDeliveryRow.event_id,
    WebhookEventRow.type,
    WebhookDeliveryRow.status,
    WebhookDeliveryRow.due_at,
    WebhookDeliveryRow.created_at,
    WebhookEventRow.body,
)
_ATTEMPT = (
    WebhookAttemptRow.number,
    WebhookAttemptRow.at,
    WebhookAttemptRow.duration_ms,
    WebhookAttemptRow.status_code,
    WebhookAttemptRow.error,
    WebhookAttemptRow.excerpt,
)


def list_deliveries(
    session: Session, account_id: str, webhook_id: str, *, before: str | None, limit: int, status: str | None = None
) -> list[Delivery]:
    """Return deliveries to a webhook with their tries, the newest first, from behind ``before``."""
    query = _of_webhook(account_id, webhook_id)
    if before:
        query = query.where(WebhookDeliveryRow.id < before)
    if status:
        query = query.where(WebhookDeliveryRow.status == status)
    return _with_attempts(session, account_id, query.order_by(WebhookDeliveryRow.id.desc()).limit(limit))


def delivery_by_id(session: Session, account_id: str, webhook_id: str, delivery_id: str) -> Delivery | None:
    """Return one delivery to a webhook with its tries."""
    query = _of_webhook(account_id, webhook_id).where(WebhookDeliveryRow.id == delivery_id)
    return next(iter(_with_attempts(session, account_id, query)), None)


def _of_webhook(account_id: str, webhook_id: str) -> Select[*tuple[Any, ...]]:
    return (
        select(*_DELIVERY)
        .join(WebhookEventRow, WebhookEventRow.id == WebhookDeliveryRow.event_id)
        .where(WebhookDeliveryRow.account_id == account_id, WebhookDeliveryRow.webhook_id == webhook_id)
    )


def _with_attempts(session: Session, account_id: str, query: Select[*tuple[Any, ...]]) -> list[Delivery]:
    rows: Sequence[Any] = session.execute(query).all()
    tries: dict[str, list[Attempt]] = {row[0]: [] for row in rows}
    made = select(WebhookAttemptRow.delivery_id, *_ATTEMPT).where(
        WebhookAttemptRow.account_id == account_id, WebhookAttemptRow.delivery_id.in_(tries)
    )
    for row in session.execute(made.order_by(WebhookAttemptRow.number)):
        tries[row[0]].append(Attempt(*row[1:]))
    return [replace(Delivery(*row), attempts=tuple(tries[row[0]])) for row in rows]


def forget_webhook(session: Session, account_id: str, webhook_id: str) -> None:
    """Delete the log of a webhook that is about to be deleted."""
    of_webhook = (WebhookDeliveryRow.account_id == account_id, WebhookDeliveryRow.webhook_id == webhook_id)
    _forget(session, select(WebhookDeliveryRow.id).where(*of_webhook))


def forget_before(session: Session, moment: datetime) -> int:
    """Delete some of the events that came before ``moment``, whoever's they are; return how many."""
    old = select(WebhookEventRow.id).where(WebhookEventRow.created_at < moment).limit(_AT_ONCE)
    events: Sequence[str] = list(session.execute(old).scalars())
    if events:
        _forget(session, select(WebhookDeliveryRow.id).where(WebhookDeliveryRow.event_id.in_(events)))
        session.execute(delete(WebhookEventRow).where(WebhookEventRow.id.in_(events)))
    return len(events)


def _forget(session: Session, deliveries: Select[*tuple[Any, ...]]) -> None:
    for row, key in ((WebhookAttemptRow, WebhookAttemptRow.delivery_id), (WebhookDeliveryRow, WebhookDeliveryRow.id)):
        forgotten = delete(row).where(key.in_(deliveries.scalar_subquery()))
        session.execute(forgotten.execution_options(synchronize_session=False))
