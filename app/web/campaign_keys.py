"""Campaigns by the names that callers know them by."""

from collections.abc import Iterable

from app.store.base import Session
from app.store.campaigns import campaign_by_id


def campaign_keys(session: Session, account_id: str, ids: Iterable[str | None]) -> dict[str | None, str]:
    """Return the keys of campaigns by their ids; an account has few of them."""
    found = (campaign_by_id(session, account_id, campaign_id) for campaign_id in set(ids) if campaign_id)
    return {campaign.id: campaign.key for campaign in found if campaign}
