"""Webhooks: the addresses of an account's own that are told of events."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ForeignKey, bindparam, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.ids import new_id
from app.store.base import Base, insert
from app.store.columns import Encrypted, Json, Utc
from app.store.many_rows import fetch, write

_MOST_SECRETS = 5
"""What may sign at once; with more rotations in one overlap, the oldest secret goes early."""


class WebhookRow(Base):
    """One address, and what it wants to be told of."""

    __tablename__ = "webhooks"
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    url: Mapped[str]
    events: Mapped[Any] = mapped_column(Json)
    description: Mapped[str]
    secrets: Mapped[str] = mapped_column(Encrypted)
    """JSON: [secret, until when it signs or null], the newest first."""
    disabled_at: Mapped[datetime | None] = mapped_column(Utc)
    disabled_reason: Mapped[str | None]
    failing_since: Mapped[datetime | None] = mapped_column(Utc)
    """The first failed call after the last one that succeeded."""
    created_at: Mapped[datetime] = mapped_column(Utc)
    updated_at: Mapped[datetime] = mapped_column(Utc)


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook as the rest of the hub sees it; its secrets are asked for apart."""

    id: str
    url: str
    events: tuple[str, ...]
    description: str
    disabled_at: datetime | None
    disabled_reason: str | None
    failing_since: datetime | None
    created_at: datetime
    updated_at: datetime


_WEBHOOK = (
    WebhookRow.id,
    WebhookRow.url,
    WebhookRow.events,
    WebhookRow.description,
    WebhookRow.disabled_at,
    WebhookRow.disabled_reason,
    WebhookRow.failing_since,
    WebhookRow.created_at,
    WebhookRow.updated_at,
)


_NAMED = (WebhookRow.account_id == bindparam("account_id"), WebhookRow.id == bindparam("webhook_id"))
_ADD = insert(WebhookRow)
_BY_ID = select(*_WEBHOOK).where(*_NAMED)
_HELD = _BY_ID.with_for_update(key_share=True)
_HELD_TO_DELETE = _BY_ID.with_for_update()
_SECRETS = select(WebhookRow.secrets).where(*_NAMED)
_CALLS_SUCCEED = (
    update(WebhookRow)
    .where(
        WebhookRow.account_id == bindparam("of_account"),
        WebhookRow.id == bindparam("webhook_id"),
        WebhookRow.failing_since.is_not(None),
    )
    .values(failing_since=None)
)
_LISTENERS = (
    select(WebhookRow.id, WebhookRow.events)
    .where(WebhookRow.account_id == bindparam("account_id"), WebhookRow.disabled_at.is_(None))
    .order_by(WebhookRow.id)
    .with_for_update(read=True, key_share=True)
)


def _read(row: Any) -> Webhook:
    found = Webhook(*row)
    return replace(found, events=tuple(found.events))


def add_webhook(
    session: Session, account_id: str, *, url: str, events: Sequence[str], description: str, secret: str, now: datetime
) -> Webhook:
    """Store a new webhook."""
    webhook = Webhook(new_id(), url, tuple(events), description, None, None, None, now, now)
    write(
        session,
        _ADD,
        id=webhook.id,
        account_id=account_id,
        url=url,
        events=list(events),
        description=description,
        secrets=_written([(secret, None)]),
        created_at=now,
        updated_at=now,
    )
    return webhook


def webhook_by_id(session: Session, account_id: str, webhook_id: str) -> Webhook | None:
    """Return one webhook of an account."""
    rows = fetch(session, _BY_ID, account_id=account_id, webhook_id=webhook_id)
    return _read(rows[0]) if rows else None


def list_webhooks(session: Session, account_id: str, *, after: str | None, limit: int) -> list[Webhook]:
    """Return webhooks of an account, the oldest first, from behind ``after``."""
    query = select(*_WEBHOOK).where(WebhookRow.account_id == account_id, WebhookRow.id > (after or ""))
    return [_read(row) for row in session.execute(query.order_by(WebhookRow.id).limit(limit))]


def count_webhooks(session: Session, account_id: str) -> int:
    """Return how many webhooks an account has."""
    query = select(func.count()).select_from(WebhookRow).where(WebhookRow.account_id == account_id)
    return session.execute(query).scalar_one()


def listeners(session: Session, account_id: str) -> dict[str, list[str]]:
    """Return, by event type, the webhooks that want to be told of it; disabled ones are left out.

    None of them can be deleted until the transaction ends, so whatever is written for them finds them there.
    """
    found: dict[str, list[str]] = {}
    for webhook_id, events in fetch(session, _LISTENERS, account_id=account_id):
        for event in events:
            found.setdefault(event, []).append(webhook_id)
    return found


def change_webhook(session: Session, account_id: str, webhook_id: str, **changes: Any) -> None:
    """Write what changes of a webhook, by the names of ``Webhook``."""
    changed = update(WebhookRow).where(WebhookRow.account_id == account_id, WebhookRow.id == webhook_id)
    session.execute(changed.values(**changes))


def delete_webhook(session: Session, account_id: str, webhook_id: str) -> bool:
    """Delete a webhook, whose deliveries are gone already; False when there is none."""
    deleted = delete(WebhookRow).where(WebhookRow.account_id == account_id, WebhookRow.id == webhook_id)
    return session.execute(deleted.returning(WebhookRow.id)).one_or_none() is not None


def hold_webhook(session: Session, account_id: str, webhook_id: str, *, to_delete: bool = False) -> Webhook | None:
    """Return a webhook, held until the transaction ends; None when there is none.

    Events may be written for it meanwhile, unless it is held ``to_delete`` it.
    """
    rows = fetch(session, _HELD_TO_DELETE if to_delete else _HELD, account_id=account_id, webhook_id=webhook_id)
    return _read(rows[0]) if rows else None


def calls_succeed(session: Session, account_id: str, webhook_id: str) -> None:
    """Note that a webhook was reached."""
    write(session, _CALLS_SUCCEED, of_account=account_id, webhook_id=webhook_id)


def signing_secrets(session: Session, account_id: str, webhook_id: str, now: datetime) -> tuple[str, ...]:
    """Return the secrets that sign at ``now``, the newest first."""
    [row] = fetch(session, _SECRETS, account_id=account_id, webhook_id=webhook_id)
    return tuple(secret for secret, until in _secrets(row[0]) if not until or until > now)


def add_secret(
    session: Session, account_id: str, webhook_id: str, secret: str, *, old_until: datetime, now: datetime
) -> None:
    """Give a webhook a new secret; those it has go on signing for a while."""
    [row] = fetch(session, _SECRETS, account_id=account_id, webhook_id=webhook_id)
    kept = [(old, until or old_until) for old, until in _secrets(row[0]) if not until or until > now]
    secrets = _written([(secret, None), *kept][:_MOST_SECRETS])
    change_webhook(session, account_id, webhook_id, secrets=secrets, updated_at=now)


def _secrets(written: str) -> list[tuple[str, datetime | None]]:
    return [(secret, until and datetime.fromisoformat(until)) for secret, until in orjson.loads(written)]


def _written(secrets: Sequence[tuple[str, datetime | None]]) -> str:
    return orjson.dumps(secrets).decode()
