"""What a page on an account's own domain may know of what is shared there."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.store.accounts import Account, DomainRow, account_by_id
from app.store.campaigns import AdvocateRow, CampaignRow
from app.store.many_rows import among_those, fetch
from app.store.messages import MessageRow

_OF_HOST = (DomainRow.host == bindparam("host"), DomainRow.verified_at.is_not(None))
_ACCOUNT_OF_HOST = select(DomainRow.account_id).where(*_OF_HOST)
_SHARED_BY_MESSAGE = (
    select(AdvocateRow.share_code)
    .select_from(MessageRow)
    .join(DomainRow, DomainRow.account_id == MessageRow.account_id)
    .outerjoin(AdvocateRow, AdvocateRow.id == MessageRow.advocate_id)
    .where(MessageRow.share_token == bindparam("share_token"), *_OF_HOST)
)
_SHARED_BY_ADVOCATE = (
    select(AdvocateRow.share_code)
    .join(DomainRow, DomainRow.account_id == AdvocateRow.account_id)
    .where(AdvocateRow.share_token == bindparam("share_token"), *_OF_HOST)
)
_OF_CAMPAIGN = (
    select(CampaignRow.share_text, CampaignRow.share_texts)
    .join(DomainRow, DomainRow.account_id == CampaignRow.account_id)
    .where(CampaignRow.key == bindparam("campaign"), *_OF_HOST)
)
_OF_ADVOCATE = (
    select(CampaignRow.share_text, CampaignRow.share_texts, AdvocateRow.share_code, AdvocateRow.share_token)
    .join(AdvocateRow, AdvocateRow.campaign_id == CampaignRow.id)
    .join(DomainRow, DomainRow.account_id == AdvocateRow.account_id)
    .where(among_those(AdvocateRow.share_code, "share_codes"), *_OF_HOST)
)
_OF_ADVOCATE_AND_CAMPAIGN = _OF_ADVOCATE.where(CampaignRow.key == bindparam("campaign"))


@dataclass(frozen=True, slots=True)
class SharedMessage:
    """The advocate's name in the link; None where the reader is no advocate."""

    share_code: str | None


def shared_message(session: Session, *, host: str, share_token: str) -> SharedMessage | None:
    """Return what a share token shares, a message's or an advocate's; None unless ``host`` is its account's."""
    for query in (_SHARED_BY_MESSAGE, _SHARED_BY_ADVOCATE):
        for (share_code,) in fetch(session, query, host=host, share_token=share_token):
            return SharedMessage(share_code)
    return None


@dataclass(frozen=True, slots=True)
class Widget:
    """What a page may show of a campaign, and of an advocate where one was named."""

    share_text: str
    share_texts: Mapping[str, str]
    share_code: str | None = None
    share_token: str | None = None


def campaign_widget(session: Session, *, host: str, campaign: str) -> Widget | None:
    """Return what a campaign's page shares; None unless ``host`` is a verified domain of its account."""
    rows = fetch(session, _OF_CAMPAIGN, host=host, campaign=campaign)
    return Widget(*rows[0]) if rows else None


def advocate_widget(session: Session, *, host: str, campaign: str | None, share_code: str) -> Widget | None:
    """Return what an advocate shares, of the campaign named or whichever is theirs; the code in any case of letters."""
    query = _OF_ADVOCATE if campaign is None else _OF_ADVOCATE_AND_CAMPAIGN
    rows = fetch(session, query, host=host, campaign=campaign, share_codes=[share_code, share_code.lower()])
    found = {row[2]: Widget(*row) for row in rows}
    return found.get(share_code) or found.get(share_code.lower())


def account_of_host(session: Session, host: str) -> Account | None:
    """Return the account whose verified domain ``host`` is."""
    rows = fetch(session, _ACCOUNT_OF_HOST, host=host)
    return account_by_id(session, rows[0][0]) if rows else None
