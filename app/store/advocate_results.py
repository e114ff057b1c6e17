"""Advocates of a campaign with what each one brought, added up and one by one."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, cast, func, literal, select
from sqlalchemy.orm import Session, aliased

from app.domain.message import Goal
from app.domain.visit import LinkKind, Verdict
from app.store.campaigns import AdvocateRow
from app.store.clicks import ClickRow
from app.store.contacts import ContactRow
from app.store.orders import OrderRow, SignupRow
from app.store.outcomes import OutcomeRow

_PERSON: tuple[Any, ...] = (
    ContactRow.first_name,
    ContactRow.last_name,
    ContactRow.email,
    ContactRow.phone,
    ContactRow.external_id,
)


@dataclass(frozen=True, slots=True)
class AdvocateResult:
    """One advocate and what came of their sharing."""

    id: str
    campaign_id: str
    share_code: str
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    external_id: str | None
    clicks: int = 0
    """Of friends, people only."""
    outcomes: dict[str, int] = field(default_factory=dict)
    """By kind: share, signup, order."""


@dataclass(frozen=True, slots=True)
class AdvocateCredit:
    """One share, signup or order that an advocate earned."""

    id: str
    at: datetime
    platform: str
    message_id: str | None
    amount_minor: int
    currency: str
    order_id: str | None
    """The shop's own number."""
    first_name: str | None
    """Of the friend who signed up or bought; a share has no friend."""
    last_name: str | None
    email: str | None
    phone: str | None
    external_id: str | None


def advocate_results(
    session: Session, account_id: str, campaign_id: str, *, before: str | None, limit: int
) -> list[AdvocateResult]:
    """Return a campaign's advocates, the latest first, from behind ``before``."""
    query = _advocates(account_id).where(AdvocateRow.campaign_id == campaign_id)
    if before:
        query = query.where(AdvocateRow.id < before)
    return _results(session, account_id, query.order_by(AdvocateRow.id.desc()).limit(limit))


def advocate_result(session: Session, account_id: str, share_code: str) -> AdvocateResult | None:
    """Return the advocate of a share code; None when there is no such one."""
    found = _results(session, account_id, _advocates(account_id).where(AdvocateRow.share_code == share_code))
    return found[0] if found else None


def advocate_credits(
    session: Session, account_id: str, advocate_id: str, goal: Goal, *, before: str | None, limit: int
) -> list[AdvocateCredit]:
    """Return what an advocate earned of one kind, the latest first, from behind ``before``: as many as are counted."""
    credited = select(
        OutcomeRow.subject_id.label("id"),
        func.max(OutcomeRow.at).label("at"),
        func.max(OutcomeRow.platform).label("platform"),
        func.max(OutcomeRow.message_id).label("message_id"),
        cast(func.sum(OutcomeRow.amount_minor), Integer).label("amount"),
        func.max(OutcomeRow.currency).label("currency"),
    ).where(OutcomeRow.account_id == account_id, OutcomeRow.advocate_id == advocate_id, OutcomeRow.kind == goal)
    if before:
        credited = credited.where(OutcomeRow.subject_id < before)
    standing = credited.group_by(OutcomeRow.subject_id).having(func.sum(OutcomeRow.quantity) != 0)
    page = standing.order_by(OutcomeRow.subject_id.desc()).limit(limit).subquery()
    friend = aliased(AdvocateRow)
    friends: dict[Goal, Any] = {
        Goal.SHARE: literal(None),
        Goal.SIGNUP: friend.contact_id,
        Goal.ORDER: OrderRow.contact_id,
    }
    query: Select[Any] = (
        select(*page.c, OrderRow.order_id, *_PERSON)
        .outerjoin(OrderRow, OrderRow.id == page.c.id)
        .outerjoin(SignupRow, SignupRow.id == page.c.id)
        .outerjoin(friend, friend.id == SignupRow.enrolled_advocate_id)
        .outerjoin(ContactRow, ContactRow.id == friends[goal])
    )
    return [AdvocateCredit(*row) for row in session.execute(query.order_by(page.c.id.desc()))]


def _advocates(account_id: str) -> Select[Any]:
    query: Select[Any] = select(AdvocateRow.id, AdvocateRow.campaign_id, AdvocateRow.share_code, *_PERSON)
    return query.join(ContactRow, ContactRow.id == AdvocateRow.contact_id).where(AdvocateRow.account_id == account_id)


def _results(session: Session, account_id: str, query: Select[Any]) -> list[AdvocateResult]:
    advocates = [AdvocateResult(*row) for row in session.execute(query)]
    ids = [one.id for one in advocates]
    clicks, outcomes = _clicks(session, account_id, ids), _outcomes(session, account_id, ids)
    return [replace(one, clicks=clicks.get(one.id, 0), outcomes=outcomes.get(one.id, {})) for one in advocates]


def _clicks(session: Session, account_id: str, ids: Collection[str]) -> dict[str, int]:
    query = select(ClickRow.advocate_id, func.count()).where(
        # Beside the advocates only: by itself it would lead SQLite through every visit of the account.
        func.coalesce(ClickRow.account_id, "") == account_id,
        ClickRow.advocate_id.in_(ids),
        ClickRow.kind != LinkKind.MESSAGE,
        ClickRow.verdict == Verdict.HUMAN,
    )
    return {str(advocate): count for advocate, count in session.execute(query.group_by(ClickRow.advocate_id))}


def _outcomes(session: Session, account_id: str, ids: Collection[str]) -> dict[str, dict[str, int]]:
    query = select(OutcomeRow.advocate_id, OutcomeRow.kind, func.sum(OutcomeRow.quantity)).where(
        OutcomeRow.account_id == account_id, OutcomeRow.advocate_id.in_(ids)
    )
    found: dict[str, dict[str, int]] = {}
    for advocate, kind, quantity in session.execute(query.group_by(OutcomeRow.advocate_id, OutcomeRow.kind)):
        found.setdefault(str(advocate), {})[kind] = int(quantity)
    return found
