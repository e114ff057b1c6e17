"""Shares: an advocate pressed a share button. No foreign keys, as in ``clicks``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.visit import Verdict
from app.store.base import Base, insert
from app.store.columns import Json, Utc
from app.store.many_rows import among_those, checked, fetch


class ShareRow(Base):
    """One press; its id was minted at the edge."""

    __tablename__ = "shares"
    __table_args__ = (
        Index(None, "message_id", "platform"),
        Index(None, "advocate_id", "platform"),
        Index(None, "account_id", "at"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    at: Mapped[datetime] = mapped_column(Utc)
    message_id: Mapped[str | None]
    """None for a press in an advocate's widget."""
    advocate_id: Mapped[str | None]
    campaign_id: Mapped[str | None]
    platform: Mapped[str]
    verdict: Mapped[str]
    signals: Mapped[Any] = mapped_column(Json)
    rules: Mapped[int]
    ip: Mapped[str]
    user_agent: Mapped[str]
    method: Mapped[str] = mapped_column(default="GET")
    prefetch: Mapped[str] = mapped_column(default="")


_ADD = insert(ShareRow).on_conflict_do_nothing().returning(ShareRow.id)


def add_shares(session: Session, rows: Sequence[dict[str, Any]]) -> set[str]:
    """Store presses and return the ids of those that were new."""
    if not rows:
        return set()
    return set(session.connection().execute(_ADD, rows).scalars())


@dataclass(frozen=True, slots=True)
class HumanShare:
    """A person's press, as far as it is credited."""

    id: str
    at: datetime
    message_id: str | None
    platform: str


_HUMAN = (ShareRow.id, ShareRow.at, ShareRow.message_id, ShareRow.platform)
_HUMAN_BY_ID = select(*_HUMAN).where(
    checked(ShareRow.account_id) == bindparam("account_id"),
    among_those(ShareRow.id, "ids"),
    ShareRow.verdict == Verdict.HUMAN,
)
_FIRST = (
    select(*_HUMAN)
    .where(
        checked(ShareRow.account_id) == bindparam("account_id"),
        ShareRow.message_id == bindparam("message_id"),
        ShareRow.verdict == Verdict.HUMAN,
        ShareRow.id.not_in(bindparam("but_not", expanding=True)),
    )
    .order_by(ShareRow.at, ShareRow.id)
    .limit(1)
)


def human_shares(session: Session, account_id: str, ids: Sequence[str]) -> list[HumanShare]:
    """Return which of these presses were people's."""
    return [HumanShare(*row) for row in fetch(session, _HUMAN_BY_ID, account_id=account_id, ids=ids)]


def first_shares(
    session: Session, account_id: str, message_ids: Sequence[str], *, but_not: Sequence[str]
) -> dict[str, HumanShare]:
    """Return each message's earliest human press, leaving out ``but_not``."""
    first: dict[str, HumanShare] = {}
    for message_id in message_ids:
        for row in fetch(session, _FIRST, account_id=account_id, message_id=message_id, but_not=but_not):
            first[message_id] = HumanShare(*row)
    return first


_LAST_PRESS = (
    select(ShareRow.id)
    .where(
        checked(ShareRow.account_id) == bindparam("account_id"),
        ShareRow.platform == bindparam("platform"),
        ShareRow.verdict == Verdict.HUMAN,
        ShareRow.at <= bindparam("until"),
    )
    .order_by(ShareRow.at.desc(), ShareRow.id.desc())
    .limit(1)
)
_IN_BROWSER = (
    select(ShareRow.id)
    .where(
        checked(ShareRow.account_id) == bindparam("account_id"),
        ShareRow.advocate_id == bindparam("advocate_id"),
        ShareRow.ip == bindparam("network"),
        ShareRow.user_agent == bindparam("user_agent"),
        ShareRow.at <= bindparam("until"),
    )
    .order_by(ShareRow.at, ShareRow.id)
    .limit(20)
)
_IN_MESSAGE = _LAST_PRESS.where(ShareRow.message_id == bindparam("pressed_in"))
_IN_WIDGET = _LAST_PRESS.where(ShareRow.message_id.is_(None), ShareRow.advocate_id == bindparam("pressed_in"))


def share_behind(
    session: Session,
    account_id: str,
    *,
    message_id: str | None,
    advocate_id: str | None,
    platform: str | None,
    at: datetime,
) -> str | None:
    """Return the human press that put a link on ``platform``: the last one before a click at ``at``.

    It was a press in that message, or, without one, in that advocate's widget.
    """
    query, pressed_in = (_IN_MESSAGE, message_id) if message_id else (_IN_WIDGET, advocate_id)
    rows = fetch(session, query, account_id=account_id, pressed_in=pressed_in, platform=platform, until=at)
    return rows[0][0] if rows else None


def share_by_id(session: Session, account_id: str, share_id: str) -> ShareRow | None:
    """Return one press of an account."""
    query = select(ShareRow).where(ShareRow.account_id == account_id, ShareRow.id == share_id)
    return session.execute(query).scalar_one_or_none()


def presses_behind(
    session: Session, account_id: str, advocate_id: str, *, network: str, user_agent: str, until: datetime
) -> list[str]:
    """Return an advocate's presses in the browser of a click at ``until``, by whomever, the oldest first."""
    if not user_agent:
        return []
    browser = {"advocate_id": advocate_id, "network": network, "user_agent": user_agent}
    return [row[0] for row in fetch(session, _IN_BROWSER, account_id=account_id, **browser, until=until)]
