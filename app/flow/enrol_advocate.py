"""Make contacts advocates of a campaign, each once."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from app.domain.errors import ConflictError, InvalidInputError
from app.domain.share_codes import check_share_code, suggest_share_codes
from app.store.base import Session
from app.store.campaigns import Advocate, Campaign, add_advocates, advocates_of, enrolled_as, taken_share_codes
from app.store.contacts import Contact
from app.store.order_traces import reopen_named

_ROUNDS = 12
"""Suggestions become random from the sixth on, so that nobody is left without a code after this many."""


def enrol_advocate(
    session: Session, account_id: str, campaign: Campaign, contact: Contact, *, share_code: str | None, now: datetime
) -> Advocate:
    """Return the contact's enrolment in the campaign, made now if there was none; a code once given stays.

    Raises:
        InvalidInputError: the wished-for ``share_code`` cannot stand in an address.
        ConflictError: it belongs to somebody else.
    """
    if share_code is None:
        enrol_advocates(session, account_id, campaign, [contact], now=now)
        return advocates_of(session, account_id, campaign.id, [contact.id])[contact.id]
    try:
        code = check_share_code(share_code)
    except ValueError as error:
        raise InvalidInputError({"share_code": [str(error)]}) from error
    known = advocates_of(session, account_id, campaign.id, [contact.id])
    # A conflict may also be the same person, enrolled by another call a moment ago.
    enrolled = (
        known
        or add_advocates(session, account_id, campaign.id, {contact.id: code}, now)
        or advocates_of(session, account_id, campaign.id, [contact.id])
    )
    if not enrolled:
        raise ConflictError(f"The share code {code!r} is taken.")
    if not known:
        reopen_named(session, account_id, [code])
    return enrolled[contact.id]


def enrol_advocates(
    session: Session, account_id: str, campaign: Campaign, contacts: Sequence[Contact], *, now: datetime
) -> dict[str, str]:
    """Return the id of everybody's enrolment in the campaign by contact, made now where there was none."""
    enrolled = enrolled_as(session, account_id, campaign.id, [contact.id for contact in contacts])
    suggestions: dict[str, Iterator[str]] = {
        contact.id: suggest_share_codes(contact.first_name, contact.last_name)
        for contact in contacts
        if contact.id not in enrolled
    }
    for _ in range(_ROUNDS):
        if not suggestions:
            return enrolled
        wished = {contact_id: next(codes) for contact_id, codes in suggestions.items()}
        taken = taken_share_codes(session, account_id, list(wished.values()))
        free = {code: contact_id for contact_id, code in wished.items() if code not in taken}
        added = add_advocates(
            session, account_id, campaign.id, {contact_id: code for code, contact_id in free.items()}, now
        )
        # An order may have named them before they were known.
        if added:
            reopen_named(session, account_id, [advocate.share_code for advocate in added.values()])
        # Whom another call enrolled a moment ago has a row by now.
        ids = {contact_id: advocate.id for contact_id, advocate in added.items()}
        enrolled |= ids or enrolled_as(session, account_id, campaign.id, list(suggestions))
        suggestions = {one: codes for one, codes in suggestions.items() if one not in enrolled}
    raise ConflictError("No free share code was found.")
