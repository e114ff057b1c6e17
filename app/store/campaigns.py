"""Campaigns, and the advocates enrolled in them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.ids import new_codes, new_id
from app.store.base import Base, insert
from app.store.columns import Json, Utc
from app.store.many_rows import add_columns, among_those, checked, fetch


class CampaignRow(Base):
    """Where friends land, and what an advocate's message says."""

    __tablename__ = "campaigns"
    __table_args__ = (UniqueConstraint("account_id", "key"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    key: Mapped[str]
    name: Mapped[str]
    landing_url: Mapped[str]
    share_text: Mapped[str]
    share_texts: Mapped[Any] = mapped_column(Json)
    """By platform, where it has words of its own."""
    enrolment: Mapped[Any] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Utc)
    updated_at: Mapped[datetime] = mapped_column(Utc)


class AdvocateRow(Base):
    """A contact enrolled in a campaign."""

    __tablename__ = "advocates"
    __table_args__ = (
        UniqueConstraint("account_id", "share_code"),
        UniqueConstraint("campaign_id", "contact_id"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaigns.id"))
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id"), index=True)
    share_code: Mapped[str]
    share_token: Mapped[str] = mapped_column(unique=True)
    consent: Mapped[str | None]
    """The words they agreed to on the campaign's page; None for whoever another system enrolled."""
    consented_at: Mapped[datetime | None] = mapped_column(Utc)
    created_at: Mapped[datetime] = mapped_column(Utc)


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as the rest of the hub sees it."""

    id: str
    key: str
    name: str
    landing_url: str
    share_text: str
    enrolment: Mapping[str, Any]
    share_texts: Mapping[str, str]
    """By platform, where it has words of its own."""


class Advocate(NamedTuple):
    """An advocate and the codes of their links."""

    id: str
    campaign_id: str
    contact_id: str
    share_code: str
    share_token: str
    created_at: datetime
    consent: str | None
    """The words they agreed to when they enrolled themselves."""
    consented_at: datetime | None


class Sharer(NamedTuple):
    """What an advocate's links are made of."""

    id: str
    share_code: str
    share_token: str


_CAMPAIGN = (
    CampaignRow.id,
    CampaignRow.key,
    CampaignRow.name,
    CampaignRow.landing_url,
    CampaignRow.share_text,
    CampaignRow.enrolment,
    CampaignRow.share_texts,
)
_ADVOCATE = (
    AdvocateRow.id,
    AdvocateRow.campaign_id,
    AdvocateRow.contact_id,
    AdvocateRow.share_code,
    AdvocateRow.share_token,
    AdvocateRow.created_at,
    AdvocateRow.consent,
    AdvocateRow.consented_at,
)


_OURS = CampaignRow.account_id == bindparam("account_id")
_STORED = insert(CampaignRow)
_SAID = ("name", "landing_url", "share_text", "share_texts", "enrolment", "updated_at")
_PUT = _STORED.on_conflict_do_update(
    index_elements=["account_id", "key"], set_={name: _STORED.excluded[name] for name in _SAID}
).returning(*_CAMPAIGN)
_BY_KEY = select(*_CAMPAIGN).where(_OURS, CampaignRow.key == bindparam("key"))
_BY_ID = select(*_CAMPAIGN).where(_OURS, CampaignRow.id == bindparam("campaign_id"))
_FIRST_TWO = select(*_CAMPAIGN).where(_OURS).limit(2)
_BEHIND = (
    select(*_CAMPAIGN)
    .where(_OURS, CampaignRow.key > bindparam("after"))
    .order_by(CampaignRow.key)
    .limit(bindparam("limit"))
)
_THEIRS = AdvocateRow.account_id == bindparam("account_id")
_ADVOCATE_BY_ID = select(*_ADVOCATE).where(_THEIRS, AdvocateRow.id == bindparam("advocate_id"))
_ADVOCATES_BY_ID = select(*_ADVOCATE).where(
    checked(AdvocateRow.account_id) == bindparam("account_id"), among_those(AdvocateRow.id, "advocate_ids")
)
_BY_SHARE_CODE = select(*_ADVOCATE).where(_THEIRS, AdvocateRow.share_code == bindparam("share_code"))
_BY_SHARE_CODES = select(*_ADVOCATE).where(_THEIRS, among_those(AdvocateRow.share_code, "share_codes"))
_ENROLLED = select(*_ADVOCATE).where(
    AdvocateRow.account_id == bindparam("account_id"),
    AdvocateRow.campaign_id == bindparam("campaign_id"),
    among_those(AdvocateRow.contact_id, "contact_ids"),
)
_ENROLLED_AS = select(AdvocateRow.contact_id, AdvocateRow.id).where(
    checked(AdvocateRow.account_id) == bindparam("account_id"),
    AdvocateRow.campaign_id == bindparam("campaign_id"),
    among_those(AdvocateRow.contact_id, "contact_ids"),
)
_TAKEN = select(AdvocateRow.share_code).where(
    AdvocateRow.account_id == bindparam("account_id"), among_those(AdvocateRow.share_code, "share_codes")
)
_SHARERS = select(AdvocateRow.id, AdvocateRow.share_code, AdvocateRow.share_token).where(
    checked(AdvocateRow.account_id) == bindparam("account_id"), among_those(AdvocateRow.id, "advocate_ids")
)


def put_campaign(
    session: Session,
    account_id: str,
    *,
    key: str,
    name: str,
    landing_url: str,
    share_text: str,
    enrolment: Mapping[str, Any],
    now: datetime,
    share_texts: Mapping[str, str] | None = None,
) -> Campaign:
    """Store a campaign in place of the one with its key."""
    [row] = fetch(
        session,
        _PUT,
        id=new_id(),
        account_id=account_id,
        key=key,
        name=name,
        landing_url=landing_url,
        share_text=share_text,
        share_texts=dict(share_texts or {}),
        enrolment=dict(enrolment),
        created_at=now,
        updated_at=now,
    )
    return Campaign(*row)


def campaign_by_key(session: Session, account_id: str, key: str) -> Campaign | None:
    """Return the account's campaign named ``key``."""
    rows = fetch(session, _BY_KEY, account_id=account_id, key=key)
    return Campaign(*rows[0]) if rows else None


def campaign_by_id(session: Session, account_id: str, campaign_id: str) -> Campaign | None:
    """Return one campaign of an account."""
    rows = fetch(session, _BY_ID, account_id=account_id, campaign_id=campaign_id)
    return Campaign(*rows[0]) if rows else None


def only_campaign(session: Session, account_id: str) -> Campaign | None:
    """Return the account's campaign if it has exactly one: then nobody needs to name it."""
    rows = fetch(session, _FIRST_TWO, account_id=account_id)
    return Campaign(*rows[0]) if len(rows) == 1 else None


def list_campaigns(session: Session, account_id: str, *, after: str | None, limit: int) -> list[Campaign]:
    """Return an account's campaigns by key, from behind ``after``."""
    rows = fetch(session, _BEHIND, account_id=account_id, after=after or "", limit=limit)
    return [Campaign(*row) for row in rows]


def advocates_of(
    session: Session, account_id: str, campaign_id: str, contact_ids: Sequence[str]
) -> dict[str, Advocate]:
    """Return contacts' enrolments in a campaign, by contact."""
    rows = fetch(session, _ENROLLED, account_id=account_id, campaign_id=campaign_id, contact_ids=contact_ids)
    return {advocate.contact_id: advocate for advocate in (Advocate(*row) for row in rows)}


def enrolled_as(session: Session, account_id: str, campaign_id: str, contact_ids: Sequence[str]) -> dict[str, str]:
    """Return the ids of contacts' enrolments in a campaign, by contact: all that a list of a thousand needs of them."""
    rows = fetch(session, _ENROLLED_AS, account_id=account_id, campaign_id=campaign_id, contact_ids=contact_ids)
    return {row[0]: row[1] for row in rows}


def add_advocates(
    session: Session, account_id: str, campaign_id: str, share_codes: Mapping[str, str], now: datetime
) -> dict[str, Advocate]:
    """Enrol contacts, each with its share code; return, by contact, those that were new and whose code was free."""
    people = sorted(share_codes)
    columns = {
        "id": [new_id() for _ in people],
        "contact_id": people,
        "share_code": [share_codes[one] for one in people],
        "share_token": new_codes(len(people)),
    }
    alike = {"account_id": account_id, "campaign_id": campaign_id, "created_at": now}
    stored = add_columns(session, AdvocateRow, columns, unless_known_by=(), alike=alike)
    return {
        contact_id: Advocate(advocate_id, campaign_id, contact_id, share_code, token, now, None, None)
        for advocate_id, contact_id, share_code, token in zip(*columns.values(), strict=True)
        if advocate_id in stored
    }


def keep_consent(session: Session, account_id: str, advocate_id: str, *, words: str, now: datetime) -> None:
    """Keep what an advocate agreed to; the first time stands."""
    kept = update(AdvocateRow).where(
        AdvocateRow.account_id == account_id, AdvocateRow.id == advocate_id, AdvocateRow.consented_at.is_(None)
    )
    session.execute(kept.values(consent=words, consented_at=now).execution_options(synchronize_session=False))


def taken_share_codes(session: Session, account_id: str, share_codes: Sequence[str]) -> set[str]:
    """Return which of these codes belong to somebody."""
    return {row[0] for row in fetch(session, _TAKEN, account_id=account_id, share_codes=share_codes)}


def advocate_by_id(session: Session, account_id: str, advocate_id: str) -> Advocate | None:
    """Return one advocate of an account."""
    rows = fetch(session, _ADVOCATE_BY_ID, account_id=account_id, advocate_id=advocate_id)
    return Advocate(*rows[0]) if rows else None


def sharers_by_id(session: Session, account_id: str, advocate_ids: Collection[str]) -> dict[str, Sharer]:
    """Return the links of an account's advocates by the advocates' ids."""
    rows = fetch(session, _SHARERS, account_id=account_id, advocate_ids=list(advocate_ids))
    return {row[0]: Sharer._make(row) for row in rows}


def advocates_by_id(session: Session, account_id: str, advocate_ids: Collection[str]) -> dict[str, Advocate]:
    """Return advocates of an account by their ids."""
    rows = fetch(session, _ADVOCATES_BY_ID, account_id=account_id, advocate_ids=list(advocate_ids))
    return {row[0]: Advocate(*row) for row in rows}


def advocate_by_share_code(session: Session, account_id: str, share_code: str) -> Advocate | None:
    """Return who an order's ``mbsy`` names."""
    rows = fetch(session, _BY_SHARE_CODE, account_id=account_id, share_code=share_code)
    return Advocate(*rows[0]) if rows else None


def advocate_by_discount(session: Session, account_id: str, codes: Sequence[str]) -> Advocate | None:
    """Return whose share code was used as a discount code: as it is, or in capitals, as shops like to show such codes.

    Where the codes are those of several advocates, nobody is meant.
    """
    if not codes:
        return None
    spellings = {*codes, *(code.lower() for code in codes)}
    rows = fetch(session, _BY_SHARE_CODES, account_id=account_id, share_codes=list(spellings))
    found = [Advocate(*row) for row in rows]
    exact = [advocate for advocate in found if advocate.share_code in codes]
    return next((few[0] for few in (exact, found) if len(few) == 1), None)


def list_advocates(session: Session, account_id: str, *, after: str | None, limit: int) -> list[Advocate]:
    """Return advocates of an account in the order of enrolment, from behind ``after``."""
    query = select(*_ADVOCATE).where(AdvocateRow.account_id == account_id, AdvocateRow.id > (after or ""))
    return [Advocate(*row) for row in session.execute(query.order_by(AdvocateRow.id).limit(limit))]
