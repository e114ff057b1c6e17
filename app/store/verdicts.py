"""Stored visits as their verdicts see them, and every verdict that was revised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Select, bindparam, delete, literal, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.ids import new_id
from app.domain.visit import LinkKind, Verdict
from app.store.base import Base, insert
from app.store.clicks import ClickRow, FirstClickRow
from app.store.columns import Json, Utc
from app.store.many_rows import among_those, checked, fetch, write
from app.store.shares import ShareRow


class VerdictRevisionRow(Base):
    """A visit that was taken for another's; a row is never changed, and goes some time after its visit."""

    __tablename__ = "verdict_revisions"
    __table_args__ = (Index(None, "account_id", "at"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    visit_id: Mapped[str] = mapped_column(index=True)
    """The click or the share."""
    at: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[str]
    """What revised it: a batch of visits that came in later, or the rules run again."""
    old_verdict: Mapped[str]
    new_verdict: Mapped[str]
    old_rules: Mapped[int]
    rules: Mapped[int]
    old_signals: Mapped[Any] = mapped_column(Json)
    signals: Mapped[Any] = mapped_column(Json)


class NetworkFollowerRow(Base):
    """Whose links were opened from one network, at the pace of a program, in one span of time."""

    __tablename__ = "network_followers"
    __table_args__ = (Index(None, "account_id", "span"),)
    account_id: Mapped[str] = mapped_column(primary_key=True)
    network: Mapped[str] = mapped_column(primary_key=True)
    span: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    message_id: Mapped[str] = mapped_column(primary_key=True)


@dataclass(frozen=True, slots=True)
class StoredVisit:
    """A click or a press, as far as its verdict and what hangs on it are concerned."""

    id: str
    at: datetime
    kind: LinkKind
    message_id: str | None
    link_index: int | None
    contact_id: str | None
    advocate_id: str | None
    campaign_id: str | None
    platform: str | None
    verdict: Verdict
    signals: tuple[str, ...]
    rules: int
    ip: str
    user_agent: str
    method: str
    prefetch: str
    is_unique: bool


_SHARED = (
    *("id", "at", "message_id", "advocate_id", "campaign_id", "platform", "verdict", "signals", "rules"),
    *("ip", "user_agent", "method", "prefetch"),
)
_CLICK: tuple[Any, ...] = (
    *(getattr(ClickRow, name) for name in _SHARED),
    *(ClickRow.kind, ClickRow.link_index, ClickRow.contact_id, ClickRow.is_unique),
)
_PRESS: tuple[Any, ...] = (*(getattr(ShareRow, name) for name in _SHARED), literal(LinkKind.PRESS.value))
_NAMES = (*_SHARED, "kind", "link_index", "contact_id", "is_unique")
_ALL = 2**63 - 1
_OF_MESSAGES = (
    select(*_CLICK)
    .where(
        checked(ClickRow.account_id) == bindparam("account_id"),
        among_those(ClickRow.message_id, "message_ids"),
        ClickRow.kind == LinkKind.MESSAGE,
        ClickRow.at.between(bindparam("since"), bindparam("until")),
    )
    .limit(bindparam("limit")),
    select(*_PRESS)
    .where(
        checked(ShareRow.account_id) == bindparam("account_id"),
        among_those(ShareRow.message_id, "message_ids"),
        ShareRow.at.between(bindparam("since"), bindparam("until")),
    )
    .limit(bindparam("limit")),
)
_BY_ID = (
    select(*_CLICK).where(
        checked(ClickRow.account_id) == bindparam("account_id"),
        among_those(ClickRow.id, "ids"),
        ClickRow.at.between(bindparam("since"), bindparam("until")),
    ),
    select(*_PRESS).where(checked(ShareRow.account_id) == bindparam("account_id"), among_those(ShareRow.id, "ids")),
)
_JUDGE_CLICK, _JUDGE_PRESS = (
    update(row).where(
        row.account_id == bindparam("of_account"), row.id == bindparam("visit_id"), row.at == bindparam("visited_at")
    )
    for row in (ClickRow, ShareRow)
)
_FOLLOWERS = select(NetworkFollowerRow.message_id).where(
    NetworkFollowerRow.account_id == bindparam("account_id"),
    NetworkFollowerRow.network == bindparam("network"),
    NetworkFollowerRow.span == bindparam("span"),
)
_REVISIONS = (
    select(VerdictRevisionRow)
    .where(
        checked(VerdictRevisionRow.account_id) == bindparam("account_id"),
        VerdictRevisionRow.visit_id == bindparam("visit_id"),
    )
    .order_by(VerdictRevisionRow.id)
)
_CLICK_OF_VISITOR = select(FirstClickRow.click_id).where(
    FirstClickRow.account_id == bindparam("account_id"), FirstClickRow.visitor == bindparam("visitor")
)
_ADD_FOLLOWERS = insert(NetworkFollowerRow).on_conflict_do_nothing()
_ADD_REVISIONS = insert(VerdictRevisionRow)
_FIRST_CLICK = insert(FirstClickRow)
_PUT_FIRST_CLICK = _FIRST_CLICK.on_conflict_do_update(
    index_elements=["account_id", "visitor"], set_={"click_id": _FIRST_CLICK.excluded.click_id}
)
_FORGET_FIRST_CLICK = delete(FirstClickRow).where(
    FirstClickRow.account_id == bindparam("account_id"), FirstClickRow.visitor == bindparam("visitor")
)


def _visit(row: Sequence[Any]) -> StoredVisit:
    facts = dict(zip(_NAMES, row, strict=False))
    facts |= {"kind": LinkKind(facts["kind"]), "verdict": Verdict(facts["verdict"])}
    facts["signals"] = tuple(facts["signals"])
    return StoredVisit(**{"link_index": None, "contact_id": None, "is_unique": False} | facts)


def _both(session: Session, queries: Sequence[Select[Any]], **values: Any) -> list[StoredVisit]:
    return [_visit(row) for query in queries for row in fetch(session, query, **values)]


def visits_of_messages(
    session: Session,
    account_id: str,
    message_ids: Sequence[str],
    since: datetime,
    until: datetime,
    *,
    limit: int | None = None,
) -> list[StoredVisit]:
    """Return who followed the links and buttons of these messages between two moments; at most ``limit`` of each."""
    if not message_ids:
        return []
    bounds = {"since": since, "until": until, "limit": _ALL if limit is None else limit}
    return _both(session, _OF_MESSAGES, account_id=account_id, message_ids=message_ids, **bounds)


def visits_by_id(session: Session, account_id: str, visits: Mapping[str, datetime]) -> list[StoredVisit]:
    """Return these clicks and presses, each with its moment, as they are stored."""
    if not visits:
        return []
    bounds = {"since": min(visits.values()), "until": max(visits.values())}
    return _both(session, _BY_ID, account_id=account_id, ids=list(visits), **bounds)


def visits_after(
    session: Session,
    account_id: str,
    row: type[ClickRow] | type[ShareRow],
    after: str,
    since: datetime | None,
    limit: int,
) -> list[StoredVisit]:
    """Return an account's clicks or presses in the order of their ids, from behind ``after``."""
    query = select(*(_CLICK if row is ClickRow else _PRESS)).where(row.account_id == account_id, row.id > after)
    if since is not None:
        query = query.where(row.at >= since)
    return [_visit(found) for found in session.execute(query.order_by(row.id).limit(limit))]


def note_followers(
    session: Session, account_id: str, followed: Mapping[tuple[str, int], set[str]], *, enough: int
) -> dict[tuple[str, int], set[str]]:
    """Remember whose links were opened from (network, span), at most ``enough`` of each, and return all of them."""
    everybody = {}
    for (network, span), message_ids in sorted(followed.items()):
        known = {row[0] for row in fetch(session, _FOLLOWERS, account_id=account_id, network=network, span=span)}
        new = sorted(message_ids - known)[: max(0, enough - len(known))]
        rows = [{"account_id": account_id, "network": network, "span": span, "message_id": one} for one in new]
        if rows:
            session.connection().execute(_ADD_FOLLOWERS, rows)
        everybody[network, span] = known.union(new)
    return everybody


def write_verdict(session: Session, account_id: str, visit: StoredVisit) -> None:
    """Put a visit's verdict, signals, rules and uniqueness in place of what was there."""
    which = {"of_account": account_id, "visit_id": visit.id, "visited_at": visit.at}
    values = {"verdict": visit.verdict, "signals": list(visit.signals), "rules": visit.rules}
    if visit.kind is LinkKind.PRESS:
        write(session, _JUDGE_PRESS, **which, **values)
    else:
        write(session, _JUDGE_CLICK, **which, **values, is_unique=visit.is_unique)


def add_revisions(
    session: Session, account_id: str, revised: Sequence[tuple[StoredVisit, StoredVisit]], *, by: str, now: datetime
) -> None:
    """Keep who was taken for whom before and after."""
    rows = [
        {
            "id": new_id(),
            "account_id": account_id,
            "visit_id": new.id,
            "at": now,
            "by": by,
            "old_verdict": old.verdict,
            "new_verdict": new.verdict,
            "old_rules": old.rules,
            "rules": new.rules,
            "old_signals": list(old.signals),
            "signals": list(new.signals),
        }
        for old, new in revised
    ]
    if rows:
        session.connection().execute(_ADD_REVISIONS, rows)


def revisions_of(session: Session, account_id: str, visit_id: str) -> list[VerdictRevisionRow]:
    """Return how the verdict on a visit was revised, oldest first."""
    return list(session.execute(_REVISIONS, {"account_id": account_id, "visit_id": visit_id}).scalars())


def first_click(session: Session, account_id: str, visitor: str) -> str | None:
    """Return the click that counts as a visitor's first."""
    rows = fetch(session, _CLICK_OF_VISITOR, account_id=account_id, visitor=visitor)
    return rows[0][0] if rows else None


def earliest_human_click(session: Session, account_id: str, like: StoredVisit) -> StoredVisit | None:
    """Return the first human click of the visitor that ``like`` is one of."""
    query = select(*_CLICK).where(ClickRow.account_id == account_id, ClickRow.verdict == Verdict.HUMAN)
    if like.kind is LinkKind.MESSAGE:
        query = query.where(ClickRow.kind == LinkKind.MESSAGE, ClickRow.message_id == like.message_id)
    else:
        query = query.where(
            ClickRow.kind != LinkKind.MESSAGE,
            ClickRow.message_id == like.message_id
            if like.message_id
            else ClickRow.message_id.is_(None) & (ClickRow.advocate_id == like.advocate_id),
            ClickRow.platform == like.platform if like.platform else ClickRow.platform.is_(None),
            ClickRow.ip == like.ip,
            ClickRow.user_agent == like.user_agent,
        )
    row = session.execute(query.order_by(ClickRow.at, ClickRow.id).limit(1)).one_or_none()
    return _visit(row) if row else None


def put_first_click(session: Session, account_id: str, visitor: str, click_id: str | None) -> None:
    """Let another click be a visitor's first; None when no human click of theirs is left."""
    if click_id is None:
        write(session, _FORGET_FIRST_CLICK, account_id=account_id, visitor=visitor)
    else:
        write(session, _PUT_FIRST_CLICK, account_id=account_id, visitor=visitor, click_id=click_id)
