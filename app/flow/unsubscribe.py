"""A reader says stop: nothing more by this channel, whoever asks for it."""

from datetime import datetime

from app.domain.consent import Refusal
from app.flow.suppress_address import suppress_address
from app.store.base import Session
from app.store.messages import add_event
from app.store.suppressions import Reader


def unsubscribe(session: Session, reader: Reader, *, now: datetime) -> None:
    """Suppress a reader's address, their message being the evidence; saying it twice is saying it once."""
    is_new = suppress_address(
        session,
        reader.account_id,
        reader.channel,
        reader.address,
        reason=Refusal.UNSUBSCRIBED,
        message_id=reader.message_id,
        now=now,
    )
    if is_new:
        add_event(session, reader.account_id, reader.message_id, "unsubscribed", now)
