"""Events as webhooks are told of them: each written once, delivered to each webhook by itself, every try logged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.ids import new_id
from app.domain.webhooks import DeliveryStatus
from app.store.base import Base, insert
from app.store.columns import Utc
from app.store.many_rows import among_those, fetch, write
from app.store.webhooks import WebhookRow


class WebhookEventRow(Base):
    """Something that happened, in the very bytes that every call about it carries; its id is their ``webhook-id``."""

    __tablename__ = "webhook_events"
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    type: Mapped[str]
    at: Mapped[datetime] = mapped_column(Utc)
    created_at: Mapped[datetime] = mapped_column(Utc, index=True)
    body: Mapped[str]


class WebhookDeliveryRow(Base):
    """One event on its way to one webhook."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        # Found by both questions: what is due at all, and what of one webhook.
        Index(None, "status", "due_at"),
        Index(None, "webhook_id", "status", "due_at"),
        Index(None, "event_id"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id"))
    event_id: Mapped[str] = mapped_column(ForeignKey("webhook_events.id"))
    status: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(Utc)
    """While it is pending: when the next try is due. While it is being sent: when its worker's lease ends."""
    attempt: Mapped[int]
    """The number of the last try, and the fence: a worker whose number is not the last one any more writes nothing."""
    failures: Mapped[int]
    """In a row; a redelivery starts to count anew."""
    created_at: Mapped[datetime] = mapped_column(Utc)


class WebhookAttemptRow(Base):
    """One try, and how it ended."""

    __tablename__ = "webhook_attempts"
    delivery_id: Mapped[str] = mapped_column(ForeignKey("webhook_deliveries.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(Utc)
    duration_ms: Mapped[int]
    status_code: Mapped[int | None]
    error: Mapped[str | None]
    excerpt: Mapped[str]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is this worker's to make."""

    id: str
    account_id: str
    webhook_id: str
    event_id: str
    attempt: int
    failures: int


_CLAIMED = (
    WebhookDeliveryRow.id,
    WebhookDeliveryRow.account_id,
    WebhookDeliveryRow.webhook_id,
    WebhookDeliveryRow.event_id,
    WebhookDeliveryRow.attempt,
    WebhookDeliveryRow.failures,
)
_PENDING = (WebhookDeliveryRow.status == DeliveryStatus.PENDING, WebhookDeliveryRow.due_at <= bindparam("now"))
_ABANDONED = (WebhookDeliveryRow.status == DeliveryStatus.SENDING, WebhookDeliveryRow.due_at <= bindparam("now"))
_ANY = tuple(select(WebhookDeliveryRow.id).where(*one).limit(1) for one in (_PENDING, _ABANDONED))
_TAKE_OVER = update(WebhookDeliveryRow).where(*_ABANDONED).values(status=DeliveryStatus.PENDING)
_WAITING_SINCE = (
    select(WebhookDeliveryRow.due_at)
    .where(WebhookDeliveryRow.webhook_id == WebhookRow.id, *_PENDING)
    # Not min(): this way the index gives the first, and nobody walks through a backlog.
    .order_by(WebhookDeliveryRow.due_at)
    .limit(1)
    .scalar_subquery()
)
_WAITING = (
    select(WebhookRow.id, WebhookRow.failing_since)
    .where(
        WebhookRow.disabled_at.is_(None),
        WebhookRow.id.not_in(bindparam("full", expanding=True)),
        _WAITING_SINCE.is_not(None),
    )
    .order_by(_WAITING_SINCE)
)
_OLDEST = (
    select(WebhookDeliveryRow.id)
    .where(WebhookDeliveryRow.webhook_id == bindparam("webhook_id"), *_PENDING)
    .order_by(WebhookDeliveryRow.due_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(WebhookDeliveryRow)
    .where(among_those(WebhookDeliveryRow.id, "ids"))
    .values(status=DeliveryStatus.SENDING, due_at=bindparam("lease_until"), attempt=WebhookDeliveryRow.attempt + 1)
    .returning(*_CLAIMED)
)
_SETTLE = (
    update(WebhookDeliveryRow)
    .where(
        WebhookDeliveryRow.account_id == bindparam("of_account"),
        WebhookDeliveryRow.id == bindparam("delivery_id"),
        WebhookDeliveryRow.status == DeliveryStatus.SENDING,
        WebhookDeliveryRow.attempt == bindparam("its_attempt"),
    )
    .returning(WebhookDeliveryRow.id)
)
_BODY = select(WebhookEventRow.body).where(
    WebhookEventRow.account_id == bindparam("account_id"), WebhookEventRow.id == bindparam("event_id")
)
_ADD_EVENTS = insert(WebhookEventRow)
_ADD_DELIVERIES = insert(WebhookDeliveryRow)
_ADD_ATTEMPT = insert(WebhookAttemptRow)


def add_events(
    session: Session,
    account_id: str,
    events: Sequence[tuple[str, datetime, str]],
    listeners: Mapping[str, Sequence[str]],
    now: datetime,
) -> list[str]:
    """Store events (type, at, body), due at once at every webhook that listens; return the deliveries' ids."""
    rows = [
        {"id": new_id(), "account_id": account_id, "type": kind, "at": at, "created_at": now, "body": body}
        for kind, at, body in events
        if listeners.get(kind)
    ]
    deliveries: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "account_id": account_id,
            "webhook_id": webhook_id,
            "event_id": row["id"],
            "status": DeliveryStatus.PENDING,
            "due_at": now,
            "attempt": 0,
            "failures": 0,
            "created_at": now,
        }
        for row in rows
        for webhook_id in listeners[str(row["type"])]
    ]
    if rows:
        session.connection().execute(_ADD_EVENTS, rows)
        session.connection().execute(_ADD_DELIVERIES, deliveries)
    return [delivery["id"] for delivery in deliveries]


def is_any_due(session: Session, now: datetime) -> bool:
    """Tell whether anything is due, or was left behind by a worker that ended in the middle of a call."""
    return any(fetch(session, one, now=now) for one in _ANY)


def claim_due(
    session: Session,
    *,
    now: datetime,
    lease_until: datetime,
    room: Mapping[str, int],
    each: int,
    limit: int,
) -> list[Claimed]:
    """Take up to ``limit`` deliveries that are due, each webhook's oldest first; ``each`` for one webhook, at most.

    ``room`` says for a webhook that is being called already how many more calls it may get; one whose calls fail gets
    one at a time. What a worker left behind when its lease ended is taken over.
    """
    write(session, _TAKE_OVER, now=now)
    claimed: list[Claimed] = []
    full = [webhook_id for webhook_id, left in room.items() if left <= 0]
    waiting = _waiting(session, now, full)
    # Who is called least comes first: a backlog of some must not make the others wait for its end.
    for webhook_id, is_failing in sorted(waiting, key=lambda found: -room.get(found[0], each)):
        # An address that does not answer would otherwise keep the workers from those that do.
        most = min(room.get(webhook_id, each) - (each - 1 if is_failing else 0), limit - len(claimed))
        if most > 0:
            claimed += _claim(session, webhook_id, now=now, lease_until=lease_until, limit=most)
    return claimed


def _waiting(session: Session, now: datetime, full: Sequence[str]) -> list[tuple[str, bool]]:
    """Return (id, are its calls failing) of enabled webhooks with something due, the longest waiting one first."""
    rows = fetch(session, _WAITING, now=now, full=full)
    return [(webhook_id, since is not None) for webhook_id, since in rows]


def _claim(session: Session, webhook_id: str, *, now: datetime, lease_until: datetime, limit: int) -> list[Claimed]:
    # Looked up first: inside an UPDATE, PostgreSQL may run a locking subquery more than once.
    oldest = [row[0] for row in fetch(session, _OLDEST, webhook_id=webhook_id, now=now, limit=limit)]
    return [Claimed(*row) for row in fetch(session, _CLAIM, ids=oldest, lease_until=lease_until)]


def event_body(session: Session, account_id: str, event_id: str) -> str:
    """Return what a call about an event carries."""
    [row] = fetch(session, _BODY, account_id=account_id, event_id=event_id)
    return str(row[0])


def settle_delivery(session: Session, claimed: Claimed, **values: Any) -> bool:
    """Write how a try ended; False when somebody else has the delivery meanwhile, or it is gone."""
    which = {"of_account": claimed.account_id, "delivery_id": claimed.id, "its_attempt": claimed.attempt}
    return bool(fetch(session, _SETTLE, **which, **values))


def add_attempt(session: Session, claimed: Claimed, **values: Any) -> None:
    """Log a try."""
    tried = {"delivery_id": claimed.id, "account_id": claimed.account_id, "number": claimed.attempt}
    write(session, _ADD_ATTEMPT, **tried, **values)


def cancel_pending(session: Session, account_id: str, webhook_id: str) -> None:
    """Give up what a webhook has not been told yet; calls under way end as they end."""
    cancelled = update(WebhookDeliveryRow).where(
        WebhookDeliveryRow.account_id == account_id,
        WebhookDeliveryRow.webhook_id == webhook_id,
        WebhookDeliveryRow.status == DeliveryStatus.PENDING,
    )
    session.execute(cancelled.values(status=DeliveryStatus.CANCELLED))


def redeliver(session: Session, account_id: str, webhook_id: str, delivery_id: str, now: datetime) -> bool:
    """Make a delivery due now, its tries counted anew; False when it is under way, or there is none."""
    again = update(WebhookDeliveryRow).where(
        WebhookDeliveryRow.account_id == account_id,
        WebhookDeliveryRow.webhook_id == webhook_id,
        WebhookDeliveryRow.id == delivery_id,
        WebhookDeliveryRow.status != DeliveryStatus.SENDING,
    )
    values = {"status": DeliveryStatus.PENDING, "due_at": now, "failures": 0}
    return session.execute(again.values(**values).returning(WebhookDeliveryRow.id)).one_or_none() is not None
