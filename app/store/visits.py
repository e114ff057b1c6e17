"""Visits as a report lists them, one by one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam, or_, select
from sqlalchemy.orm import Session

from app.domain.counting import QUARTER_S, Span
from app.domain.devices import device
from app.domain.referrers import disagrees
from app.domain.visit import LinkKind
from app.store.campaigns import AdvocateRow, CampaignRow
from app.store.clicks import ClickRow
from app.store.orders import OrderRow

_ALWAYS = Span()
_MOST_ORDERS = 50


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """Which visits are asked for; None where any will do."""

    span: Span = _ALWAYS
    campaign: str | None = None
    """A campaign's key."""
    advocate: str | None = None
    """A share code."""
    platform: str | None = None
    """Of the link; empty for links without one."""
    verdict: str | None = None
    is_shared: bool | None = None
    """Whether an advocate shared the link, or it stood in a message for its reader."""


def _nowhere(network: str) -> None:
    """Know no country of any network."""


def within(span: Span, at: Any) -> list[ColumnElement[bool]]:
    """Return the conditions for a moment to lie in a span's quarters."""
    conditions = []
    if span.first_quarter is not None:
        conditions.append(at >= datetime.fromtimestamp(span.first_quarter * QUARTER_S, UTC))
    if span.end_quarter is not None:
        conditions.append(at < datetime.fromtimestamp(span.end_quarter * QUARTER_S, UTC))
    return conditions


def visitor_report(
    session: Session,
    account_id: str,
    *,
    before: str | None,
    limit: int,
    wanted: VisitFilter | None = None,
    country: Callable[[str], str | None] = _nowhere,
) -> list[dict[str, Any]]:
    """Return one row per visit, the newest first, from behind ``before``; machines are marked, not left out.

    ``country`` tells where a network is; of visitors no more than their network is kept.
    """
    wanted = wanted or VisitFilter()
    query = _visits(account_id).where(
        *within(wanted.span, ClickRow.at), *_behind(session, account_id, before), *_of(account_id, wanted)
    )
    # By time, which indexes lead with: sorted by id, a page would read every visit there ever was.
    rows = session.execute(query.order_by(ClickRow.at.desc(), ClickRow.id.desc()).limit(limit))
    return [_visit(click, share_code, campaign, country(click.ip)) for click, share_code, campaign in rows]


def _behind(session: Session, account_id: str, before: str | None) -> list[ColumnElement[bool]]:
    if before is None:
        return []
    query = select(ClickRow.at).where(ClickRow.account_id == account_id, ClickRow.id == before)
    at = session.execute(query).scalar_one_or_none()
    if at is None:
        return [ClickRow.id < before]
    return [ClickRow.at <= at, or_(ClickRow.at < at, ClickRow.id < before)]


def _of(account_id: str, wanted: VisitFilter) -> list[ColumnElement[bool]]:
    """Return the conditions for a visit to be wanted, on its own columns: a joined one leads to no index."""
    conditions = []
    if wanted.campaign is not None:
        campaign = select(CampaignRow.id).where(
            CampaignRow.account_id == account_id, CampaignRow.key == wanted.campaign
        )
        conditions.append(ClickRow.campaign_id == campaign.scalar_subquery())
    if wanted.advocate is not None:
        advocate = select(AdvocateRow.id).where(
            AdvocateRow.account_id == account_id, AdvocateRow.share_code == wanted.advocate
        )
        conditions.append(ClickRow.advocate_id == advocate.scalar_subquery())
    if wanted.verdict is not None:
        # Written out: only then does a database see that the index of previews serves.
        verdict = bindparam("verdict", wanted.verdict, String, literal_execute=True)
        conditions.append(ClickRow.verdict == verdict)
    if wanted.is_shared is not None:
        own = LinkKind.MESSAGE
        conditions.append(ClickRow.kind != own if wanted.is_shared else ClickRow.kind == own)
    if wanted.platform is not None:
        conditions.append(ClickRow.platform == wanted.platform if wanted.platform else ClickRow.platform.is_(None))
    return conditions


@dataclass(frozen=True, slots=True)
class WholeVisit:
    """One visit with whom it belongs to."""

    facts: dict[str, Any]
    """As ``visitor_report`` lists it."""
    network: str
    method: str
    reader_id: str | None
    """The contact whose own link was followed."""
    sharer_id: str | None
    """The contact whose link a friend followed."""
    order_ids: tuple[str, ...]
    """The shop's numbers of the orders that are credited to it."""


def whole_visit(
    session: Session, account_id: str, visit_id: str, *, country: Callable[[str], str | None] = _nowhere
) -> WholeVisit | None:
    """Return one visit of an account; None when there is no such one."""
    query = _visits(account_id).add_columns(AdvocateRow.contact_id).where(ClickRow.id == visit_id)
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    click, share_code, campaign, sharer_id = row
    credited = select(OrderRow.order_id).where(OrderRow.account_id == account_id, OrderRow.click_id == visit_id)
    orders = session.execute(credited.order_by(OrderRow.id).limit(_MOST_ORDERS)).scalars()
    facts = _visit(click, share_code, campaign, country(click.ip))
    shared = sharer_id if click.contact_id is None else None
    return WholeVisit(facts, click.ip, click.method, click.contact_id, shared, tuple(orders))


def _visits(account_id: str) -> Select[ClickRow, str | None, str | None]:
    return (
        select(ClickRow, AdvocateRow.share_code, CampaignRow.key)
        .outerjoin(AdvocateRow, AdvocateRow.id == ClickRow.advocate_id)
        .outerjoin(CampaignRow, CampaignRow.id == ClickRow.campaign_id)
        .where(ClickRow.account_id == account_id)
    )


def _visit(click: ClickRow, share_code: str | None, campaign: str | None, country: str | None) -> dict[str, Any]:
    return {
        "id": click.id,
        "at": click.at.isoformat(),
        "link_url": click.url,
        "kind": click.kind,
        "platform": click.platform,
        "referrer": click.referrer or None,
        "referrer_platform": click.referrer_platform,
        "platform_disagrees": disagrees(click.platform, click.referrer_platform),
        "advocate": share_code,
        "campaign": campaign,
        "message_id": click.message_id,
        "user_agent": click.user_agent,
        "device": device(click.user_agent),
        "country": country,
        "verdict": click.verdict,
        "signals": click.signals,
    }
