"""A reader takes a stop back."""

from datetime import datetime

from app.domain.consent import Refusal
from app.store.base import Session
from app.store.messages import add_event
from app.store.suppressions import Reader, lift


def resubscribe(session: Session, reader: Reader, *, now: datetime) -> None:
    """Send to a reader again who had unsubscribed; what else stands against their address stays."""
    if lift(session, reader.account_id, reader.channel, reader.address, reason=Refusal.UNSUBSCRIBED, now=now):
        add_event(session, reader.account_id, reader.message_id, "resubscribed", now)
