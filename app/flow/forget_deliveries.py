"""What webhooks were told is forgotten after a month: the log is for finding out what went wrong lately."""

from datetime import datetime, timedelta

from app.store.base import Transaction
from app.store.webhook_log import forget_before

KEPT = timedelta(days=30)


def forget_deliveries(*, transaction: Transaction, now: datetime) -> int:
    """Delete events, deliveries and tries that are older than ``KEPT``, some thousand at a time; return how many."""
    forgotten = 0
    while True:
        # One transaction each, so that whoever writes meanwhile waits for some of them and not for all.
        with transaction() as session:
            some = forget_before(session, now - KEPT)
        if not some:
            return forgotten
        forgotten += some
