"""Somebody filled in a campaign's public page.

Nobody knows whether they are who they say, so what is stored of a known contact is neither changed nor told: not a
name, not a number, only the share link, which its owner passes to strangers anyway.
"""

from datetime import datetime

from app.domain.message import ContactDetails
from app.flow.enrol_advocate import enrol_advocate
from app.flow.note_signup import note_signup
from app.flow.record_signup import Enrolled
from app.store.accounts import Account
from app.store.base import Session
from app.store.campaigns import Campaign, keep_consent
from app.store.identities import find_contact, save_contact


def enrol_visitor(
    session: Session,
    account: Account,
    campaign: Campaign,
    details: ContactDetails,
    *,
    consent: str,
    mbsy: str | None,
    mbsy_source: str | None,
    share_code: str | None,
    now: datetime,
) -> Enrolled:
    """Enrol a visitor, once; the caller has the signup credited after the commit.

    ``consent`` is the words that were agreed to, kept with the moment of the first enrolment.

    Raises:
        InvalidInputError: the wished-for share code cannot stand in an address.
        ConflictError: it is taken.
    """
    contact = find_contact(session, account.id, details) or save_contact(session, account.id, details, now)
    # A code made from the stored name would tell it to whoever knows the address.
    typed = contact._replace(first_name=details.first_name, last_name=details.last_name)
    advocate = enrol_advocate(session, account.id, campaign, typed, share_code=share_code, now=now)
    keep_consent(session, account.id, advocate.id, words=consent, now=now)
    signup_id = note_signup(session, account.id, advocate, campaign, mbsy=mbsy, mbsy_source=mbsy_source, now=now)
    return Enrolled(advocate, campaign, signup_id)
