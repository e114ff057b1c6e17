"""A message whose fate nobody knows, or that failed, is sent once more because somebody says so."""

from datetime import datetime

from app.domain.errors import ConflictError, UnknownError
from app.domain.message import Status
from app.store.accounts import Account
from app.store.base import Session
from app.store.erased_addresses import PREFIX
from app.store.messages import add_event, message_by_id
from app.store.sends import resend


def resend_message(session: Session, account: Account, message_id: str, *, now: datetime) -> None:
    """Queue a message again that is ``unknown`` or ``failed``; its links stay the same, so either copy counts.

    Raises:
        UnknownError: the account has no such message.
        ConflictError: it is neither unknown nor failed.
    """
    message = message_by_id(session, account.id, message_id)
    if message is None:
        raise UnknownError("message", message_id)
    if message.recipient.startswith(PREFIX):
        raise ConflictError("The person it was for has been erased.")
    if not resend(session, account.id, message_id, now=now):
        raise ConflictError(f"The message is {message.status}, neither unknown nor failed.")
    add_event(session, account.id, message_id, Status.QUEUED, now, {"resent": True, "after": message.status})
