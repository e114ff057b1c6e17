"""Outcomes: shares, signups and orders credited to a message; rows are only ever added."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.ids import new_id
from app.store.base import Base, insert
from app.store.columns import Utc
from app.store.many_rows import fetch, write


class OutcomeRow(Base):
    """A credit given, or taken back: quantities and amounts add up to what stands."""

    __tablename__ = "outcomes"
    __table_args__ = (
        Index(None, "kind", "subject_id"),
        Index(None, "account_id", "at"),
        Index(None, "click_id"),
        Index(None, "advocate_id", "kind", "subject_id"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str]
    subject_id: Mapped[str]
    """The share, signup or order that was earned."""
    at: Mapped[datetime] = mapped_column(Utc)
    """When it was earned; a correction stands at the same moment as what it corrects."""
    quantity: Mapped[int]
    conversions: Mapped[int]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    channel: Mapped[str]
    template: Mapped[str]
    automation: Mapped[str]
    campaign_id: Mapped[str]
    platform: Mapped[str]
    message_id: Mapped[str | None]
    advocate_id: Mapped[str | None]
    click_id: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(Utc)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One credit, as it is added."""

    kind: str
    subject_id: str
    at: datetime
    quantity: int
    conversions: int
    amount_minor: int
    currency: str
    channel: str
    template: str
    automation: str
    campaign_id: str
    platform: str
    message_id: str | None
    advocate_id: str | None
    click_id: str | None


OUTCOME: tuple[Any, ...] = (
    OutcomeRow.kind,
    OutcomeRow.subject_id,
    OutcomeRow.at,
    OutcomeRow.quantity,
    OutcomeRow.conversions,
    OutcomeRow.amount_minor,
    OutcomeRow.currency,
    OutcomeRow.channel,
    OutcomeRow.template,
    OutcomeRow.automation,
    OutcomeRow.campaign_id,
    OutcomeRow.platform,
    OutcomeRow.message_id,
    OutcomeRow.advocate_id,
    OutcomeRow.click_id,
)


_OF_SUBJECT = (
    select(*OUTCOME)
    .where(
        OutcomeRow.account_id == bindparam("account_id"),
        OutcomeRow.kind == bindparam("kind"),
        OutcomeRow.subject_id == bindparam("subject_id"),
    )
    .order_by(OutcomeRow.id)
)
_ADD = insert(OutcomeRow)


def add_outcome(session: Session, account_id: str, outcome: Outcome, now: datetime) -> None:
    """Add one credit, or one correction of a credit."""
    values = {name: getattr(outcome, name) for name in Outcome.__dataclass_fields__}
    write(session, _ADD, id=new_id(), account_id=account_id, recorded_at=now, **values)


def outcomes_of(session: Session, account_id: str, kind: str, subject_id: str) -> list[Outcome]:
    """Return every credit given and taken back for one share, signup or order, oldest first."""
    rows = fetch(session, _OF_SUBJECT, account_id=account_id, kind=kind, subject_id=subject_id)
    return [Outcome(*row) for row in rows]
