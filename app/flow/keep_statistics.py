"""The database knows how its rows are spread, also when there are a thousand times as many as at first."""

from datetime import datetime

from app.store.base import Transaction
from app.store.statistics import renew_statistics


def keep_statistics(*, transaction: Transaction, now: datetime) -> None:
    """Look at what has grown since it was looked at last."""
    with transaction() as session:
        renew_statistics(session)
