"""Clicks, the batches they came in, and which of them were somebody's first.

Clicks and shares carry no foreign keys: they are many, they were resolved from those very rows at the edge, and one
whose message was erased since must still be counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Index, Row, Select, bindparam, case, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.attribution import Click
from app.domain.ids import minted_at, new_id
from app.domain.visit import LinkKind, Verdict, Visit
from app.store.base import Base, index_where, insert
from app.store.campaigns import AdvocateRow
from app.store.columns import Json, Utc
from app.store.contacts import ContactRow
from app.store.many_rows import among, among_those, checked, fetch, write
from app.store.messages import MessageRow
from app.store.new_rows import add_missing, add_new, is_sqlite
from app.store.shares import ShareRow


class ClickRow(Base):
    """One visit through a link; its id is the ``mbsy_source`` of the landing.

    PostgreSQL keeps each month in a partition (``click_months``), so its primary key is (id, at): of what is looked for
    by its id alone, ``at`` is the moment that the id was made in.
    """

    __tablename__ = "clicks"
    __table_args__ = (
        Index(None, "account_id", "at"),
        # Seldom, and looked for: without it a page of them would read every visit. An index of all verdicts would draw
        # SQLite's planner away from a message's own clicks.
        index_where("ix_clicks_previews", "account_id", "at", where="verdict = 'preview'"),
        Index(None, "message_id", "at"),
        Index(None, "advocate_id", "at"),
        Index(None, "contact_id", "at"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    at: Mapped[datetime] = mapped_column(Utc)
    kind: Mapped[str]
    message_id: Mapped[str | None]
    link_index: Mapped[int | None]
    contact_id: Mapped[str | None]
    """Who clicked, where the link was theirs alone; None for a shared link."""
    advocate_id: Mapped[str | None]
    campaign_id: Mapped[str | None]
    platform: Mapped[str | None]
    url: Mapped[str]
    referrer: Mapped[str]
    referrer_platform: Mapped[str | None]
    """Where the visitor came from by the referrer; ``platform`` is what the link was made for."""
    verdict: Mapped[str]
    signals: Mapped[Any] = mapped_column(Json)
    rules: Mapped[int]
    ip: Mapped[str]
    user_agent: Mapped[str]
    method: Mapped[str]
    prefetch: Mapped[str] = mapped_column(default="")
    """What the headers said that announce a prefetch or a preview."""
    is_unique: Mapped[bool]


class FirstClickRow(Base):
    """Who was here before: a human's first click on a message, or a visitor's first on a shared link."""

    __tablename__ = "first_clicks"
    account_id: Mapped[str] = mapped_column(primary_key=True)
    visitor: Mapped[str] = mapped_column(primary_key=True)
    click_id: Mapped[str]


class ClickBatchRow(Base):
    """A batch that is in the database: a repeat of it changes nothing."""

    __tablename__ = "click_batches"
    id: Mapped[str] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(Utc, index=True)
    visits: Mapped[int]
    refused: Mapped[int]
    """Lines that were no visit, or whose account is gone; kept in ``refused_visits``."""


class RefusedVisitRow(Base):
    """A journal line that could not become a click; kept, so that nothing is lost unseen."""

    __tablename__ = "refused_visits"
    id: Mapped[str] = mapped_column(primary_key=True)
    batch_id: Mapped[str] = mapped_column(index=True)
    line: Mapped[str]
    reason: Mapped[str]


_KNOWN = select(ClickRow.id).where(
    among_those(ClickRow.id, "ids"), ClickRow.at.between(bindparam("first"), bindparam("last"))
)
_TAKE_BATCH = insert(ClickBatchRow).on_conflict_do_nothing().returning(ClickBatchRow.id)


def take_batch(session: Session, batch_id: str, *, visits: int, refused: int, now: datetime) -> bool:
    """Note that a batch is being recorded; False when it is in the database already."""
    return bool(fetch(session, _TAKE_BATCH, id=batch_id, recorded_at=now, visits=visits, refused=refused))


def keep_refused(session: Session, batch_id: str, refused: Iterable[tuple[str, str]]) -> None:
    """Keep (line, reason) of what could not become a click; a NUL, which PostgreSQL refuses, becomes U+FFFD."""
    for raw, reason in refused:
        line = raw.replace("\0", "\ufffd")
        write(session, insert(RefusedVisitRow), id=new_id(), batch_id=batch_id, line=line, reason=reason)


def first_visits(session: Session, account_id: str, visitors: Mapping[str, str]) -> set[str]:
    """Remember visitors with their click, {visitor: click id}, and return whose click is their first."""
    # In one order for everybody, so that two batches at once cannot lock each other out.
    rows = [(account_id, visitor, visitors[visitor]) for visitor in sorted(visitors)]
    new = add_missing(session, FirstClickRow.__tablename__, ("account_id", "visitor", "click_id"), rows)
    if new in {0, len(rows)}:
        return set(visitors) if new else set()
    known = select(FirstClickRow.visitor, FirstClickRow.click_id).where(
        FirstClickRow.account_id == account_id, among(FirstClickRow.visitor, visitors)
    )
    return {visitor for visitor, click_id in session.execute(known) if visitors[visitor] == click_id}


class NewClick(NamedTuple):
    """A click as it came in, and what is known of it."""

    visit: Visit
    contact_id: str | None
    referrer_platform: str | None
    is_unique: bool


_FROM = Visit._fields.index("rules")
"""From here on a visit's values are kept as they are, under their own names."""
_NEW = (
    *("contact_id", "referrer_platform", "is_unique", "id", "at", "account_id", "kind", "verdict", "signals"),
    *Visit._fields[_FROM:],
)


def add_clicks(session: Session, clicks: Iterable[NewClick]) -> None:
    """Store clicks, none of which is stored already; see ``known_clicks``."""
    # As SQLAlchemy writes moments for SQLite: in UTC, without saying so.
    thousandths = "000" if is_sqlite(session) else "+00"
    rows = [
        (
            *known,
            visit.id,
            f"{_second(visit.at_ms // 1000)}.{visit.at_ms % 1000:03}{thousandths}",
            visit.account_id,
            str(visit.kind),
            str(visit.verdict),
            orjson.dumps(visit.signals).decode(),
            *visit[_FROM:],
        )
        for visit, *known in clicks
    ]
    add_new(session, ClickRow.__tablename__, _NEW, rows)


@lru_cache(maxsize=1_000)
def _second(since_1970: int) -> str:
    return datetime.fromtimestamp(since_1970, UTC).isoformat(" ")[:19]


def known_clicks(session: Session, clicks: Sequence[Visit]) -> set[str]:
    """Return the ids of those of these clicks that are stored already."""
    if not clicks:
        return set()
    # The same click always has the same moment, so only the months of these need a look.
    first, last = min(click.at_ms for click in clicks), max(click.at_ms for click in clicks)
    bounds = {"first": datetime.fromtimestamp(first / 1000, UTC), "last": datetime.fromtimestamp(last / 1000, UTC)}
    return {row[0] for row in fetch(session, _KNOWN, ids=[click.id for click in clicks], **bounds)}


_OURS = ClickRow.account_id == bindparam("account_id")


def _credited() -> Select[*tuple[Any, ...]]:
    """Select what attribution needs of a click, with the contact whose link it was."""
    sharer = func.coalesce(AdvocateRow.contact_id, MessageRow.contact_id)
    return (
        select(
            ClickRow.id,
            ClickRow.at,
            ClickRow.kind,
            ClickRow.verdict,
            ClickRow.message_id,
            ClickRow.advocate_id,
            ClickRow.platform,
            sharer,
            ContactRow.email,
            ContactRow.phone,
            ClickRow.ip,
            case((ClickRow.kind == LinkKind.MESSAGE, False), else_=_pressed_before()),
        )
        .outerjoin(AdvocateRow, AdvocateRow.id == ClickRow.advocate_id)
        .outerjoin(MessageRow, MessageRow.id == ClickRow.message_id)
        .outerjoin(ContactRow, ContactRow.id == sharer)
        .where(_OURS)
    )


def _pressed_before() -> ColumnElement[bool]:
    """Select whether the advocate whose link a click was on had shared in the same network with the same browser."""
    pressed = select(ShareRow.id).where(
        checked(ShareRow.account_id) == bindparam("account_id"),
        ShareRow.advocate_id == ClickRow.advocate_id,
        ShareRow.verdict == Verdict.HUMAN,
        ShareRow.at <= ClickRow.at,
        ShareRow.ip == ClickRow.ip,
        ShareRow.user_agent == ClickRow.user_agent,
        ShareRow.user_agent != "",
    )
    return pressed.exists()


_CREDITED = _credited()
_HUMAN = (
    _CREDITED.where(
        ClickRow.verdict == Verdict.HUMAN, ClickRow.at >= bindparam("since"), ClickRow.at <= bindparam("until")
    )
    .order_by(ClickRow.at.desc(), ClickRow.id.desc())
    .limit(20)
)
_HUMAN_OF_CONTACT = _HUMAN.where(ClickRow.contact_id == bindparam("whose"))
_HUMAN_OF_ADVOCATE = _HUMAN.where(ClickRow.advocate_id == bindparam("whose"), ClickRow.kind != LinkKind.MESSAGE)
_ROWS = select(ClickRow).where(_OURS)


def _click(row: Row[*tuple[Any, ...]]) -> Click:
    kind = LinkKind(row[2])
    verdict = Verdict(row[3])
    if kind is LinkKind.MESSAGE:
        return Click(row[0], row[1], kind, verdict, row[4], row[5], row[6], None)
    # The columns stand in the order of the fields.
    return Click(row[0], row[1], kind, verdict, *row[4:])


def click_by_id(session: Session, account_id: str, click_id: str) -> Click | None:
    """Return the click that an order names."""
    row = _by_id(session, _CREDITED, account_id, click_id)
    return _click(row) if row else None


def clicks_of_contact(
    session: Session, account_id: str, contact_id: str, since: datetime, until: datetime
) -> list[Click]:
    """Return a person's last human clicks on their own messages between two moments, both included."""
    rows = fetch(session, _HUMAN_OF_CONTACT, account_id=account_id, whose=contact_id, since=since, until=until)
    return [_click(row) for row in rows]


def clicks_of_advocate(
    session: Session, account_id: str, advocate_id: str, since: datetime, until: datetime
) -> list[Click]:
    """Return the last human clicks on an advocate's shared and plain links between two moments, both included."""
    rows = fetch(session, _HUMAN_OF_ADVOCATE, account_id=account_id, whose=advocate_id, since=since, until=until)
    return [_click(row) for row in rows]


def list_clicks(session: Session, account_id: str, *, before: str | None, limit: int) -> list[ClickRow]:
    """Return an account's visits, the newest first, from behind ``before``."""
    query = select(ClickRow).where(ClickRow.account_id == account_id)
    if before:
        query = query.where(ClickRow.id < before)
    return list(session.execute(query.order_by(ClickRow.id.desc()).limit(limit)).scalars())


def click_row(session: Session, account_id: str, click_id: str) -> ClickRow | None:
    """Return one visit of an account, whole."""
    row = _by_id(session, _ROWS, account_id, click_id)
    return ClickRow(**row._asdict()) if row else None


@cache
def _named(query: Select[Any]) -> tuple[Select[Any], Select[Any]]:
    """Return a query for the click of an id, and for that of an id in the month of a moment."""
    named = query.where(ClickRow.id == bindparam("click_id"))
    return named, named.where(ClickRow.at == bindparam("minted"))


def _by_id(session: Session, query: Select[Any], account_id: str, click_id: str) -> Row[Any] | None:
    """Return what ``query`` selects of one click, looked for in the month of its id before all others."""
    minted = minted_at(click_id)
    named, in_its_month = _named(query)
    known = {"account_id": account_id, "click_id": click_id}
    found = fetch(session, in_its_month, **known, minted=minted) if minted else ()
    return next(iter(found or fetch(session, named, **known)), None)
