"""Accounts, their keys and people, and their domains."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.ids import new_id
from app.domain.message import Unrewritten
from app.store.base import Base, index_where, insert
from app.store.columns import Encrypted, Utc
from app.store.many_rows import fetch, write


class AccountRow(Base):
    """One customer organisation."""

    __tablename__ = "accounts"
    id: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    time_zone: Mapped[str]
    smart_urls_since: Mapped[datetime | None] = mapped_column(Utc)
    """None while smart URLs are off."""
    attribution_days: Mapped[int]
    unrewritten: Mapped[str] = mapped_column(default=Unrewritten.SEND)
    """What becomes of a message whose links cannot be swapped: send, hold or fail."""
    schemeless_links: Mapped[bool] = mapped_column(default=False)
    """Whether example.com/x in a text is a link, too."""
    plain_sms: Mapped[bool] = mapped_column(default=False)
    """Whether curly quotes and dashes of an SMS become the plain ones that cost half."""
    canary_links: Mapped[bool] = mapped_column(default=False)
    """Whether each templated email gets a link that nobody sees and only scanners follow."""
    sms_per_second: Mapped[int] = mapped_column(default=20)
    """How many text messages may leave in a second."""
    quiet_from: Mapped[str | None]
    """When the evening's quiet begins by the recipient's clock, as 21:00; None where there is none."""
    quiet_to: Mapped[str | None]
    help_text: Mapped[str | None]
    """What answers a text that says HELP; None for the hub's own words."""
    sample_hidden: Mapped[bool] = mapped_column(default=False)
    """Whether the console shows no sample figures while there are none of its own."""
    retention_days: Mapped[int | None]
    """For how long single visits are kept; None for ever."""
    visits_since: Mapped[datetime | None] = mapped_column(Utc)
    """Visits before this moment were let go of; None where none ever were."""
    signing_secret: Mapped[str] = mapped_column(Encrypted)
    created_at: Mapped[datetime] = mapped_column(Utc)


class ApiKeyRow(Base):
    """An API key: only its digest is kept."""

    __tablename__ = "api_keys"
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    hint: Mapped[str]
    """Its first characters, to tell keys apart on a page."""
    created_at: Mapped[datetime] = mapped_column(Utc)
    revoked_at: Mapped[datetime | None] = mapped_column(Utc)


class UserRow(Base):
    """Somebody who signs in to the console."""

    __tablename__ = "users"
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    role: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Utc)


class DomainRow(Base):
    """A host whose links are an account's own."""

    __tablename__ = "domains"
    __table_args__ = (
        UniqueConstraint("account_id", "host"),
        # Anybody may claim a host; one account can show that it is theirs.
        Index("ix_domains_host", "host"),
        index_where("uq_domains_verified_host", "host", where="verified_at IS NOT NULL", is_unique=True),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    host: Mapped[str]
    verified_at: Mapped[datetime | None] = mapped_column(Utc)
    created_at: Mapped[datetime] = mapped_column(Utc)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the rest of the hub sees it."""

    id: str
    slug: str
    name: str
    time_zone: str
    smart_urls_since: datetime | None
    attribution_days: int
    unrewritten: str = Unrewritten.SEND
    schemeless_links: bool = False
    plain_sms: bool = False
    canary_links: bool = False
    sms_per_second: int = 20
    quiet_from: str | None = None
    quiet_to: str | None = None
    help_text: str | None = None
    sample_hidden: bool = False
    retention_days: int | None = None
    visits_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in, and where."""

    id: str
    account_id: str
    email: str
    password_hash: str
    role: str


@dataclass(frozen=True, slots=True)
class Domain:
    """A host and since when it is verified."""

    id: str
    host: str
    verified_at: datetime | None
    created_at: datetime


_ACCOUNT: tuple[Any, ...] = (
    AccountRow.id,
    AccountRow.slug,
    AccountRow.name,
    AccountRow.time_zone,
    AccountRow.smart_urls_since,
    AccountRow.attribution_days,
    AccountRow.unrewritten,
    AccountRow.schemeless_links,
    AccountRow.plain_sms,
    AccountRow.canary_links,
    AccountRow.sms_per_second,
    AccountRow.quiet_from,
    AccountRow.quiet_to,
    AccountRow.help_text,
    AccountRow.sample_hidden,
    AccountRow.retention_days,
    AccountRow.visits_since,
)
_BY_ID = select(*_ACCOUNT).where(AccountRow.id == bindparam("account_id"))
_BY_API_KEY = (
    select(*_ACCOUNT)
    .join(ApiKeyRow, ApiKeyRow.account_id == AccountRow.id)
    .where(ApiKeyRow.digest == bindparam("digest"), ApiKeyRow.revoked_at.is_(None))
)
_BY_SLUG = select(*_ACCOUNT).where(AccountRow.slug == bindparam("slug"))
# FOR NO KEY UPDATE: rows of other tables may go on referring to the account meanwhile.
_HELD = select(AccountRow.id).where(AccountRow.id == bindparam("account_id")).with_for_update(key_share=True)
_USER = (UserRow.id, UserRow.account_id, UserRow.email, UserRow.password_hash, UserRow.role)
_USER_BY_ID = select(*_USER).where(UserRow.id == bindparam("user_id"))
_DOMAIN = (DomainRow.id, DomainRow.host, DomainRow.verified_at, DomainRow.created_at)
_DOMAINS = select(*_DOMAIN).where(DomainRow.account_id == bindparam("account_id")).order_by(DomainRow.id)
_USER_BY_EMAIL = select(*_USER).where(UserRow.email == bindparam("email"))
_SIGNING_SECRET = select(AccountRow.signing_secret).where(AccountRow.id == bindparam("account_id"))
_ADD = insert(AccountRow).on_conflict_do_nothing().returning(AccountRow.id)
_ADD_API_KEY = insert(ApiKeyRow)
_ADD_USER = insert(UserRow)
_ADD_DOMAIN = insert(DomainRow).on_conflict_do_nothing().returning(DomainRow.id)


def add_account(session: Session, *, slug: str, name: str, signing_secret: str, now: datetime) -> Account | None:
    """Store a new account with smart URLs on; None when the slug is taken."""
    account = Account(new_id(), slug, name, "UTC", now, 30)
    added = fetch(
        session,
        _ADD,
        id=account.id,
        slug=slug,
        name=name,
        time_zone=account.time_zone,
        smart_urls_since=now,
        attribution_days=account.attribution_days,
        unrewritten=account.unrewritten,
        schemeless_links=account.schemeless_links,
        plain_sms=account.plain_sms,
        canary_links=account.canary_links,
        sms_per_second=account.sms_per_second,
        sample_hidden=account.sample_hidden,
        signing_secret=signing_secret,
        created_at=now,
    )
    return account if added else None


def account_by_slug(session: Session, slug: str) -> Account | None:
    """Return the account named ``slug``."""
    rows = fetch(session, _BY_SLUG, slug=slug)
    return Account(*rows[0]) if rows else None


def account_by_id(session: Session, account_id: str) -> Account:
    """Return an account that is known to exist."""
    [row] = fetch(session, _BY_ID, account_id=account_id)
    return Account(*row)


def hold_account(session: Session, account_id: str) -> bool:
    """Hold an account until the transaction ends, so that its clicks and credits are worked out one after the other.

    Without it a click and an order that are stored at the same moment would not see each other, and two batches could
    lock each other out. False when there is no such account. SQLite has one writer at a time anyway.
    """
    return bool(fetch(session, _HELD, account_id=account_id))


def change_account(session: Session, account_id: str, changes: Mapping[str, Any]) -> Account:
    """Write what an account chooses, by the names of ``Account``, and return it."""
    if changes:
        session.execute(update(AccountRow).where(AccountRow.id == account_id).values(**changes))
    return account_by_id(session, account_id)


def signing_secret(session: Session, account_id: str) -> str:
    """Return the secret that signs this account's webhooks."""
    [row] = fetch(session, _SIGNING_SECRET, account_id=account_id)
    return str(row[0])


def _digest(key: str) -> str:
    # A key has 256 random bits, so a plain hash is as good as a slow one.
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def add_api_key(session: Session, account_id: str, key: str, now: datetime) -> None:
    """Store the digest of a new API key."""
    write(session, _ADD_API_KEY, id=new_id(), account_id=account_id, digest=_digest(key), hint=key[:10], created_at=now)


def account_by_api_key(session: Session, key: str) -> Account | None:
    """Return the account that ``key`` opens; None for an unknown or revoked one."""
    rows = fetch(session, _BY_API_KEY, digest=_digest(key))
    return Account(*rows[0]) if rows else None


def add_user(session: Session, account_id: str, *, email: str, password_hash: str, role: str, now: datetime) -> None:
    """Store somebody who may sign in; the address is kept in lower case."""
    write(
        session,
        _ADD_USER,
        id=new_id(),
        account_id=account_id,
        email=email.lower(),
        password_hash=password_hash,
        role=role,
        created_at=now,
    )


def user_by_email(session: Session, email: str) -> User | None:
    """Return who signs in with ``email`` (compared in lower case)."""
    rows = fetch(session, _USER_BY_EMAIL, email=email.lower())
    return User(*rows[0]) if rows else None


def user_by_id(session: Session, user_id: str) -> User | None:
    """Return who a signed cookie names."""
    rows = fetch(session, _USER_BY_ID, user_id=user_id)
    return User(*rows[0]) if rows else None


def add_domain(session: Session, account_id: str, host: str, *, verified_at: datetime | None, now: datetime) -> bool:
    """Claim ``host`` for an account; False when it has it already, or, if verified, when it is another's."""
    values = {"host": host, "verified_at": verified_at, "created_at": now}
    return bool(fetch(session, _ADD_DOMAIN, id=new_id(), account_id=account_id, **values))


def domains(session: Session, account_id: str) -> list[Domain]:
    """Return an account's domains, the first one first."""
    return [Domain(*row) for row in fetch(session, _DOMAINS, account_id=account_id)]
