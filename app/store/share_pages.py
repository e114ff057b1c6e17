"""What a page on an account's own domain may know of what is shared there."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.store.accounts import Account, DomainRow, account_by_id
from app.store.campaigns import AdvocateRow, CampaignRow
from app.store.many_rows import fetch
from app.store.messages import MessageRow

_ACCOUNT_OF_HOST = select(DomainRow.account_id).where(
    DomainRow.host == bindparam("host"), DomainRow.verified_at.is_not(None)
)


@dataclass(frozen=True, slots=True)
class SharedMessage:
    """The advocate's name in the link; None where the reader is no advocate."""

    share_code: str | None


def shared_message(session: Session, *, host: str, share_token: str) -> SharedMessage | None:
    """Return what a share token shares, a message's or an advocate's; None unless ``host`` is its account's."""
    query = (
        select(AdvocateRow.share_code)
        .select_from(MessageRow)
        .join(DomainRow, DomainRow.account_id == MessageRow.account_id)
        .outerjoin(AdvocateRow, AdvocateRow.id == MessageRow.advocate_id)
        .where(MessageRow.share_token == share_token, DomainRow.host == host, DomainRow.verified_at.is_not(None))
    )
    of_advocate = (
        select(AdvocateRow.share_code)
        .join(DomainRow, DomainRow.account_id == AdvocateRow.account_id)
        .where(AdvocateRow.share_token == share_token, DomainRow.host == host, DomainRow.verified_at.is_not(None))
    )
    row = session.execute(query).one_or_none() or session.execute(of_advocate).one_or_none()
    return SharedMessage(row[0]) if row else None


@dataclass(frozen=True, slots=True)
class Widget:
    """What a page may show of a campaign, and of an advocate where one was named."""

    share_text: str
    share_texts: Mapping[str, str]
    share_code: str | None = None
    share_token: str | None = None


def campaign_widget(session: Session, *, host: str, campaign: str) -> Widget | None:
    """Return what a campaign's page shares; None unless ``host`` is a verified domain of its account."""
    query = (
        select(CampaignRow.share_text, CampaignRow.share_texts)
        .join(DomainRow, DomainRow.account_id == CampaignRow.account_id)
        .where(CampaignRow.key == campaign, DomainRow.host == host, DomainRow.verified_at.is_not(None))
    )
    row = session.execute(query).one_or_none()
    return Widget(*row) if row else None


def advocate_widget(session: Session, *, host: str, campaign: str | None, share_code: str) -> Widget | None:
    """Return what an advocate shares, of the campaign named or whichever is theirs; the code in any case of letters."""
    query = (
        select(CampaignRow.share_text, CampaignRow.share_texts, AdvocateRow.share_code, AdvocateRow.share_token)
        .join(AdvocateRow, AdvocateRow.campaign_id == CampaignRow.id)
        .join(DomainRow, DomainRow.account_id == AdvocateRow.account_id)
        .where(
            AdvocateRow.share_code.in_({share_code, share_code.lower()}),
            DomainRow.host == host,
            DomainRow.verified_at.is_not(None),
        )
    )
    if campaign is not None:
        query = query.where(CampaignRow.key == campaign)
    found = {row[2]: Widget(*row) for row in session.execute(query)}
    return found.get(share_code) or found.get(share_code.lower())


def account_of_host(session: Session, host: str) -> Account | None:
    """Return the account whose verified domain ``host`` is."""
    rows = fetch(session, _ACCOUNT_OF_HOST, host=host)
    return account_by_id(session, rows[0][0]) if rows else None
