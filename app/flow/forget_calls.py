"""Calls of providers and shops, and what tells repeats from news, are forgotten when nobody repeats them any more.

So are lines of journals that could not become clicks: whoever wants to know why has had a quarter to look at them.

Never one that is not worked off yet.
"""

from datetime import datetime

from app.domain.kept_calls import KEPT
from app.store.base import Transaction
from app.store.old_calls import (
    forget_answers,
    forget_batches,
    forget_callbacks,
    forget_refused,
    forget_shop_deliveries,
)

_PIECES = 25
"""So many of each kind a call, and the rest at the next: whoever calls has other duties."""
_WORK = (forget_callbacks, forget_shop_deliveries, forget_batches, forget_refused, forget_answers)


def forget_calls(*, transaction: Transaction, now: datetime) -> int:
    """Delete calls older than ``KEPT``, piece by piece, and return how many went."""
    gone = 0
    for forget in _WORK:
        for _ in range(_PIECES):
            with transaction() as session:
                some = forget(session, now - KEPT)
            if not some:
                break
            gone += some
    return gone
