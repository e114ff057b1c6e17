"""Conversations: what people write back, each person's texts together, between the texts they were sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, and_, bindparam, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.ids import new_id
from app.domain.message import Channel, Status
from app.store.base import Base, insert
from app.store.columns import Json, Utc
from app.store.contacts import ContactRow
from app.store.many_rows import fetch, write
from app.store.messages import MessageRow

_UNSEEN = frozenset({Status.QUEUED, Status.HELD, Status.SENDING, Status.SUPPRESSED})
"""Texts in these states never reached the person, at least not yet."""


class ConversationRow(Base):
    """What one person and the account have texted."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("account_id", "contact_id"),
        Index("ix_conversations_latest", "account_id", "last_at"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id"))
    last_at: Mapped[datetime] = mapped_column(Utc)
    """When the person wrote last."""
    last_text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Utc)


class ReplyRow(Base):
    """A text that a person sent."""

    __tablename__ = "replies"
    __table_args__ = (
        UniqueConstraint("account_id", "provider", "provider_id"),
        Index("ix_replies_latest", "conversation_id", "at"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    provider: Mapped[str]
    provider_id: Mapped[str]
    sender: Mapped[str]
    recipient: Mapped[str]
    text: Mapped[str]
    media: Mapped[Any] = mapped_column(Json)
    """The addresses of pictures and the like, at the provider."""
    wish: Mapped[str | None]
    """stop, start or help, where the text said so."""
    callback_id: Mapped[str]
    at: Mapped[datetime] = mapped_column(Utc)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation and whose it is."""

    id: str
    contact_id: str
    phone: str | None
    first_name: str | None
    last_name: str | None
    last_at: datetime
    last_text: str


@dataclass(frozen=True, slots=True)
class Said:
    """One text of a conversation, in either direction."""

    id: str
    direction: str
    at: datetime
    sender: str | None
    recipient: str
    text: str | None
    media: list[str]
    status: str
    wish: str | None


_CONVERSATION = (
    ConversationRow.id,
    ConversationRow.contact_id,
    ContactRow.phone,
    ContactRow.first_name,
    ContactRow.last_name,
    ConversationRow.last_at,
    ConversationRow.last_text,
)
_STORED = insert(ConversationRow)
# The contact is set to itself so that the row comes back whoever stored it first.
_OPEN = _STORED.on_conflict_do_update(
    index_elements=["account_id", "contact_id"], set_={"contact_id": _STORED.excluded.contact_id}
).returning(ConversationRow.id)
_ADD_REPLY = (
    insert(ReplyRow)
    .on_conflict_do_nothing(index_elements=["account_id", "provider", "provider_id"])
    .returning(ReplyRow.id)
)
_BRING_UP_TO_DATE = update(ConversationRow).where(
    ConversationRow.account_id == bindparam("of_account"),
    ConversationRow.id == bindparam("conversation_id"),
    ConversationRow.last_at <= bindparam("at"),
)


def add_reply(session: Session, account_id: str, contact_id: str, **reply: Any) -> str | None:
    """Put a text into its sender's conversation and return its id; None when the provider has told of it before."""
    at, latest = reply["at"], {"last_at": reply["at"], "last_text": reply["text"]}
    whose = {"account_id": account_id, "contact_id": contact_id}
    [(conversation_id,)] = fetch(session, _OPEN, id=new_id(), created_at=at, **whose, **latest)
    added = fetch(session, _ADD_REPLY, id=new_id(), account_id=account_id, conversation_id=conversation_id, **reply)
    if not added:
        return None
    write(session, _BRING_UP_TO_DATE, of_account=account_id, conversation_id=conversation_id, at=at, **latest)
    return str(added[0][0])


def list_conversations(
    session: Session, account_id: str, *, before: tuple[datetime, str] | None, limit: int
) -> list[Conversation]:
    """Return an account's conversations, the latest first, from behind ``before``."""
    query = select(*_CONVERSATION).join(ContactRow, ContactRow.id == ConversationRow.contact_id)
    query = query.where(ConversationRow.account_id == account_id)
    if before:
        query = query.where(_earlier(ConversationRow.last_at, ConversationRow.id, before))
    latest = query.order_by(ConversationRow.last_at.desc(), ConversationRow.id.desc()).limit(limit)
    return [Conversation(*row) for row in session.execute(latest)]


def conversation_by_id(session: Session, account_id: str, conversation_id: str) -> Conversation | None:
    """Return one conversation of an account."""
    query = select(*_CONVERSATION).join(ContactRow, ContactRow.id == ConversationRow.contact_id)
    query = query.where(ConversationRow.account_id == account_id, ConversationRow.id == conversation_id)
    row = session.execute(query).one_or_none()
    return Conversation(*row) if row else None


def texts_of(
    session: Session, account_id: str, conversation: Conversation, *, before: tuple[datetime, str] | None, limit: int
) -> list[Said]:
    """Return what was said in both directions, the latest first, from behind ``before``."""
    said = _received(session, account_id, conversation, before, limit)
    said += _sent(session, account_id, conversation, before, limit)
    return sorted(said, key=lambda one: (one.at, one.id), reverse=True)[:limit]


def _received(
    session: Session, account_id: str, conversation: Conversation, before: tuple[datetime, str] | None, limit: int
) -> list[Said]:
    query = select(ReplyRow).where(ReplyRow.account_id == account_id, ReplyRow.conversation_id == conversation.id)
    if before:
        query = query.where(_earlier(ReplyRow.at, ReplyRow.id, before))
    rows = session.execute(query.order_by(ReplyRow.at.desc(), ReplyRow.id.desc()).limit(limit)).scalars()
    return [
        Said(row.id, "inbound", row.at, row.sender, row.recipient, row.text, row.media, "received", row.wish)
        for row in rows
    ]


def _sent(
    session: Session, account_id: str, conversation: Conversation, before: tuple[datetime, str] | None, limit: int
) -> list[Said]:
    at: Any = MessageRow.sent_at
    query = select(
        MessageRow.id, at, MessageRow.sender, MessageRow.recipient, MessageRow.text, MessageRow.status
    ).where(
        MessageRow.account_id == account_id,
        MessageRow.contact_id == conversation.contact_id,
        MessageRow.channel == Channel.SMS,
        MessageRow.status.not_in(_UNSEEN),
        at.is_not(None),
    )
    if before:
        query = query.where(_earlier(at, MessageRow.id, before))
    rows = session.execute(query.order_by(at.desc(), MessageRow.id.desc()).limit(limit))
    return [
        Said(message_id, "outbound", sent_at, sender, recipient, text, [], status, None)
        for message_id, sent_at, sender, recipient, text, status in rows
    ]


def _earlier(at: Any, row_id: Any, before: tuple[datetime, str]) -> Any:
    moment, known = before
    return or_(at < moment, and_(at == moment, row_id < known))
