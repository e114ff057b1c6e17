"""Look again at the orders and signups that something concerns: a visit that came in, or one that was another's."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from app.flow.credit_outcome import credit_order, credit_signup
from app.store.arrivals import Arrival, Sharer, clicks_of_sharers, concerned
from app.store.base import Session
from app.store.orders import OrderRow, SignupRow


def credit_waiting(
    session: Session, account_id: str, arrival: Arrival, sharers: Sequence[Sharer], *, now: datetime
) -> None:
    """Credit every order and signup that ``arrival`` may change, or what is known by now of ``sharers``."""
    theirs = clicks_of_sharers(session, account_id, sharers)
    arrival = replace(
        arrival,
        click_ids=arrival.click_ids.union(theirs),
        advocate_ids=arrival.advocate_ids.union(theirs.values()),
    )
    for row_id in concerned(session, OrderRow, account_id, arrival):
        credit_order(session, row_id, now=now)
    for row_id in concerned(session, SignupRow, account_id, arrival):
        credit_signup(session, row_id, now=now)
