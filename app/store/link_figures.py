"""What came of one link: a message's, a share button, a shared link, or an advocate's own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from app.domain.destination import Address
from app.domain.message import Goal
from app.domain.money import from_minor
from app.domain.sharing import by_letter
from app.domain.visit import LinkKind, Verdict
from app.store.campaigns import AdvocateRow
from app.store.clicks import ClickRow
from app.store.links import LinkSetRow
from app.store.messages import MessageRow
from app.store.outcomes import OutcomeRow
from app.store.shares import ShareRow


@dataclass(frozen=True, slots=True)
class Link:
    """One link of an account, and whose it is."""

    kind: LinkKind
    contact_id: str
    """Its reader's, or who shares it."""
    message_id: str | None
    template: str | None
    advocate_id: str | None
    share_code: str | None
    link_index: int | None
    platform: str | None
    destination: str | None
    """What a message's own link leads to."""


@dataclass(frozen=True, slots=True)
class LinkFigures:
    """What came of it."""

    clicks: int
    unique_clicks: int
    machine_clicks: int
    shares: int
    signups: int
    orders: int
    revenue: list[dict[str, str]]
    first_at: datetime | None
    """Of the people's clicks or presses."""
    last_at: datetime | None


def find_link(session: Session, account_id: str, address: Address) -> Link | None:
    """Return the link that an address of ours leads to; None when the account has no such one."""
    platform = by_letter(address.letter) if address.letter else None
    if address.kind is None or (address.letter and platform is None):
        return None
    name = platform.name if platform else None
    if address.kind is LinkKind.ADVOCATE:
        return _of_advocate(session, account_id, address, name)
    return _of_message(session, account_id, address, name) or _of_advocate(session, account_id, address, name)


def _of_message(session: Session, account_id: str, address: Address, platform: str | None) -> Link | None:
    column = MessageRow.share_token if address.kind is LinkKind.SHARED else MessageRow.code
    query = (
        select(
            MessageRow.contact_id,
            MessageRow.id,
            MessageRow.template,
            MessageRow.advocate_id,
            AdvocateRow.share_code,
            LinkSetRow.destinations,
        )
        .outerjoin(AdvocateRow, AdvocateRow.id == MessageRow.advocate_id)
        .outerjoin(LinkSetRow, LinkSetRow.id == MessageRow.link_set_id)
        .where(MessageRow.account_id == account_id, column == address.code)
    )
    row = session.execute(query).one_or_none()
    index = address.link_index
    if row is None or address.kind is None or (index is not None and not 0 <= index < len(row[5] or ())):
        return None
    destination = None if index is None else row[5][index]
    return Link(address.kind, row[0], row[1], row[2], row[3], row[4], index, platform, destination)


def _of_advocate(session: Session, account_id: str, address: Address, platform: str | None) -> Link | None:
    columns = {LinkKind.SHARED: AdvocateRow.share_token, LinkKind.ADVOCATE: AdvocateRow.share_code}
    column = columns.get(address.kind) if address.kind else None
    if column is None or address.kind is None:
        return None
    query = select(AdvocateRow.contact_id, AdvocateRow.id, AdvocateRow.share_code).where(
        AdvocateRow.account_id == account_id, column == address.code
    )
    row = session.execute(query).one_or_none()
    return Link(address.kind, row[0], None, None, row[1], row[2], None, platform, None) if row else None


def link_figures(session: Session, account_id: str, link: Link) -> LinkFigures:
    """Return what came of a link; what was earned is what its own clicks were credited with."""
    if link.kind is LinkKind.PRESS:
        pressed = _count(ShareRow.verdict == Verdict.HUMAN)
        presses = select(pressed, func.min(ShareRow.at), func.max(ShareRow.at)).where(*_presses(account_id, link))
        shares, *moments = session.execute(presses).one()
        return LinkFigures(0, 0, 0, int(shares or 0), 0, 0, [], *moments)
    human = ClickRow.verdict == Verdict.HUMAN
    at = case((human, ClickRow.at))
    counts = (_count(human), _count(and_(human, ClickRow.is_unique)), _count(~human))
    visits = select(*counts, func.min(at), func.max(at)).where(*_clicks(account_id, link))
    clicks, unique, machines, *times = session.execute(visits).one()
    earned = _earned(session, account_id, link)
    return LinkFigures(int(clicks or 0), int(unique or 0), int(machines or 0), 0, *earned, *times)


def _earned(session: Session, account_id: str, link: Link) -> tuple[int, int, list[dict[str, str]]]:
    own: Select[Any] = select(ClickRow.id).where(*_clicks(account_id, link))
    query = (
        select(OutcomeRow.kind, OutcomeRow.currency, func.sum(OutcomeRow.quantity), func.sum(OutcomeRow.amount_minor))
        .where(OutcomeRow.account_id == account_id, OutcomeRow.click_id.in_(own))
        .group_by(OutcomeRow.kind, OutcomeRow.currency)
        .order_by(OutcomeRow.currency)
    )
    rows = session.execute(query).all()
    signups = sum(int(row[2]) for row in rows if row[0] == Goal.SIGNUP)
    orders = [row for row in rows if row[0] == Goal.ORDER]
    revenue = [{"currency": row[1], "amount": from_minor(int(row[3]), row[1])} for row in orders if row[3]]
    return signups, sum(int(row[2]) for row in orders), revenue


def _clicks(account_id: str, link: Link) -> list[ColumnElement[bool]]:
    conditions = [ClickRow.account_id == account_id, ClickRow.kind == link.kind]
    if link.message_id:
        conditions.append(ClickRow.message_id == link.message_id)
    else:
        conditions += [ClickRow.advocate_id == link.advocate_id, ClickRow.message_id.is_(None)]
    if link.link_index is not None:
        conditions.append(ClickRow.link_index == link.link_index)
    if link.platform:
        conditions.append(ClickRow.platform == link.platform)
    return conditions


def _presses(account_id: str, link: Link) -> list[ColumnElement[bool]]:
    return [
        ShareRow.account_id == account_id,
        ShareRow.message_id == link.message_id,
        ShareRow.platform == link.platform,
        ShareRow.verdict == Verdict.HUMAN,
    ]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
