"""What a crash or a forgetful queue left behind goes on: the database is the truth, the queue only wakes workers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.mailing import in_batches
from app.domain.message import Status
from app.flow.look_up_send import PAUSES
from app.store.base import Transaction
from app.store.messages import add_event
from app.store.orders import OrderRow, SignupRow, wake_pending
from app.store.provider_callbacks import wake_callbacks
from app.store.sends import abandoned, settle, wake_doubtful, wake_due

_MESSAGES_AT_ONCE = 2_000
_LOOKED_UP_AT_ONCE = 100
_HEARD_LATELY = timedelta(seconds=30)
_ORDER_PAUSE = timedelta(minutes=5)
"""An order that waits for its click is looked at again this often; a click that arrives looks at once."""
_CALLBACK_PAUSE = timedelta(hours=1)
"""A provider's call that could not be worked off again and again is tried again this often."""


@dataclass(frozen=True, slots=True)
class Woken:
    """What the queue is to be told."""

    messages: list[list[str]]
    """In batches that may go out together."""
    doubtful: list[str]
    """To be looked up at their providers."""
    orders: list[str]
    signups: list[str]
    callbacks: list[str]


def requeue_stuck(*, transaction: Transaction, now: datetime) -> Woken:
    """Return what is due and has not been worked on; sends whose worker died become ``unknown``, not repeated."""
    with transaction() as session:
        for account_id, message_id, attempt in abandoned(session, now=now, limit=_MESSAGES_AT_ONCE):
            why = "The process that was sending it ended in the middle of the call."
            look = now + PAUSES[0]
            if settle(session, message_id, attempt, status=Status.UNKNOWN, error=why, look_up_at=look, looked_up=0):
                add_event(session, account_id, message_id, Status.UNKNOWN, now, {"error": why})
        heard, paused, rested = now - _HEARD_LATELY, now - _ORDER_PAUSE, now - _CALLBACK_PAUSE
        return Woken(
            messages=in_batches(wake_due(session, now=now, woken_before=heard, limit=_MESSAGES_AT_ONCE)),
            doubtful=wake_doubtful(session, now=now, pauses=PAUSES, limit=_LOOKED_UP_AT_ONCE),
            orders=wake_pending(session, OrderRow, now=now, new_before=heard, waiting_before=paused, limit=200),
            signups=wake_pending(session, SignupRow, now=now, new_before=heard, waiting_before=paused, limit=200),
            callbacks=wake_callbacks(session, now=now, woken_before=heard, paused_before=rested, limit=200),
        )
