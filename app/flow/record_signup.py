"""Somebody enrolled: a contact becomes an advocate, and the click that brought them is looked for."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import InvalidInputError
from app.domain.message import ContactDetails
from app.flow.enrol_advocate import enrol_advocate
from app.flow.note_signup import note_signup
from app.store.accounts import Account
from app.store.base import Session
from app.store.campaigns import Advocate, Campaign, campaign_by_key, only_campaign
from app.store.identities import save_contact


@dataclass(frozen=True, slots=True)
class Enrolled:
    """An advocate, new or known."""

    advocate: Advocate
    campaign: Campaign
    signup_id: str | None
    """None when the signup was known before."""


def record_signup(
    session: Session,
    account: Account,
    details: ContactDetails,
    *,
    campaign: str | None,
    mbsy: str | None,
    mbsy_source: str | None,
    share_code: str | None,
    now: datetime,
) -> Enrolled:
    """Enrol a contact in a campaign, once; the caller has the signup credited after the commit.

    Raises:
        InvalidInputError: there is no such campaign, or none was named and the account has not exactly one.
        ConflictError: the wished-for share code is taken.
    """
    found = _campaign(session, account, campaign)
    contact = save_contact(session, account.id, details, now)
    advocate = enrol_advocate(session, account.id, found, contact, share_code=share_code, now=now)
    signup_id = note_signup(session, account.id, advocate, found, mbsy=mbsy, mbsy_source=mbsy_source, now=now)
    return Enrolled(advocate, found, signup_id)


def _campaign(session: Session, account: Account, key: str | None) -> Campaign:
    if key is not None:
        campaign = campaign_by_key(session, account.id, key)
        if campaign is None:
            raise InvalidInputError({"campaign": [f"There is no campaign {key!r}."]})
        return campaign
    campaign = only_campaign(session, account.id)
    if campaign is None:
        raise InvalidInputError({"campaign": ["Name the campaign to enrol in."]})
    return campaign
