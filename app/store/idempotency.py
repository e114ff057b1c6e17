"""Answers kept by the caller's key: the same call again gets the same answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, insert
from app.store.columns import Encrypted, Json, Utc
from app.store.many_rows import fetch, write


class AnswerRow(Base):
    """What was answered to a call that carried a key."""

    __tablename__ = "answers"
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    status: Mapped[int]
    body: Mapped[Any] = mapped_column(Json, nullable=True)
    """None while the call is at work."""
    secret: Mapped[str | None] = mapped_column(Encrypted)
    """What of the answer is a secret, and so does not stand in ``body``."""
    created_at: Mapped[datetime] = mapped_column(Utc, index=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """A kept answer, and which body it was the answer to."""

    fingerprint: str
    status: int
    body: Any
    secret: str | None = None


_RESERVE = insert(AnswerRow).on_conflict_do_nothing().returning(AnswerRow.key)
_KEPT = select(AnswerRow.fingerprint, AnswerRow.status, AnswerRow.body, AnswerRow.secret).where(
    AnswerRow.account_id == bindparam("account_id"), AnswerRow.key == bindparam("key")
)
_KEEP = update(AnswerRow).where(AnswerRow.account_id == bindparam("of_account"), AnswerRow.key == bindparam("of_key"))


def reserve_answer(session: Session, account_id: str, key: str, fingerprint: str, now: datetime) -> Answer | None:
    """Take ``key`` for this call; the kept answer when an earlier call has it.

    A call with the same key that is still at work holds the row, so this one waits for its end.
    """
    named = {"account_id": account_id, "key": key}
    if fetch(session, _RESERVE, **named, fingerprint=fingerprint, status=0, body=None, created_at=now):
        return None
    [row] = fetch(session, _KEPT, **named)
    return Answer(*row)


def keep_answer(
    session: Session, account_id: str, key: str, status: int, body: Any, *, secret: str | None = None
) -> None:
    """Keep what this call is answered, in the transaction that does its work."""
    write(session, _KEEP, of_account=account_id, of_key=key, status=status, body=body, secret=secret)
