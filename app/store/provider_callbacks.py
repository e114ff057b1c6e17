"""Calls of providers as they came: kept before anything in them is believed or worked on."""

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, and_, bindparam, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.ids import new_id
from app.store.base import Base, insert
from app.store.columns import Utc
from app.store.many_rows import fetch, write

_EAGER_TRIES = 10
"""So many times a call is worked on as soon as it can be; after that, rarely, for somebody has to look at it."""


FIRST_OPENS = "opened:"
"""What the key of a message's first open begins with: of it there is one for ever, not one for each repeat."""


class ProviderCallbackRow(Base):
    """A verified call of a provider's, byte for byte."""

    __tablename__ = "provider_callbacks"
    __table_args__ = (
        UniqueConstraint("account_id", "digest"),
        Index("ix_provider_callbacks_waiting", "done_at", "woken_at"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    source: Mapped[str]
    """Who called for what: twilio/status, twilio/inbound, sendgrid/events."""
    digest: Mapped[str]
    """Of source, query and body: the same call again is the same row."""
    query: Mapped[str]
    content_type: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(Utc)
    woken_at: Mapped[datetime] = mapped_column(Utc)
    tries: Mapped[int]
    done_at: Mapped[datetime | None] = mapped_column(Utc)
    error: Mapped[str | None]
    """Why nothing could be read in it."""
    body: Mapped[bytes] = mapped_column(LargeBinary)


class ProviderEventRow(Base):
    """A piece of news that was worked on; the same again is recognised by its key."""

    __tablename__ = "provider_events"
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    callback_id: Mapped[str] = mapped_column(index=True)
    """The call that brought it first; the evidence."""


@dataclass(frozen=True, slots=True)
class StoredCallback:
    """A call that waits to be worked on."""

    id: str
    account_id: str
    source: str
    query: str
    content_type: str
    body: bytes
    received_at: datetime


_STORED: tuple[Any, ...] = tuple(getattr(ProviderCallbackRow, field.name) for field in fields(StoredCallback))
_KEEP = (
    insert(ProviderCallbackRow)
    .on_conflict_do_nothing(index_elements=["account_id", "digest"])
    .returning(ProviderCallbackRow.id)
)
_TO_WORK = select(*_STORED).where(
    ProviderCallbackRow.id == bindparam("callback_id"), ProviderCallbackRow.done_at.is_(None)
)
_FINISH = update(ProviderCallbackRow).where(ProviderCallbackRow.id == bindparam("callback_id"))
_WAITING = (
    select(ProviderCallbackRow.id)
    .where(
        ProviderCallbackRow.done_at.is_(None),
        or_(
            and_(ProviderCallbackRow.tries < _EAGER_TRIES, ProviderCallbackRow.woken_at < bindparam("woken_before")),
            ProviderCallbackRow.woken_at < bindparam("paused_before"),
        ),
    )
    .order_by(ProviderCallbackRow.woken_at)
    .limit(bindparam("limit"))
)
_WAKE = (
    update(ProviderCallbackRow)
    .where(ProviderCallbackRow.id.in_(_WAITING))
    .values(woken_at=bindparam("now"), tries=ProviderCallbackRow.tries + 1)
    .returning(ProviderCallbackRow.id)
)
_ADD_EVENTS = (
    insert(ProviderEventRow)
    .on_conflict_do_nothing(index_elements=["account_id", "key"])
    .returning(ProviderEventRow.key)
)


def keep_callback(
    session: Session, account_id: str, source: str, *, query: str, content_type: str, body: bytes, now: datetime
) -> str | None:
    """Keep a call and return its id; None when the very same came before."""
    digest = hashlib.sha256(b"\0".join((source.encode(), query.encode(), body))).hexdigest()
    rows = fetch(
        session,
        _KEEP,
        id=new_id(),
        account_id=account_id,
        source=source,
        digest=digest,
        query=query,
        content_type=content_type,
        received_at=now,
        woken_at=now,
        tries=1,
        body=body,
    )
    return rows[0][0] if rows else None


def callback_to_work(session: Session, callback_id: str) -> StoredCallback | None:
    """Return a call that nobody has finished with."""
    rows = fetch(session, _TO_WORK, callback_id=callback_id)
    return StoredCallback(*rows[0]) if rows else None


def finish_callback(session: Session, callback_id: str, *, error: str | None, now: datetime) -> None:
    """Note that a call is worked off, or that nothing can be read in it."""
    write(session, _FINISH, callback_id=callback_id, done_at=now, error=error)


def wake_callbacks(
    session: Session, *, now: datetime, woken_before: datetime, paused_before: datetime, limit: int
) -> list[str]:
    """Return calls that no queue heard of lately, and mark them as woken; one that fails and fails, rarely."""
    bounds = {"woken_before": woken_before, "paused_before": paused_before, "limit": limit}
    return [row[0] for row in fetch(session, _WAKE, now=now, **bounds)]


def new_events(session: Session, account_id: str, callback_id: str, keys: list[str]) -> set[str]:
    """Remember pieces of news by their keys and return the keys that were new."""
    if not keys:
        return set()
    rows = [{"account_id": account_id, "key": key, "callback_id": callback_id} for key in sorted(set(keys))]
    return set(session.connection().execute(_ADD_EVENTS, rows).scalars())
