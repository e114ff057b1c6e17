"""What became of messages after their sending: found by a provider's report, moved forward by it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, select, update
from sqlalchemy.orm import Session

from app.domain.counting import Subject
from app.domain.ids import new_id
from app.domain.message import Status
from app.store.many_rows import add_rows, among
from app.store.messages import MessageEventRow, MessageRow


@dataclass(slots=True)
class Delivery:
    """A message as far as reports on it are concerned."""

    id: str
    channel: str
    recipient: str
    template: str | None
    automation: str | None
    campaign_id: str | None
    untracked_reason: str | None
    status: str
    attempt: int
    provider: str | None
    provider_id: str | None
    sent_at: datetime | None
    error: str | None
    created_at: datetime

    @property
    def subject_of_counts(self) -> Subject:
        """What its figures belong to."""
        return Subject(self.channel, self.template or "", self.automation or "", self.campaign_id or "")


_DELIVERY: tuple[Any, ...] = tuple(getattr(MessageRow, field.name) for field in fields(Delivery))
_MOVED = ("status", "provider", "provider_id", "sent_at", "error")


def hold_deliveries(
    session: Session, account_id: str, *, message_ids: Collection[str], provider_ids: Collection[str]
) -> list[Delivery]:
    """Return an account's messages by our ids, or by a provider's, and hold them until the transaction ends."""
    found = set()
    if message_ids:
        found |= set(_ids(session, account_id, MessageRow.id, message_ids))
    if provider_ids:
        found |= set(_ids(session, account_id, MessageRow.provider_id, provider_ids))
    if not found:
        return []
    query = select(*_DELIVERY).where(MessageRow.account_id == account_id, MessageRow.id.in_(found))
    return [Delivery(*row) for row in session.execute(query.order_by(MessageRow.id).with_for_update(key_share=True))]


def _ids(session: Session, account_id: str, column: Any, values: Collection[str]) -> list[str]:
    query = select(MessageRow.id).where(MessageRow.account_id == account_id, column.in_(set(values)))
    return list(session.execute(query).scalars())


def save_deliveries(session: Session, account_id: str, deliveries: Iterable[Delivery]) -> None:
    """Write what reports moved; nobody holds a lease on them any more."""
    rows = [{"b_id": one.id, **{f"b_{name}": getattr(one, name) for name in _MOVED}} for one in deliveries]
    if not rows:
        return
    moved = update(MessageRow).where(MessageRow.account_id == account_id, MessageRow.id == bindparam("b_id"))
    moved = moved.values({name: bindparam(f"b_{name}") for name in _MOVED} | {"lease_until": None})
    session.connection().execute(moved, rows)


def add_events(session: Session, account_id: str, rows: Iterable[tuple[str, str, datetime, dict[str, Any]]]) -> None:
    """Keep that things happened to messages: (message, type, at, detail)."""
    written = [
        {"id": new_id(), "account_id": account_id, "message_id": message_id, "type": kind, "at": at, "detail": detail}
        for message_id, kind, at, detail in rows
    ]
    add_rows(session, MessageEventRow, written)


def delivered_at(
    session: Session,
    account_id: str,
    message_ids: Iterable[str],
    *,
    reported: tuple[datetime, datetime] | None = None,
) -> dict[str, datetime]:
    """Return when messages first arrived, of those of which it is known; or of which a report lies in between."""
    query = (
        select(MessageEventRow.message_id, func.min(MessageEventRow.at))
        .where(
            MessageEventRow.account_id == account_id,
            among(MessageEventRow.message_id, message_ids),
            MessageEventRow.type == Status.DELIVERED,
        )
        .group_by(MessageEventRow.message_id)
    )
    if reported:
        query = query.having(func.count(case((MessageEventRow.at.between(*reported), 1))) > 0)
    return {row[0]: row[1] for row in session.execute(query)}
