"""A campaign that came to nothing is deleted."""

from app.domain.errors import ConflictError, UnknownError
from app.store.base import Session
from app.store.campaigns import campaign_by_key
from app.store.unused_campaigns import delete_unused


def delete_campaign(session: Session, account_id: str, key: str) -> None:
    """Delete a campaign.

    Raises:
        UnknownError: the account has no such campaign.
        ConflictError: somebody is enrolled in it, or something was sent for it.
    """
    campaign = campaign_by_key(session, account_id, key)
    if campaign is None:
        raise UnknownError("campaign", key)
    if not delete_unused(session, account_id, campaign.id):
        raise ConflictError("People are enrolled in this campaign, or messages were sent for it.")
