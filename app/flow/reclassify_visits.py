"""Run today's rules over the visits that are stored, and correct whatever hangs on those that were another's."""

from dataclasses import replace
from datetime import datetime

from app.domain.visit import Verdict
from app.domain.visitors import RULES_VERSION, classify
from app.flow.judge_visits import judge_again
from app.flow.revise_verdicts import RULES, revise_verdicts
from app.store.accounts import hold_account
from app.store.base import Session, Transaction
from app.store.clicks import ClickRow
from app.store.raw_rows import account_ids
from app.store.retention import visits_kept_since
from app.store.shares import ShareRow
from app.store.verdicts import StoredVisit, visits_after

_AT_ONCE = 500


def reclassify_visits(*, transaction: Transaction, now: datetime, since: datetime | None = None) -> int:
    """Judge every visit that is kept again and return how many verdicts were revised.

    It works in batches, each a transaction that holds its account, so it may run beside the workers and be stopped
    anywhere; begun again it changes only what is still to be changed.

    Args:
        transaction: opens a transaction.
        now: when it is done.
        since: visits before this moment are left as they are.
    """
    revised = 0
    with transaction() as session:
        accounts = account_ids(session)
    for account_id in accounts:
        for row in (ClickRow, ShareRow):
            after = ""
            while True:
                with transaction() as session:
                    if not hold_account(session, account_id):
                        break
                    visits = visits_after(session, account_id, row, after, _from(session, account_id, since), _AT_ONCE)
                    revised += _reclassify(session, account_id, visits, now=now)
                if len(visits) < _AT_ONCE:
                    break
                after = visits[-1].id
    return revised


def _from(session: Session, account_id: str, since: datetime | None) -> datetime | None:
    # A press whose browser was let go of would look like a machine's.
    moments = [moment for moment in (since, visits_kept_since(session, account_id)) if moment]
    return max(moments, default=None)


def _reclassify(session: Session, account_id: str, visits: list[StoredVisit], *, now: datetime) -> int:
    if not visits:
        return 0
    wanted = judge_again(session, account_id, [by_itself(visit) for visit in visits if _has_signs(visit)])
    return len(revise_verdicts(session, account_id, wanted, by=f"{RULES} {RULES_VERSION}", now=now))


def _has_signs(visit: StoredVisit) -> bool:
    # Somebody who was erased left none; they are taken for what they were.
    return bool(visit.ip or visit.user_agent)


def by_itself(visit: StoredVisit) -> StoredVisit:
    """Return a stored visit as the rules see it without its company."""
    prefetch = visit.prefetch
    # Before the headers were kept, that there were any was.
    if not prefetch and "prefetch" in visit.signals:
        prefetch = "prefetch"
    verdict, signals = classify(visit.user_agent, visit.method, prefetch)
    return replace(visit, verdict=Verdict(verdict), signals=signals, rules=RULES_VERSION)
