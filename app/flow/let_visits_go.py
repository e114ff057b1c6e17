"""Single visits that no account keeps any more are dropped by the month, the others deleted piece by piece.

A month goes whole once every account lets it go; so whoever keeps visits longest keeps them till their month is over.
Were their days deleted one by one, nothing would be left to drop.

What was counted and earned by them stays. So does that there was a press of a share button, without where it was made,
and who was here before (``first_clicks``): without it somebody who comes again would count as somebody new.
"""

from datetime import datetime

from app.domain.months import Month
from app.domain.retention import kept_since
from app.store.base import Transaction
from app.store.click_months import click_months, drop_month, has_months, hold_months
from app.store.retention import (
    Kept,
    blank_presses,
    delete_clicks,
    delete_followers,
    delete_revisions,
    kept_by_accounts,
    let_go_before,
)

_AT_ONCE = 2_000
_PIECES = 25
"""So many of each kind a call, and the rest at the next: whoever calls has other duties."""
_WORK = (delete_clicks, blank_presses, delete_followers, delete_revisions)


def let_visits_go(*, transaction: Transaction, now: datetime) -> int:
    """Let go of visits older than their accounts keep them, and return how many were deleted; begun again it goes on.

    Raises:
        OperationalError: a month could not be dropped, for somebody has been reading clicks for seconds.
    """
    with transaction() as session:
        accounts = kept_by_accounts(session)
        longest = _longest(accounts) if has_months(session) else None
        for kept in accounts:
            if kept.retention_days is not None:
                since = kept_since(now, kept.retention_days)
                since = Month.of(since).start if kept.retention_days == longest else since
                # Noted before anything goes, so that whoever misses a visit knows why.
                let_go_before(session, kept.account_id, since)
    try:
        _drop_months(transaction)
    finally:
        # Also where somebody reads clicks for so long that no month can be dropped.
        gone = _delete(transaction)
    return gone


def _delete(transaction: Transaction) -> int:
    with transaction() as session:
        accounts = [(kept.account_id, kept.visits_since) for kept in kept_by_accounts(session) if kept.visits_since]
    gone = 0
    for work in _WORK:
        pieces = _PIECES
        for account_id, since in accounts:
            while pieces:
                with transaction() as session:
                    some = work(session, account_id, since, _AT_ONCE)
                gone += some
                pieces -= 1 if some else 0
                if some < _AT_ONCE:
                    break
    return gone


def _longest(accounts: list[Kept]) -> int | None:
    """Return for how many days visits are kept by whoever keeps them longest; None where somebody does for ever."""
    days = [kept.retention_days for kept in accounts if kept.retention_days is not None]
    return max(days) if days and len(days) == len(accounts) else None


def _drop_months(transaction: Transaction) -> None:
    with transaction() as session:
        oldest = _kept_by_any(kept_by_accounts(session))
        months = click_months(session) if oldest and has_months(session) else []
    for month in months:
        if oldest and month.end <= oldest:
            with transaction() as session:
                hold_months(session)
                # Another machine may have dropped it meanwhile.
                if month in click_months(session):
                    drop_month(session, month)


def _kept_by_any(accounts: list[Kept]) -> datetime | None:
    """Return the moment before which no account keeps visits; None where one keeps all."""
    moments = [kept.visits_since for kept in accounts if kept.visits_since]
    return min(moments) if moments and len(moments) == len(accounts) else None
