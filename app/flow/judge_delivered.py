"""A message's delivery was reported after its links had been followed: look again at who did."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from app.domain.visit_patterns import NEAR, own_verdict
from app.flow.judge_visits import judge_again
from app.flow.revise_verdicts import revise_verdicts
from app.store.accounts import hold_account
from app.store.base import Session
from app.store.deliveries import delivered_at
from app.store.verdicts import StoredVisit, visits_of_messages

DELIVERY = "the delivery's report"


def judge_delivered(session: Session, account_id: str, message_ids: Sequence[str], *, now: datetime) -> int:
    """Judge the visits about the time of these messages' delivery again; return how many verdicts were revised.

    To be called in a transaction that holds nothing yet: it holds the account first, as batches of visits do.
    """
    arrived = delivered_at(session, account_id, message_ids)
    if not arrived or not hold_account(session, account_id):
        return 0
    moments = sorted(arrived.values())
    visits = visits_of_messages(session, account_id, sorted(arrived), moments[0] - NEAR, moments[-1] + NEAR)
    wanted = judge_again(session, account_id, [_by_itself(visit) for visit in visits])
    return len(revise_verdicts(session, account_id, wanted, by=DELIVERY, now=now))


def _by_itself(visit: StoredVisit) -> StoredVisit:
    verdict, signals = own_verdict(visit.verdict, visit.signals)
    return replace(visit, verdict=verdict, signals=signals)
