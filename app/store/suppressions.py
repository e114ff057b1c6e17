"""Suppressions: who wants nothing more, by which channel, and what shows it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.accounts import AccountRow, DomainRow
from app.store.base import Base, insert
from app.store.columns import Utc
from app.store.messages import MessageRow

UNSUBSCRIBED = "unsubscribed"
"""The reason when the person said so."""


class SuppressionRow(Base):
    """An address that nothing is sent to by one channel; once lifted it stays, as the record of what was said."""

    __tablename__ = "suppressions"
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    """As messages name their recipients: an email in lower case, a number as E.164."""
    reason: Mapped[str]
    message_id: Mapped[str | None]
    """The evidence: the message on which it was said. It may be gone by now, so nothing enforces it."""
    at: Mapped[datetime] = mapped_column(Utc)
    lifted_at: Mapped[datetime | None] = mapped_column(Utc)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who holds a message in hands, and may say that it be the last."""

    account_id: str
    account_name: str
    message_id: str
    channel: str
    address: str


def reader_by_code(session: Session, code: str, *, host: str | None) -> Reader | None:
    """Return who got the message with a personal code; None unless ``host`` is a verified domain of its account.

    ``host`` is None where the hub itself was asked, which answers for every account.
    """
    query = (
        select(AccountRow.id, AccountRow.name, MessageRow.id, MessageRow.channel, MessageRow.recipient)
        .select_from(MessageRow)
        .join(AccountRow, AccountRow.id == MessageRow.account_id)
        .where(MessageRow.code == code)
    )
    if host is not None:
        query = query.join(DomainRow, DomainRow.account_id == MessageRow.account_id).where(
            DomainRow.host == host, DomainRow.verified_at.is_not(None)
        )
    row = session.execute(query).one_or_none()
    return Reader(*row) if row else None


def suppress(
    session: Session, account_id: str, channel: str, address: str, *, reason: str, message_id: str | None, now: datetime
) -> bool:
    """Send nothing more to an address; False when that was so already, for this reason or an earlier one."""
    said = {"reason": reason, "message_id": message_id, "at": now, "lifted_at": None}
    added = insert(session, SuppressionRow).values(account_id=account_id, channel=channel, address=address, **said)
    stored = added.on_conflict_do_update(
        index_elements=["account_id", "channel", "address"], set_=said, where=SuppressionRow.lifted_at.is_not(None)
    )
    return session.execute(stored.returning(SuppressionRow.address)).one_or_none() is not None


def lift(session: Session, account_id: str, channel: str, address: str, *, reason: str, now: datetime) -> bool:
    """Send to an address again; False when nothing stood against it, or something else than ``reason`` does."""
    lifted = update(SuppressionRow).where(
        SuppressionRow.account_id == account_id,
        SuppressionRow.channel == channel,
        SuppressionRow.address == address,
        SuppressionRow.reason == reason,
        SuppressionRow.lifted_at.is_(None),
    )
    done = session.execute(lifted.values(lifted_at=now).returning(SuppressionRow.address))
    return done.one_or_none() is not None


def suppressed(
    session: Session, account_id: str, recipients: Collection[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """Return why nothing is sent to some of ``recipients`` (channel, address); the others are not named."""
    if not recipients:
        return {}
    query = select(SuppressionRow.channel, SuppressionRow.address, SuppressionRow.reason).where(
        SuppressionRow.account_id == account_id,
        SuppressionRow.channel.in_({channel for channel, _ in recipients}),
        SuppressionRow.address.in_({address for _, address in recipients}),
        SuppressionRow.lifted_at.is_(None),
    )
    return {(channel, address): reason for channel, address, reason in session.execute(query)}
