"""Campaigns in which nobody is enrolled and of which nothing was sent."""

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from app.store.campaigns import AdvocateRow, CampaignRow
from app.store.messages import MessageRow


def delete_unused(session: Session, account_id: str, campaign_id: str) -> bool:
    """Delete a campaign; False when somebody is enrolled in it or something was sent for it."""
    mine = (CampaignRow.account_id == account_id, CampaignRow.id == campaign_id)
    # Whoever enrols or sends at this very moment waits, fails, and finds it gone at the next try.
    session.execute(select(CampaignRow.id).where(*mine).with_for_update()).all()
    used = or_(
        exists().where(AdvocateRow.account_id == account_id, AdvocateRow.campaign_id == campaign_id),
        exists().where(MessageRow.account_id == account_id, MessageRow.campaign_id == campaign_id),
    )
    if session.execute(select(used)).scalar_one():
        return False
    session.execute(delete(CampaignRow).where(*mine).execution_options(synchronize_session=False))
    return True
