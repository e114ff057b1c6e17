"""Sends: messages on their way from the queue to a provider, each held by one worker at a time."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.domain.counting import Subject
from app.domain.message import Status
from app.store.messages import MessageRow


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that was claimed and is to be composed and sent."""

    id: str
    account_id: str
    channel: str
    contact_id: str
    recipient: str
    sender: str | None
    template: str | None
    automation: str | None
    campaign_id: str | None
    advocate_id: str | None
    purpose: str
    source: dict[str, Any]
    link_host: str | None
    untracked_reason: str | None
    code: str
    share_token: str
    attempt: int

    @property
    def subject_of_counts(self) -> Subject:
        """What its figures belong to."""
        return Subject(self.channel, self.template or "", self.automation or "", self.campaign_id or "")


_DRAFT: tuple[Any, ...] = tuple(getattr(MessageRow, field.name) for field in fields(Draft))
_KNOWN_ENDS = frozenset({Status.SENT, Status.DELIVERED, Status.FAILED})


def claim(session: Session, message_id: str, *, now: datetime, lease_until: datetime) -> Draft | None:
    """Move a due message from queued to sending; None when another worker has it, or it is not due."""
    claimed = (
        update(MessageRow)
        .where(MessageRow.id == message_id, MessageRow.status == Status.QUEUED, MessageRow.send_at <= now)
        .values(status=Status.SENDING, attempt=MessageRow.attempt + 1, lease_until=lease_until)
        .returning(*_DRAFT)
    )
    row = session.execute(claimed).one_or_none()
    return Draft(*row) if row else None


def settle(session: Session, message_id: str, attempt: int, **values: Any) -> bool:
    """Write how this attempt ended; False when somebody else has the message, or knows better, meanwhile.

    An attempt that was given up as unknown may still learn how it ended, since nobody sends an unknown message again.
    """
    open_states = [Status.SENDING, Status.UNKNOWN] if values["status"] in _KNOWN_ENDS else [Status.SENDING]
    settled = update(MessageRow).where(
        MessageRow.id == message_id, MessageRow.status.in_(open_states), MessageRow.attempt == attempt
    )
    done = session.execute(settled.values(lease_until=None, **values).returning(MessageRow.id))
    return done.one_or_none() is not None


def save_composed(session: Session, message_id: str, attempt: int, **values: Any) -> bool:
    """Keep the body as it will be sent; False when the lease passed to somebody else meanwhile."""
    kept = update(MessageRow).where(
        MessageRow.id == message_id, MessageRow.status == Status.SENDING, MessageRow.attempt == attempt
    )
    return session.execute(kept.values(**values).returning(MessageRow.id)).one_or_none() is not None


def wake_due(session: Session, *, now: datetime, woken_before: datetime, limit: int) -> list[str]:
    """Return queued messages that are due and that no queue heard of lately, and mark them as woken."""
    due = (
        select(MessageRow.id)
        .where(
            MessageRow.status == Status.QUEUED,
            MessageRow.send_at <= now,
            or_(MessageRow.woken_at.is_(None), MessageRow.woken_at < woken_before),
        )
        .order_by(MessageRow.send_at)
        .limit(limit)
    )
    woken = update(MessageRow).where(MessageRow.id.in_(due)).values(woken_at=now).returning(MessageRow.id)
    return list(session.execute(woken.execution_options(synchronize_session=False)).scalars())


def abandoned(session: Session, *, now: datetime, limit: int) -> list[tuple[str, str, int]]:
    """Return (account, message, attempt) of sends whose lease ran out: their worker is gone."""
    query = select(MessageRow.account_id, MessageRow.id, MessageRow.attempt).where(
        MessageRow.status == Status.SENDING, MessageRow.lease_until < now
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query.limit(limit))]


def release(
    session: Session,
    account_id: str,
    message_id: str,
    *,
    link_host: str | None,
    untracked_reason: str | None,
    now: datetime,
) -> bool:
    """Move a held message back to the queue; False when it is not held."""
    released = (
        update(MessageRow)
        .where(MessageRow.account_id == account_id, MessageRow.id == message_id, MessageRow.status == Status.HELD)
        .values(status=Status.QUEUED, link_host=link_host, untracked_reason=untracked_reason, error=None, woken_at=now)
    )
    return session.execute(released.returning(MessageRow.id)).one_or_none() is not None
