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
from app.store.many_rows import add_rows, among_those, checked, fetch
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
_BY_ID = select(MessageRow.id).where(
    checked(MessageRow.account_id) == bindparam("account_id"), among_those(MessageRow.id, "named")
)
_BY_PROVIDER_ID = select(MessageRow.id).where(
    MessageRow.account_id == bindparam("account_id"), among_those(MessageRow.provider_id, "named")
)
_HELD = (
    select(*_DELIVERY)
    .where(checked(MessageRow.account_id) == bindparam("account_id"), among_those(MessageRow.id, "message_ids"))
    .order_by(MessageRow.id)
    .with_for_update(key_share=True)
)
_SAVE = (
    update(MessageRow)
    .where(MessageRow.account_id == bindparam("of_account"), MessageRow.id == bindparam("message_id"))
    .values(lease_until=None)
)
_DELIVERED_AT = (
    select(MessageEventRow.message_id, func.min(MessageEventRow.at))
    .where(
        checked(MessageEventRow.account_id) == bindparam("account_id"),
        among_those(MessageEventRow.message_id, "message_ids"),
        MessageEventRow.type == Status.DELIVERED,
    )
    .group_by(MessageEventRow.message_id)
)
_DELIVERED_AND_REPORTED = _DELIVERED_AT.having(
    func.count(case((MessageEventRow.at.between(bindparam("first"), bindparam("last")), 1))) > 0
)


def hold_deliveries(
    session: Session, account_id: str, *, message_ids: Collection[str], provider_ids: Collection[str]
) -> list[Delivery]:
    """Return an account's messages by our ids, or by a provider's, and hold them until the transaction ends."""
    found: set[str] = set()
    for query, named in ((_BY_ID, message_ids), (_BY_PROVIDER_ID, provider_ids)):
        if named:
            found.update(row[0] for row in fetch(session, query, account_id=account_id, named=list(named)))
    if not found:
        return []
    return [Delivery(*row) for row in fetch(session, _HELD, account_id=account_id, message_ids=list(found))]


def save_deliveries(session: Session, account_id: str, deliveries: Iterable[Delivery]) -> None:
    """Write what reports moved; nobody holds a lease on them any more."""
    rows = [
        {"of_account": account_id, "message_id": one.id, **{name: getattr(one, name) for name in _MOVED}}
        for one in deliveries
    ]
    if rows:
        session.connection().execute(_SAVE, rows)


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
    known = {"account_id": account_id, "message_ids": list(message_ids)}
    if reported is None:
        rows = fetch(session, _DELIVERED_AT, **known)
    else:
        rows = fetch(session, _DELIVERED_AND_REPORTED, **known, first=reported[0], last=reported[1])
    return {row[0]: row[1] for row in rows}
