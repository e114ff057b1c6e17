"""An enrolment becomes a signup, once: kept with what it says of the click that brought it, and told of."""

from datetime import datetime

from app.flow.tell_webhooks import tell_of_signup
from app.store.base import Session
from app.store.campaigns import Advocate, Campaign
from app.store.orders import add_signup


def note_signup(
    session: Session,
    account_id: str,
    advocate: Advocate,
    campaign: Campaign,
    *,
    mbsy: str | None,
    mbsy_source: str | None,
    now: datetime,
) -> str | None:
    """Store that an advocate signed up and return the signup's id; None when it was known."""
    signup_id = add_signup(
        session,
        account_id,
        advocate.id,
        mbsy=mbsy,
        mbsy_source=mbsy_source,
        contact_id=advocate.contact_id,
        at=now,
        woken_at=now,
    )
    if signup_id:
        tell_of_signup(session, account_id, signup_id, advocate, campaign, mbsy=mbsy, mbsy_source=mbsy_source, at=now)
    return signup_id
