"""Make a contact an advocate of a campaign, once."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from app.domain.errors import ConflictError, InvalidInputError
from app.domain.message import ContactDetails
from app.domain.share_codes import check_share_code, suggest_share_codes
from app.store.base import Session
from app.store.campaigns import Advocate, Campaign, add_advocate, advocate_by_share_code, advocate_of
from app.store.contacts import Contact

_TRIES = 12


def enrol_advocate(
    session: Session, account_id: str, campaign: Campaign, contact: Contact, *, share_code: str | None, now: datetime
) -> Advocate:
    """Return the contact's enrolment in the campaign, made now if there was none; a code once given stays.

    Raises:
        InvalidInputError: the wished-for ``share_code`` cannot stand in an address.
        ConflictError: it belongs to somebody else.
    """
    enrolled = advocate_of(session, account_id, campaign.id, contact.id)
    if enrolled:
        return enrolled
    details = ContactDetails(first_name=contact.first_name, last_name=contact.last_name)
    codes: Iterable[str] = islice(suggest_share_codes(details), _TRIES)
    if share_code is not None:
        codes = [_checked(share_code)]
    for code in codes:
        if advocate_by_share_code(session, account_id, code):
            continue
        advocate = add_advocate(
            session, account_id, campaign_id=campaign.id, contact_id=contact.id, share_code=code, now=now
        )
        # Another call may have enrolled the same person since; then theirs is the row.
        advocate = advocate or advocate_of(session, account_id, campaign.id, contact.id)
        if advocate:
            return advocate
    raise ConflictError(f"The share code {share_code!r} is taken." if share_code else "No free share code was found.")


def _checked(share_code: str) -> str:
    try:
        return check_share_code(share_code)
    except ValueError as error:
        raise InvalidInputError({"share_code": [str(error)]}) from error
