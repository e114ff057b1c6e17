"""Advocates of one campaign with what each one brought."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.visit import LinkKind, Verdict
from app.store.campaigns import AdvocateRow
from app.store.clicks import ClickRow
from app.store.contacts import ContactRow
from app.store.outcomes import OutcomeRow


@dataclass(frozen=True, slots=True)
class AdvocateResult:
    """One advocate and what came of their sharing."""

    id: str
    share_code: str
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    clicks: int = 0
    """Of friends, people only."""
    outcomes: dict[str, int] = field(default_factory=dict)
    """By kind: share, signup, order."""


def advocate_results(
    session: Session, account_id: str, campaign_id: str, *, before: str | None, limit: int
) -> list[AdvocateResult]:
    """Return a campaign's advocates, the latest first, from behind ``before``."""
    person = (ContactRow.first_name, ContactRow.last_name, ContactRow.email, ContactRow.phone)
    query = (
        select(AdvocateRow.id, AdvocateRow.share_code, *person)
        .join(ContactRow, ContactRow.id == AdvocateRow.contact_id)
        .where(AdvocateRow.account_id == account_id, AdvocateRow.campaign_id == campaign_id)
    )
    if before:
        query = query.where(AdvocateRow.id < before)
    rows = session.execute(query.order_by(AdvocateRow.id.desc()).limit(limit)).all()
    ids = [row[0] for row in rows]
    clicks, outcomes = _clicks(session, account_id, ids), _outcomes(session, account_id, ids)
    return [AdvocateResult(*row, clicks.get(row[0], 0), outcomes.get(row[0], {})) for row in rows]


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
