"""A provider's call that was kept is worked off: its reports move messages, its texts reach their conversations."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from app.domain.message import Status
from app.flow.judge_delivered import judge_delivered
from app.flow.receive_reply import receive_reply
from app.flow.record_delivery import record_deliveries
from app.store.accounts import account_by_id
from app.store.base import Transaction
from app.store.provider_callbacks import StoredCallback, callback_to_work, finish_callback
from integrations.protocol import Callback, CallbackReader, DeliveryEvent, InboundText, UnreadableError

_AT_ONCE = 200
"""Events a transaction: while one is written nobody else writes, and webhooks have to answer meanwhile."""


def work_callback(
    callback_id: str, *, transaction: Transaction, read: CallbackReader, clock: Callable[[], datetime]
) -> list[str]:
    """Work a call off and return the messages that now are due; what was worked off before changes nothing."""
    with transaction() as session:
        kept = callback_to_work(session, callback_id)
    if kept is None:
        return []
    error, due = None, []
    try:
        news = read(Callback(kept.source, kept.query, kept.content_type, kept.body))
    except UnreadableError as unreadable:
        error, news = str(unreadable), []
    for some in _chunks([one for one in news if isinstance(one, DeliveryEvent)]):
        with transaction() as session:
            arrived = record_deliveries(session, kept.account_id, some, callback_id=kept.id, now=clock())
        if arrived:
            with transaction() as session:
                judge_delivered(session, kept.account_id, arrived, now=clock())
    for text in (one for one in news if isinstance(one, InboundText)):
        due += _receive(kept, text, transaction=transaction, now=clock())
    with transaction() as session:
        finish_callback(session, kept.id, error=error, now=clock())
    return due


def _chunks(events: Sequence[DeliveryEvent]) -> Iterator[list[DeliveryEvent]]:
    remaining = iter(events)
    while some := list(islice(remaining, _AT_ONCE)):
        yield some


def _receive(kept: StoredCallback, text: InboundText, *, transaction: Transaction, now: datetime) -> list[str]:
    with transaction() as session:
        account = account_by_id(session, kept.account_id)
        answer = receive_reply(session, account, text, callback_id=kept.id, at=kept.received_at, now=now)
    return [answer.message_id] if answer and answer.is_due and answer.status is Status.QUEUED else []
