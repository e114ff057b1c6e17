"""What was sent of late, as much of it as an answer to its links needs: the source of the copies in Redis."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import Select, Text, func, select, type_coerce
from sqlalchemy.orm import Session

from app.store.accounts import DomainRow
from app.store.campaigns import AdvocateRow, Campaign, CampaignRow
from app.store.links import LinkSetRow
from app.store.messages import MessageRow

_PAGE = 500


class SentLinks(NamedTuple):
    """A message's links, or an advocate's own where ``message_id`` is None."""

    account_id: str
    message_id: str | None
    code: str | None
    share_token: str | None
    link_set_id: str | None
    advocate_id: str | None
    share_code: str | None
    advocate_token: str | None
    campaign_id: str | None
    campaign_key: str | None
    landing_url: str | None
    share_text: str | None
    share_texts: str | None
    link_host: str | None = None
    destinations: Sequence[str] | None = None

    @property
    def own(self) -> tuple[str | None, ...]:
        """What is each one's own, and by what the rest is named: the fields up to the campaign's id."""
        return self[:9]


_NO_MESSAGE = (None,) * 4
_NO_ADVOCATE = (None,) * 3
_REFERRAL: tuple[Any, ...] = (
    AdvocateRow.id,
    AdvocateRow.share_code,
    AdvocateRow.share_token,
    CampaignRow.id,
    CampaignRow.key,
    CampaignRow.landing_url,
    CampaignRow.share_text,
    type_coerce(CampaignRow.share_texts, Text),
)
_MESSAGE: tuple[Any, ...] = (
    MessageRow.account_id,
    MessageRow.id,
    MessageRow.code,
    MessageRow.share_token,
    LinkSetRow.id,
)


def campaign_links(campaign: Campaign | None) -> tuple[str | None, ...]:
    """Return what an answer to a link needs of its campaign: the ``SentLinks`` from its id on."""
    if campaign is None:
        return (None,) * 5
    texts = orjson.dumps(campaign.share_texts).decode()
    return (campaign.id, campaign.key, campaign.landing_url, campaign.share_text, texts)


def links_since(session: Session, moment: datetime, *, whole: bool) -> Iterator[list[SentLinks]]:
    """Yield, page by page and of all accounts, the links of messages and advocates made since ``moment``.

    Args:
        session: a reading one.
        moment: ids begin with the time they were made at, so nothing older is looked at.
        whole: False for advocates alone.
    """
    after = first = _first_id(moment)
    messages = _messages().where(MessageRow.link_host.is_not(None)).order_by(MessageRow.id).limit(_PAGE)
    while whole and (page := session.execute(messages.where(MessageRow.id > after)).all()):
        yield [SentLinks(*row) for row in page]
        after = page[-1][1]
    after = first
    while advocates := advocates_after(session, after):
        yield advocates
        after = str(advocates[-1].advocate_id)


def advocates_after(session: Session, advocate_id: str) -> list[SentLinks]:
    """Return the own links of the next advocates of all accounts, in the order of their ids; none at the end."""
    rows = session.execute(_advocates().where(AdvocateRow.id > advocate_id))
    return [SentLinks(row[0], *_NO_MESSAGE, *row[1:]) for row in rows]


def verified_hosts(session: Session) -> dict[str, str]:
    """Return every account's verified domains: {host: account id}."""
    query = select(DomainRow.host, DomainRow.account_id).where(DomainRow.verified_at.is_not(None))
    return {row[0]: row[1] for row in session.execute(query)}


def changed_campaigns(session: Session, moment: datetime) -> list[SentLinks]:
    """Return, of all accounts, the campaigns that were changed since ``moment``."""
    query = select(CampaignRow.account_id, *_REFERRAL[3:]).where(CampaignRow.updated_at >= moment)
    return [SentLinks(row[0], *_NO_MESSAGE, *_NO_ADVOCATE, *row[1:]) for row in session.execute(query)]


def _messages() -> Select[Any]:
    campaign = func.coalesce(MessageRow.campaign_id, AdvocateRow.campaign_id)
    return (
        select(*_MESSAGE, *_REFERRAL, MessageRow.link_host, LinkSetRow.destinations)
        .outerjoin(LinkSetRow, LinkSetRow.id == MessageRow.link_set_id)
        .outerjoin(AdvocateRow, AdvocateRow.id == MessageRow.advocate_id)
        .outerjoin(CampaignRow, CampaignRow.id == campaign)
    )


def _advocates() -> Select[Any]:
    chosen = select(AdvocateRow.account_id, *_REFERRAL).join(CampaignRow, CampaignRow.id == AdvocateRow.campaign_id)
    return chosen.order_by(AdvocateRow.id).limit(_PAGE)


def _first_id(moment: datetime) -> str:
    """Return the smallest UUIDv7 of a moment."""
    return str(UUID(int=int(moment.timestamp() * 1000) << 80))
