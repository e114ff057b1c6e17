"""Look again at the orders and signups that something concerns: a visit that came in, or one that was another's."""

from datetime import datetime

from app.flow.credit_outcome import credit_order, credit_signup
from app.store.base import Session
from app.store.orders import Arrival, OrderRow, SignupRow, concerned


def credit_waiting(session: Session, account_id: str, arrival: Arrival, *, now: datetime) -> None:
    """Credit every order and signup that ``arrival`` may change."""
    for row_id in concerned(session, OrderRow, account_id, arrival):
        credit_order(session, row_id, now=now)
    for row_id in concerned(session, SignupRow, account_id, arrival):
        credit_signup(session, row_id, now=now)
