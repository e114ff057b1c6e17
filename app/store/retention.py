"""Visits that an account lets go of: which they are, and how they go."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from app.domain.visit_patterns import SPAN_S
from app.store.accounts import AccountRow
from app.store.clicks import ClickRow
from app.store.many_rows import fetch
from app.store.shares import ShareRow
from app.store.verdicts import NetworkFollowerRow, VerdictRevisionRow

_VISITS_SINCE = select(AccountRow.visits_since).where(AccountRow.id == bindparam("account_id"))


@dataclass(frozen=True, slots=True)
class Kept:
    """How long an account keeps single visits."""

    account_id: str
    retention_days: int | None
    """None for ever."""
    visits_since: datetime | None
    """Before it visits were let go of; None where none ever were."""


def kept_by_accounts(session: Session) -> list[Kept]:
    """Return what each account keeps."""
    query = select(AccountRow.id, AccountRow.retention_days, AccountRow.visits_since).order_by(AccountRow.id)
    return [Kept(*row) for row in session.execute(query)]


def visits_kept_since(session: Session, account_id: str) -> datetime | None:
    """Return before when an account's visits were let go of; None where none ever were."""
    [row] = fetch(session, _VISITS_SINCE, account_id=account_id)
    since: datetime | None = row[0]
    return since


def let_go_before(session: Session, account_id: str, moment: datetime) -> None:
    """Note that an account's visits before ``moment`` are no longer kept; it never moves back."""
    earlier = or_(AccountRow.visits_since.is_(None), AccountRow.visits_since < moment)
    session.execute(update(AccountRow).where(AccountRow.id == account_id, earlier).values(visits_since=moment))


def delete_clicks(session: Session, account_id: str, before: datetime, limit: int) -> int:
    """Delete some of an account's oldest clicks before a moment and return how many."""
    old = select(ClickRow.id, ClickRow.at).where(ClickRow.account_id == account_id, ClickRow.at < before)
    found = session.execute(old.order_by(ClickRow.at).limit(limit)).all()
    if found:
        ids, between = [row[0] for row in found], ClickRow.at.between(found[0][1], found[-1][1])
        gone = delete(ClickRow).where(ClickRow.account_id == account_id, ClickRow.id.in_(ids), between)
        session.execute(gone.execution_options(synchronize_session=False))
    return len(found)


def blank_presses(session: Session, account_id: str, before: datetime, limit: int) -> int:
    """Take from some presses before a moment where and with what they were made, and return how many.

    The press itself stays: that a message was shared is what its conversion rests on.
    """
    theirs = (ShareRow.account_id == account_id, ShareRow.at < before)
    told = select(ShareRow.id).where(*theirs, or_(ShareRow.ip != "", ShareRow.user_agent != "")).limit(limit)
    ids = list(session.execute(told).scalars())
    if ids:
        blanked = update(ShareRow).where(ShareRow.id.in_(ids)).values(ip="", user_agent="")
        session.execute(blanked.execution_options(synchronize_session=False))
    return len(ids)


def delete_followers(session: Session, account_id: str, before: datetime, limit: int) -> int:
    """Delete whom networks followed before a moment, some of it, and return how much was found.

    It only ever tells of visits of the same minutes, and none of those is kept or judged again.
    """
    span = NetworkFollowerRow.span
    theirs = (NetworkFollowerRow.account_id == account_id, span < int(before.timestamp()) // SPAN_S)
    spans = list(session.execute(select(span).where(*theirs).order_by(span).limit(limit)).scalars())
    if spans:
        gone = delete(NetworkFollowerRow).where(*theirs, span <= spans[-1])
        session.execute(gone.execution_options(synchronize_session=False))
    return len(spans)


def delete_revisions(session: Session, account_id: str, before: datetime, limit: int) -> int:
    """Delete some of the revisions of verdicts made before a moment, and return how many.

    The visits they are about are older still: no ``why`` tells of one that was let go of.
    """
    revised = VerdictRevisionRow
    old = select(revised.id).where(revised.account_id == account_id, revised.at < before).order_by(revised.at)
    ids = list(session.execute(old.limit(limit)).scalars())
    if ids:
        gone = delete(revised).where(revised.id.in_(ids))
        session.execute(gone.execution_options(synchronize_session=False))
    return len(ids)
