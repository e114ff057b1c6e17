"""Messages: what was asked for, what was sent, and where each one stands."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, bindparam, collate, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from app.domain.consent import Purpose
from app.domain.counting import Subject
from app.domain.ids import new_id
from app.domain.message import Status
from app.store.base import Base, index_where, insert
from app.store.columns import Body, Json, Utc
from app.store.form_letters import filled, form_letters
from app.store.many_rows import add_columns, among_those, checked, fetch, write

_NONE: list[Any] = []


class MessageRow(Base):
    """One send to one contact; its links are read off its two codes and its link set."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("account_id", "trigger_key"),
        Index(None, "account_id", "id"),
        Index(None, "contact_id"),
        # Whatever was sent is in none of these: they stay as small as what waits.
        index_where("ix_messages_due", "send_at", where="status = 'queued'"),
        index_where("ix_messages_leased", "lease_until", where="status = 'sending'"),
        index_where("ix_messages_doubtful", "look_up_at", where="status = 'unknown'"),
        index_where("ix_messages_provider_id", "account_id", "provider_id", where="provider_id IS NOT NULL"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    trigger_key: Mapped[str | None]
    fingerprint: Mapped[str]
    channel: Mapped[str]
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id"))
    recipient: Mapped[str]
    sender: Mapped[str | None]
    template: Mapped[str | None]
    automation: Mapped[str | None]
    goal: Mapped[str | None]
    purpose: Mapped[str] = mapped_column(default=Purpose.MARKETING)
    """What it is for: whether an unsubscription holds it back, and whether it waits for the morning."""
    campaign_id: Mapped[str | None] = mapped_column(ForeignKey("campaigns.id"))
    advocate_id: Mapped[str | None] = mapped_column(ForeignKey("advocates.id"))
    code: Mapped[str] = mapped_column(unique=True)
    share_token: Mapped[str] = mapped_column(unique=True)
    link_host: Mapped[str | None]
    """The domain its links stand on; None when nothing was swapped."""
    link_set_id: Mapped[str | None] = mapped_column(ForeignKey("link_sets.id"))
    canary_index: Mapped[int | None]
    """Which of its links is the one that nobody sees; None without one."""
    untracked_reason: Mapped[str | None]
    status: Mapped[str]
    send_at: Mapped[datetime] = mapped_column(Utc)
    woken_at: Mapped[datetime | None] = mapped_column(Utc)
    """When the queue was last told of it; the sweep leaves it alone for a while after."""
    attempt: Mapped[int]
    lease_until: Mapped[datetime | None] = mapped_column(Utc)
    look_up_at: Mapped[datetime | None] = mapped_column(Utc)
    """When a message of unknown fate is looked for in its provider's list; None where nobody looks, or any more."""
    looked_up: Mapped[int] = mapped_column(default=0)
    provider: Mapped[str | None]
    provider_id: Mapped[str | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Utc)
    sent_at: Mapped[datetime | None] = mapped_column(Utc)
    # The long ones last: SQLite walks through all that stands before a column to read it.
    source: Mapped[Any] = mapped_column(Json)
    """The trigger's content, data and link options: what it is composed of."""
    subject: Mapped[str | None]
    html: Mapped[str | None] = mapped_column(Body)
    text: Mapped[str | None] = mapped_column(Body)
    decisions: Mapped[Any] = mapped_column(Json)
    form_letter_id: Mapped[str | None]
    """Where the body is kept that it has in common with others; html, text and decisions are empty then."""
    merged: Mapped[Any | None] = mapped_column(Json)
    """What fills the form letter's gaps."""


class MessageEventRow(Base):
    """Something that happened to a message; never changed.

    That it was asked for is said by its own row, so there is no event of it; but one that says that its reader wanted
    nothing even then, which goes by the message's own id.
    """

    __tablename__ = "message_events"
    # One tree, not three: there is one of these for every step of every message.
    __table_args__ = ({"sqlite_with_rowid": False},)
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    type: Mapped[str]
    at: Mapped[datetime] = mapped_column(Utc)
    detail: Mapped[Any] = mapped_column(Json)


class Earned(NamedTuple):
    """What a message is known by in reports: who, through what, for what."""

    id: str
    contact_id: str
    channel: str
    template: str | None
    automation: str | None
    campaign_id: str | None
    advocate_id: str | None
    goal: str | None
    sent_at: datetime | None
    link_set_id: str | None
    canary_index: int | None

    def subject_of_counts(self, platform: str | None = None) -> Subject:
        """What figures belong to that it earned."""
        return subject_of_words(self.words, platform)

    @property
    def words(self) -> tuple[str | None, ...]:
        """The words of that subject but the platform."""
        return self.channel, self.template, self.automation, self.campaign_id


_EARNED: tuple[Any, ...] = tuple(getattr(MessageRow, name) for name in Earned._fields)
_ADD_EVENT = insert(MessageEventRow)
_OURS = MessageRow.account_id == bindparam("account_id")
_BY_ID = select(MessageRow).where(_OURS, MessageRow.id == bindparam("message_id"))
_ASKED_AT = select(MessageRow.created_at).where(_OURS, MessageRow.id == bindparam("message_id"))
_EVENTS_OF = (
    select(MessageEventRow.type, MessageEventRow.at, MessageEventRow.detail, MessageEventRow.id)
    .where(MessageEventRow.account_id == bindparam("account_id"), MessageEventRow.message_id == bindparam("message_id"))
    .order_by(MessageEventRow.at, MessageEventRow.id)
)
_EARNED_BY = select(*_EARNED).where(
    checked(MessageRow.account_id) == bindparam("account_id"), among_those(MessageRow.id, "message_ids")
)
_HELD = (
    select(MessageRow.id)
    .where(checked(MessageRow.account_id) == bindparam("account_id"), among_those(MessageRow.id, "message_ids"))
    .order_by(MessageRow.id)
    .with_for_update()
)


def add_messages(session: Session, account_id: str, columns: Mapping[str, Sequence[Any]], now: datetime) -> set[str]:
    """Store an account's new messages and return their ids; one whose trigger key was used before is left out.

    ``columns`` holds for each column the messages' values, in one order; what is not said is as of any new message.
    """
    blank: dict[str, Any] = {
        "account_id": account_id,
        "created_at": now,
        "trigger_key": None,
        "status": str(Status.QUEUED),
        "error": None,
        "purpose": str(Purpose.MARKETING),
        "attempt": 0,
        "looked_up": 0,
        "decisions": _NONE,
    }
    alike = {name: value for name, value in blank.items() if name not in columns}
    new = add_columns(session, MessageRow, columns, unless_known_by=("account_id", "trigger_key"), alike=alike)
    suppressed = [
        (message_id, why)
        for message_id, status, why in zip(
            columns["id"], columns.get("status", ()), columns.get("error", ()), strict=False
        )
        if status == Status.SUPPRESSED and message_id in new
    ]
    if suppressed:
        ids, reasons = zip(*suppressed, strict=True)
        own = {"id": ids, "message_id": ids, "detail": [{"reason": why} for why in reasons]}
        add_columns(
            session, MessageEventRow, own, alike={"account_id": account_id, "type": Status.SUPPRESSED, "at": now}
        )
    return new


def add_event(
    session: Session, account_id: str, message_id: str, kind: str, at: datetime, detail: dict[str, Any] | None = None
) -> None:
    """Keep that something happened to a message."""
    said = {"message_id": message_id, "type": kind, "at": at, "detail": detail or {}}
    write(session, _ADD_EVENT, id=new_id(), account_id=account_id, **said)


def add_events(
    session: Session, account_id: str, message_ids: Sequence[str], kind: str, at: datetime, detail: Mapping[str, Any]
) -> None:
    """Keep that the same happened to several messages at one moment."""
    own = {"id": [new_id() for _ in message_ids], "message_id": message_ids}
    alike = {"account_id": account_id, "type": kind, "at": at, "detail": detail}
    add_columns(session, MessageEventRow, own, alike=alike)


def message_by_id(session: Session, account_id: str, message_id: str) -> MessageRow | None:
    """Return one message of an account, whole, its body as its reader got it."""
    rows = session.execute(_BY_ID, {"account_id": account_id, "message_id": message_id}).scalars().all()
    found = _written_out(session, account_id, rows)
    return found[0] if found else None


def _written_out(session: Session, account_id: str, rows: Sequence[MessageRow]) -> list[MessageRow]:
    """Give messages that fill the gaps of a form letter their bodies."""
    letters = form_letters(session, account_id, {row.form_letter_id for row in rows if row.form_letter_id is not None})
    for row in rows:
        if row.form_letter_id is not None:
            for name, value in filled(letters[row.form_letter_id], row.merged or []).items():
                # Only for whoever reads: the row itself goes on without it.
                set_committed_value(row, name, value)
    return list(rows)


def events_of(session: Session, account_id: str, message_id: str) -> list[tuple[str, datetime, dict[str, Any]]]:
    """Return (type, at, detail) of what happened to a message, oldest first."""
    named = {"account_id": account_id, "message_id": message_id}
    asked, rows = fetch(session, _ASKED_AT, **named), fetch(session, _EVENTS_OF, **named)
    was_queued = all(event_id != message_id for *_, event_id in rows)
    # A machine that runs the version before this one still keeps that it was asked for as an event without a detail.
    known = (row for row in rows if row[0] != Status.QUEUED or row[2])
    events: list[tuple[str, datetime, dict[str, Any]]] = [(row[0], row[1], row[2]) for row in known]
    return [*((str(Status.QUEUED), row[0], {}) for row in asked if was_queued), *events]


def list_messages(
    session: Session,
    account_id: str,
    *,
    before: str | None,
    limit: int,
    channel: str | None = None,
    status: str | None = None,
    search: str | None = None,
) -> list[MessageRow]:
    """Return messages of an account, the newest first, from behind ``before``.

    ``search`` finds what stands in the recipient's address, the subject or the template's key, in any case of letters.
    """
    query = select(MessageRow).where(MessageRow.account_id == account_id)
    if before:
        query = query.where(MessageRow.id < before)
    if channel:
        query = query.where(MessageRow.channel == channel)
    if status:
        query = query.where(MessageRow.status == status)
    if search:
        places = (MessageRow.recipient, MessageRow.subject, MessageRow.template)
        query = query.where(or_(*(_holds(session, place, search) for place in places)))
    rows = session.execute(query.order_by(MessageRow.id.desc()).limit(limit)).scalars().all()
    return _written_out(session, account_id, rows)


def _holds(session: Session, place: InstrumentedAttribute[Any], search: str) -> ColumnElement[bool]:
    # To SQLite's LIKE the case of letters is all one; to write every row's in small letters takes as long as the rest.
    if session.get_bind().dialect.name == "sqlite":
        return place.contains(search, autoescape=True)
    # By the alphabet of ASCII alone PostgreSQL does that in half the time.
    return (collate(place, "C") if search.isascii() else place).icontains(search, autoescape=True)


def earned_by(session: Session, account_id: str, message_ids: Iterable[str]) -> dict[str, Earned]:
    """Return what messages are known by in reports, by their ids."""
    rows = fetch(session, _EARNED_BY, account_id=account_id, message_ids=list(message_ids))
    return {row[0]: Earned._make(row) for row in rows}


def subject_of_visit(
    messages: Mapping[str, Earned], message_id: str | None, campaign_id: str | None, platform: str | None
) -> Subject:
    """Return what a visit counts for: its message, or, where no message is known, its campaign and platform."""
    return subject_of_words(words_of_visit(messages, message_id, campaign_id), platform)


def words_of_visit(
    messages: Mapping[str, Earned], message_id: str | None, campaign_id: str | None
) -> tuple[str | None, ...]:
    """Return the words of that subject but the platform: for whoever counts very many, cheaper than subjects."""
    message = messages.get(message_id or "")
    return message.words if message else (None, None, None, campaign_id)


def subject_of_words(words: Iterable[str | None], platform: str | None) -> Subject:
    """Return the subject of some words and a platform."""
    return Subject(*(word or "" for word in (*words, platform)))


def hold_messages(session: Session, account_id: str, message_ids: Sequence[str]) -> None:
    """Hold messages until the transaction ends: whoever else counts for them waits; in one order for everybody."""
    fetch(session, _HELD, account_id=account_id, message_ids=message_ids)
