"""The people of an account."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, Index, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.message import ContactDetails
from app.store.base import Base, index_where
from app.store.columns import Json, Utc
from app.store.many_rows import among_those, checked, fetch


class ContactRow(Base):
    """A person, known by an external id, else an address, else a number."""

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("account_id", "identity"),
        Index(None, "account_id", "external_id"),
        Index(None, "account_id", "email"),
        Index(None, "account_id", "phone"),
        # Hardly anybody: whether there is one is asked for each batch.
        index_where("ix_contacts_erased", "account_id", where="erased_at IS NOT NULL"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    identity: Mapped[str]
    """What the person was first known by; the unique key that settles two triggers at once.

    Somebody whose address or number was replaced goes by their own id: the old one may be somebody else's by now.
    """
    external_id: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    fields: Mapped[Any] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Utc)
    updated_at: Mapped[datetime] = mapped_column(Utc)
    erased_at: Mapped[datetime | None] = mapped_column(Utc)
    """When all that was known of the person was taken out; the row stays for what rests on it."""


class Contact(NamedTuple):
    """A person as the rest of the hub sees them."""

    id: str
    external_id: str | None
    email: str | None
    phone: str | None
    first_name: str | None
    last_name: str | None
    fields: Mapping[str, Any]
    created_at: datetime


CONTACT = (
    ContactRow.id,
    ContactRow.external_id,
    ContactRow.email,
    ContactRow.phone,
    ContactRow.first_name,
    ContactRow.last_name,
    ContactRow.fields,
    ContactRow.created_at,
)


_DETAILS = select(*CONTACT[:-1]).where(
    checked(ContactRow.account_id) == bindparam("account_id"),
    among_those(ContactRow.id, "contact_ids"),
    ContactRow.erased_at.is_(None),
)
_BY_ID = select(*CONTACT).where(
    ContactRow.account_id == bindparam("account_id"),
    ContactRow.id == bindparam("contact_id"),
    ContactRow.erased_at.is_(None),
)
_ANY_ERASED = (
    select(ContactRow.id)
    .where(ContactRow.account_id == bindparam("account_id"), ContactRow.erased_at.is_not(None))
    .limit(1)
)


def contact_by_id(session: Session, account_id: str, contact_id: str) -> Contact | None:
    """Return one person of an account; None for one who was erased, too."""
    rows = fetch(session, _BY_ID, account_id=account_id, contact_id=contact_id)
    return Contact(*rows[0]) if rows else None


def details_by_id(session: Session, account_id: str, contact_ids: Collection[str]) -> dict[str, ContactDetails]:
    """Return what is known of people of an account, by their ids; those who were erased are left out."""
    rows = fetch(session, _DETAILS, account_id=account_id, contact_ids=list(contact_ids))
    return {row[0]: ContactDetails._make(row[1:]) for row in rows}


def has_erased(session: Session, account_id: str) -> bool:
    """Tell whether anybody of an account was ever erased."""
    return bool(fetch(session, _ANY_ERASED, account_id=account_id))


def contacts_by_id(session: Session, account_id: str, contact_ids: Collection[str]) -> dict[str, Contact]:
    """Return people of an account by their ids."""
    query = select(*CONTACT).where(ContactRow.account_id == account_id, ContactRow.id.in_(contact_ids))
    return {row[0]: Contact(*row) for row in session.execute(query)}


def list_contacts(session: Session, account_id: str, *, after: str | None, limit: int) -> list[Contact]:
    """Return people of an account in the order in which they came, from behind ``after``."""
    query = select(*CONTACT).where(
        ContactRow.account_id == account_id, ContactRow.id > (after or ""), ContactRow.erased_at.is_(None)
    )
    return [Contact(*row) for row in session.execute(query.order_by(ContactRow.id).limit(limit))]
