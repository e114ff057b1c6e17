"""The people of an account."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.ids import new_id
from app.domain.message import ContactDetails
from app.store.base import Base, insert
from app.store.columns import Json, Utc


class ContactRow(Base):
    """A person, known by an external id, else an address, else a number."""

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("account_id", "identity"),
        Index(None, "account_id", "external_id"),
        Index(None, "account_id", "email"),
        Index(None, "account_id", "phone"),
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


@dataclass(frozen=True, slots=True)
class Contact:
    """A person as the rest of the hub sees them."""

    id: str
    external_id: str | None
    email: str | None
    phone: str | None
    first_name: str | None
    last_name: str | None
    fields: Mapping[str, Any]
    created_at: datetime


_CONTACT = (
    ContactRow.id,
    ContactRow.external_id,
    ContactRow.email,
    ContactRow.phone,
    ContactRow.first_name,
    ContactRow.last_name,
    ContactRow.fields,
    ContactRow.created_at,
)


def find_contact(session: Session, account_id: str, details: ContactDetails) -> Contact | None:
    """Return the person ``details`` speak of: by external id, else by email, else by phone; the oldest of several.

    Somebody found by address or number who has another external id is somebody else.
    """
    for column, value in (
        (ContactRow.external_id, details.external_id),
        (ContactRow.email, details.email),
        (ContactRow.phone, details.phone),
    ):
        if value is None:
            continue
        query = select(*_CONTACT).where(ContactRow.account_id == account_id, column == value)
        if details.external_id is not None and column is not ContactRow.external_id:
            query = query.where(ContactRow.external_id.is_(None))
        row = session.execute(query.order_by(ContactRow.id).limit(1)).one_or_none()
        if row:
            return Contact(*row)
    return None


def save_contact(session: Session, account_id: str, details: ContactDetails, now: datetime) -> Contact:
    """Return the person ``details`` speak of, new or brought up to date; what is not said stays."""
    found = find_contact(session, account_id, details) or _add_contact(session, account_id, details, now)
    said = {
        name: value
        for name in ("external_id", "email", "phone", "first_name", "last_name")
        if (value := getattr(details, name)) is not None and value != getattr(found, name)
    }
    fields = {**found.fields, **details.fields}
    if not said and fields == found.fields:
        return found
    if any(name in said and getattr(found, name) is not None for name in ("email", "phone")):
        said["identity"] = f"contact:{found.id}"
    changed = update(ContactRow).where(ContactRow.account_id == account_id, ContactRow.id == found.id)
    row = session.execute(changed.values(**said, fields=fields, updated_at=now).returning(*_CONTACT)).one()
    return Contact(*row)


def _add_contact(session: Session, account_id: str, details: ContactDetails, now: datetime) -> Contact:
    identity = next(
        f"{kind}:{value}"
        for kind, value in (("id", details.external_id), ("email", details.email), ("phone", details.phone), ("", ""))
        if value is not None
    )
    added = insert(session, ContactRow).values(
        id=new_id(),
        account_id=account_id,
        identity=identity,
        external_id=details.external_id,
        email=details.email,
        phone=details.phone,
        first_name=details.first_name,
        last_name=details.last_name,
        fields=dict(details.fields),
        created_at=now,
        updated_at=now,
    )
    # A colleague's trigger for the same new person may be a moment ahead: then theirs is the row.
    ahead = added.on_conflict_do_update(
        index_elements=["account_id", "identity"], set_={"updated_at": added.excluded.updated_at}
    )
    return Contact(*session.execute(ahead.returning(*_CONTACT)).one())


def contact_by_id(session: Session, account_id: str, contact_id: str) -> Contact | None:
    """Return one person of an account."""
    query = select(*_CONTACT).where(ContactRow.account_id == account_id, ContactRow.id == contact_id)
    row = session.execute(query).one_or_none()
    return Contact(*row) if row else None


def list_contacts(session: Session, account_id: str, *, after: str | None, limit: int) -> list[Contact]:
    """Return people of an account in the order in which they came, from behind ``after``."""
    query = select(*_CONTACT).where(ContactRow.account_id == account_id, ContactRow.id > (after or ""))
    return [Contact(*row) for row in session.execute(query.order_by(ContactRow.id).limit(limit))]
