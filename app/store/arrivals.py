"""Which orders and signups something that has just become known concerns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from app.domain.attribution import Chain, Reason
from app.domain.visit import LinkKind
from app.store.clicks import ClickRow
from app.store.many_rows import among_those, checked, fetch
from app.store.orders import OrderRow, SignupRow

_NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sharer:
    """The browser in which an advocate pressed a share button, and when."""

    advocate_id: str
    network: str
    user_agent: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """What has just become known and may settle an open question."""

    since: datetime
    """When the first of it happened: what was ordered before that is not concerned, unless it names the click."""
    click_ids: frozenset[str] = _NOBODY
    contact_ids: frozenset[str] = _NOBODY
    advocate_ids: frozenset[str] = _NOBODY
    shared_message_ids: frozenset[str] = _NOBODY
    """In which a share button was pressed."""
    sharing_advocate_ids: frozenset[str] = _NOBODY
    """Who pressed a button of their widget."""


_HAS_CREDITED = select(
    or_(
        *(
            select(row.id).where(row.account_id == bindparam("account_id")).limit(1).exists()
            for row in (OrderRow, SignupRow)
        )
    )
)


def _concerned(row: type[OrderRow] | type[SignupRow]) -> dict[str, Select[str]]:
    """Select the orders or signups that each kind of what arrives concerns, by its name in ``Arrival``."""
    since: BindParameter[datetime] = bindparam("since")
    # A click that an order names is settled; any other credit may be bettered by a later click.
    open_since = and_(or_(row.reason.is_(None), row.reason != Reason.NAMED_CLICK), row.at >= since)
    # A press can stand behind no click that was made before it.
    later_click = select(ClickRow.id).where(ClickRow.id == row.click_id, ClickRow.at >= since).exists()
    theirs = select(row.id).where(checked(row.account_id) == bindparam("account_id"))
    return {
        "click_ids": theirs.where(among_those(row.mbsy_source, "named")),
        "contact_ids": theirs.where(among_those(row.contact_id, "named"), open_since),
        "advocate_ids": theirs.where(among_those(row.named_advocate_id, "named"), open_since),
        "shared_message_ids": theirs.where(
            among_those(row.message_id, "named"), row.chain == Chain.SHARED_CLICK, later_click
        ),
        "sharing_advocate_ids": theirs.where(
            among_those(row.advocate_id, "named"), row.chain == Chain.ADVOCATE_CLICK, later_click
        ),
    }


_CONCERNED: dict[Any, dict[str, Select[str]]] = {row: _concerned(row) for row in (OrderRow, SignupRow)}


def has_credited(session: Session, account_id: str) -> bool:
    """Tell whether an account has had any order or signup; many have no shop."""
    [row] = fetch(session, _HAS_CREDITED, account_id=account_id)
    return bool(row[0])


def concerned(session: Session, row: type[OrderRow] | type[SignupRow], account_id: str, arrival: Arrival) -> list[str]:
    """Return the orders or signups whose credit an arrival may change."""
    found: set[str] = set()
    # One by one: joined by OR, they would have the database read every order of the account.
    for kind, query in _CONCERNED[row].items():
        if named := list(getattr(arrival, kind)):
            rows = fetch(session, query, account_id=account_id, named=named, since=arrival.since)
            found.update(one[0] for one in rows)
    return sorted(found)


def clicks_of_sharers(session: Session, account_id: str, sharers: Sequence[Sharer]) -> dict[str, str]:
    """Return the clicks that the sharers' own browsers made on the advocates' links afterwards, each with the advocate.

    A press that comes in late, or turns out to be another's than it was taken for, decides whether these were friends'.
    """
    first: dict[tuple[str, str, str], datetime] = {}
    for one in sharers:
        if one.user_agent:
            browser = (one.advocate_id, one.network, one.user_agent)
            first[browser] = min(one.at, first.get(browser, one.at))
    if not first:
        return {}
    whose, networks, user_agents = (sorted(set(part)) for part in zip(*first, strict=True))
    query = select(ClickRow.id, ClickRow.advocate_id, ClickRow.ip, ClickRow.user_agent, ClickRow.at).where(
        ClickRow.account_id == account_id,
        ClickRow.advocate_id.in_(whose),
        ClickRow.at >= min(first.values()),
        ClickRow.kind != LinkKind.MESSAGE,
        ClickRow.ip.in_(networks),
        ClickRow.user_agent.in_(user_agents),
    )
    found: Sequence[Any] = session.execute(query).all()
    return {
        click_id: advocate_id
        for click_id, advocate_id, network, user_agent, at in found
        if (pressed_at := first.get((advocate_id, network, user_agent))) and pressed_at <= at
    }
