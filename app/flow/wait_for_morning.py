"""Marketing waits while it is quiet where its reader is: asked when it is accepted, and again when it is sent."""

from datetime import datetime
from typing import Any

from app.domain.consent import Purpose
from app.domain.message import ContactDetails, Status
from app.domain.quiet_hours import QuietHours, quiet_until
from app.store.accounts import Account
from app.store.base import Session
from app.store.contacts import Contact, contact_by_id
from app.store.messages import add_event
from app.store.sends import Draft, settle

POSTPONED = "postponed"


def end_of_quiet(
    account: Account, purpose: str, contact: Contact | ContactDetails, *, due: datetime
) -> datetime | None:
    """Return when the quiet hours end in which a message is due; None when it may go out."""
    hours = QuietHours.read(account.quiet_from, account.quiet_to)
    if hours is None or purpose != Purpose.MARKETING:
        return None
    until = quiet_until(due, hours, fields=contact.fields, phone=contact.phone, account_zone=account.time_zone)
    return until if until > due else None


def postponement(now: datetime, until: datetime) -> tuple[str, datetime, dict[str, Any]]:
    """Return the line of a message's timeline that says that it waits, and for what."""
    return POSTPONED, now, {"reason": "quiet_hours", "again_at": until.isoformat()}


def is_quiet(session: Session, account: Account, draft: Draft, *, now: datetime) -> bool:
    """Tell whether it is quiet where the reader is by now; then the message is queued again for the end of it."""
    contact = contact_by_id(session, draft.account_id, draft.contact_id) if account.quiet_from else None
    until = end_of_quiet(account, draft.purpose, contact, due=now) if contact else None
    if until is None:
        return False
    if settle(session, draft.id, draft.attempt, status=Status.QUEUED, send_at=until, woken_at=None):
        kind, at, detail = postponement(now, until)
        add_event(session, draft.account_id, draft.id, kind, at, detail)
    return True
