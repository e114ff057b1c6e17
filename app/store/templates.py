"""Email and SMS templates."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.ids import new_id
from app.store.base import Base, insert
from app.store.columns import Body, Utc
from app.store.many_rows import fetch, write


class TemplateRow(Base):
    """A body with merge fields, and what it is sent for."""

    __tablename__ = "templates"
    __table_args__ = (UniqueConstraint("account_id", "key"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    key: Mapped[str]
    channel: Mapped[str]
    name: Mapped[str]
    goal: Mapped[str | None]
    subject: Mapped[str | None]
    html: Mapped[str | None] = mapped_column(Body)
    text: Mapped[str | None] = mapped_column(Body)
    sender: Mapped[str | None]
    automation: Mapped[str | None]
    transactional: Mapped[bool] = mapped_column(default=False)
    """Whether it is no marketing, so that nobody unsubscribes from it."""
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Utc)
    updated_at: Mapped[datetime] = mapped_column(Utc)


class TemplateVersionRow(Base):
    """A template as it was saved once; never changed, and kept when the template is deleted."""

    __tablename__ = "template_versions"
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    name: Mapped[str]
    goal: Mapped[str | None]
    subject: Mapped[str | None]
    html: Mapped[str | None] = mapped_column(Body)
    text: Mapped[str | None] = mapped_column(Body)
    sender: Mapped[str | None]
    automation: Mapped[str | None]
    transactional: Mapped[bool]
    saved_at: Mapped[datetime] = mapped_column(Utc)


@dataclass(frozen=True, slots=True)
class Template:
    """A template as a caller writes it."""

    key: str
    channel: str
    name: str
    goal: str | None = None
    subject: str | None = None
    html: str | None = None
    text: str | None = None
    sender: str | None = None
    automation: str | None = None
    transactional: bool = False


_TEMPLATE: tuple[Any, ...] = (
    TemplateRow.key,
    TemplateRow.channel,
    TemplateRow.name,
    TemplateRow.goal,
    TemplateRow.subject,
    TemplateRow.html,
    TemplateRow.text,
    TemplateRow.sender,
    TemplateRow.automation,
    TemplateRow.transactional,
)


_NAMED = (TemplateRow.account_id == bindparam("account_id"), TemplateRow.key == bindparam("key"))
_BY_KEY = select(*_TEMPLATE).where(*_NAMED)
_VERSION = select(TemplateRow.version).where(*_NAMED)
_LAST_VERSION = select(func.coalesce(func.max(TemplateVersionRow.version), 0)).where(
    TemplateVersionRow.account_id == bindparam("of_account"), TemplateVersionRow.key == bindparam("of_key")
)
# A key that was used, deleted and used again goes on counting.
_STORED = insert(TemplateRow).values(version=_LAST_VERSION.scalar_subquery() + 1)
_SAID = tuple(field.name for field in fields(Template) if field.name != "key")
_PUT = _STORED.on_conflict_do_update(
    index_elements=["account_id", "key"],
    set_={
        **{name: _STORED.excluded[name] for name in (*_SAID, "updated_at")},
        "version": TemplateRow.version + 1,
    },
).returning(TemplateRow.version)
_SAVE_VERSION = insert(TemplateVersionRow)


def put_template(session: Session, account_id: str, template: Template, now: datetime) -> None:
    """Store a template in place of the one with its key."""
    said = {"account_id": account_id, "key": template.key, **{name: getattr(template, name) for name in _SAID}}
    named = {"of_account": account_id, "of_key": template.key}
    [row] = fetch(session, _PUT, id=new_id(), created_at=now, updated_at=now, **said, **named)
    write(session, _SAVE_VERSION, version=row[0], saved_at=now, **said)


def template_by_key(session: Session, account_id: str, key: str) -> Template | None:
    """Return the account's template named ``key``."""
    rows = fetch(session, _BY_KEY, account_id=account_id, key=key)
    return Template(*rows[0]) if rows else None


def list_templates(session: Session, account_id: str, *, after: str | None, limit: int) -> list[Template]:
    """Return an account's templates by key, from behind ``after``."""
    query = select(*_TEMPLATE).where(TemplateRow.account_id == account_id, TemplateRow.key > (after or ""))
    return [Template(*row) for row in session.execute(query.order_by(TemplateRow.key).limit(limit))]


def delete_template(session: Session, account_id: str, key: str) -> bool:
    """Forget a template; what was sent with it stays."""
    gone = delete(TemplateRow).where(TemplateRow.account_id == account_id, TemplateRow.key == key)
    return session.execute(gone.returning(TemplateRow.id)).one_or_none() is not None


def template_version(session: Session, account_id: str, key: str) -> int | None:
    """Return how often a template was saved; None where there is none."""
    rows = fetch(session, _VERSION, account_id=account_id, key=key)
    return rows[0][0] if rows else None


def versions_of(session: Session, account_id: str, key: str, *, limit: int) -> list[tuple[int, datetime]]:
    """Return the number of each version of a template and when it was saved, the newest first."""
    query = select(TemplateVersionRow.version, TemplateVersionRow.saved_at).where(
        TemplateVersionRow.account_id == account_id, TemplateVersionRow.key == key
    )
    rows = session.execute(query.order_by(TemplateVersionRow.version.desc()).limit(limit))
    return [(version, saved_at) for version, saved_at in rows]


def saved_template(session: Session, account_id: str, key: str, version: int) -> tuple[Template, datetime] | None:
    """Return a template as it was saved once, and when."""
    query = select(*(getattr(TemplateVersionRow, column.key) for column in _TEMPLATE), TemplateVersionRow.saved_at)
    row = session.execute(
        query.where(
            TemplateVersionRow.account_id == account_id,
            TemplateVersionRow.key == key,
            TemplateVersionRow.version == version,
        )
    ).one_or_none()
    return (Template(*row[:-1]), row[-1]) if row else None
