"""What accounts have set for other systems: credentials, encrypted."""

from collections.abc import Mapping
from datetime import datetime

import orjson
from sqlalchemy import ForeignKey, bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, insert
from app.store.columns import Encrypted, Utc
from app.store.many_rows import fetch, write


class IntegrationRow(Base):
    """What an account has set for one other system; encrypted."""

    __tablename__ = "integrations"
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    credentials: Mapped[str] = mapped_column(Encrypted)
    updated_at: Mapped[datetime] = mapped_column(Utc)


_OF_ACCOUNT = select(IntegrationRow.name, IntegrationRow.credentials).where(
    IntegrationRow.account_id == bindparam("account_id")
)
_STORED = insert(IntegrationRow)
_PUT = _STORED.on_conflict_do_update(
    index_elements=["account_id", "name"],
    set_={name: _STORED.excluded[name] for name in ("credentials", "updated_at")},
)


def put_integration(
    session: Session, account_id: str, name: str, credentials: Mapping[str, str], now: datetime
) -> None:
    """Store an integration's credentials in place of what was there."""
    written = orjson.dumps(dict(credentials)).decode()
    write(session, _PUT, account_id=account_id, name=name, credentials=written, updated_at=now)


def delete_integration(session: Session, account_id: str, name: str) -> bool:
    """Forget an integration's credentials; False when there are none."""
    deleted = delete(IntegrationRow).where(IntegrationRow.account_id == account_id, IntegrationRow.name == name)
    return session.execute(deleted.returning(IntegrationRow.name)).one_or_none() is not None


def integrations(session: Session, account_id: str) -> dict[str, dict[str, str]]:
    """Return an account's credentials by the integration's name."""
    return {name: orjson.loads(credentials) for name, credentials in fetch(session, _OF_ACCOUNT, account_id=account_id)}
