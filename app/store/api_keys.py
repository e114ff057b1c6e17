"""API keys as the console shows them: by their first characters."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.store.accounts import ApiKeyRow


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key; the key itself is nowhere."""

    id: str
    hint: str
    created_at: datetime
    revoked_at: datetime | None


def api_keys(session: Session, account_id: str) -> list[ApiKey]:
    """Return an account's keys, the newest first, revoked ones included."""
    query = select(ApiKeyRow.id, ApiKeyRow.hint, ApiKeyRow.created_at, ApiKeyRow.revoked_at)
    rows = session.execute(query.where(ApiKeyRow.account_id == account_id).order_by(ApiKeyRow.id.desc()))
    return [ApiKey(*row) for row in rows]


def revoke_api_key(session: Session, account_id: str, key_id: str, now: datetime) -> bool:
    """Let a key open nothing any more; False when the account has no such key that still did."""
    revoked = update(ApiKeyRow).where(
        ApiKeyRow.account_id == account_id, ApiKeyRow.id == key_id, ApiKeyRow.revoked_at.is_(None)
    )
    done = session.execute(revoked.values(revoked_at=now).returning(ApiKeyRow.id))
    return done.one_or_none() is not None
