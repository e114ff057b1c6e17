"""Who works for an account, and who was asked to."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.ids import new_id
from app.domain.roles import Role
from app.store.accounts import UserRow
from app.store.base import Base
from app.store.columns import Utc


class InvitationRow(Base):
    """Somebody who was asked to join; only the digest of the link's token is kept."""

    __tablename__ = "invitations"
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    email: Mapped[str]
    role: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works for the account."""

    id: str
    email: str
    role: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody who was asked."""

    id: str
    account_id: str
    email: str
    role: str
    expires_at: datetime


_COLLEAGUE = (UserRow.id, UserRow.email, UserRow.role, UserRow.created_at)
_INVITATION = (
    InvitationRow.id,
    InvitationRow.account_id,
    InvitationRow.email,
    InvitationRow.role,
    InvitationRow.expires_at,
)


def team(session: Session, account_id: str) -> list[Colleague]:
    """Return everybody who works for an account, the first one first."""
    rows = session.execute(select(*_COLLEAGUE).where(UserRow.account_id == account_id).order_by(UserRow.id))
    return [Colleague(*row) for row in rows]


def count_owners(session: Session, account_id: str) -> int:
    """Return how many owners an account has."""
    query = select(func.count()).where(UserRow.account_id == account_id, UserRow.role == Role.OWNER)
    return session.execute(query).scalar_one()


def set_role(session: Session, account_id: str, user_id: str, role: str) -> bool:
    """Give somebody another role; False when nobody of the account is meant."""
    changed = update(UserRow).where(UserRow.account_id == account_id, UserRow.id == user_id).values(role=role)
    return session.execute(changed.returning(UserRow.id)).one_or_none() is not None


def remove_user(session: Session, account_id: str, user_id: str) -> bool:
    """Let somebody in no more; False when nobody of the account is meant."""
    gone = delete(UserRow).where(UserRow.account_id == account_id, UserRow.id == user_id)
    return session.execute(gone.returning(UserRow.id)).one_or_none() is not None


def _digest(token: str) -> str:
    # A token is as long as a key, so a plain hash is as good as a slow one.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def add_invitation(
    session: Session, account_id: str, *, email: str, role: str, token: str, now: datetime, expires_at: datetime
) -> None:
    """Keep that somebody was asked, in place of an earlier invitation of the same address."""
    session.execute(
        delete(InvitationRow).where(InvitationRow.account_id == account_id, InvitationRow.email == email.lower())
    )
    session.add(
        InvitationRow(
            id=new_id(),
            account_id=account_id,
            email=email.lower(),
            role=role,
            digest=_digest(token),
            created_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()


def invitations(session: Session, account_id: str, now: datetime) -> list[Invitation]:
    """Return whom an account has asked and who has not answered yet."""
    query = select(*_INVITATION).where(InvitationRow.account_id == account_id, InvitationRow.expires_at > now)
    return [Invitation(*row) for row in session.execute(query.order_by(InvitationRow.id))]


def invitation_by_token(session: Session, token: str, now: datetime) -> Invitation | None:
    """Return the invitation that a link carries, whichever account's; None once it is over."""
    query = select(*_INVITATION).where(InvitationRow.digest == _digest(token), InvitationRow.expires_at > now)
    row = session.execute(query).one_or_none()
    return Invitation(*row) if row else None


def remove_invitation(session: Session, account_id: str, invitation_id: str) -> bool:
    """Take an invitation back, or use it up; False when it is gone."""
    gone = delete(InvitationRow).where(InvitationRow.account_id == account_id, InvitationRow.id == invitation_id)
    return session.execute(gone.returning(InvitationRow.id)).one_or_none() is not None
