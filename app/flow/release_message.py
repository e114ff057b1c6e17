"""A message that was held because its links could not be swapped goes out after all."""

from datetime import datetime

from app.domain.errors import ConflictError, UnknownError
from app.domain.message import Status, Untracked
from app.store.accounts import Account, domains
from app.store.base import Session
from app.store.messages import add_event, message_by_id
from app.store.sends import release


def release_message(session: Session, account: Account, message_id: str, *, now: datetime) -> None:
    """Queue a held message, its links swapped if there is a domain for them by now, as it was if not.

    Raises:
        UnknownError: the account has no such message.
        ConflictError: it is not held.
    """
    message = message_by_id(session, account.id, message_id)
    if message is None:
        raise UnknownError("message", message_id)
    host = next((domain.host for domain in domains(session, account.id) if domain.verified_at), None)
    why = None if host else Untracked.RELEASED
    if not release(session, account.id, message_id, link_host=host, untracked_reason=why, now=now):
        raise ConflictError(f"The message is {message.status}, not held.")
    add_event(session, account.id, message_id, Status.QUEUED, now, {"released": True})
