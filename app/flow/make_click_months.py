"""The tables of this month's and the coming months' clicks are there before the months are."""

from datetime import datetime

from app.domain.months import Month
from app.store.base import Transaction
from app.store.click_months import click_months, has_months, hold_months, make_month

_AHEAD = 2
"""Months: so long the schedule may stand still before clicks have to go to the table of odd times."""


def make_click_months(*, transaction: Transaction, now: datetime) -> list[Month]:
    """Make the tables that are missing, each in a transaction of its own, and return their months; none on SQLite."""
    wanted = [Month.of(now)]
    while len(wanted) <= _AHEAD:
        wanted.append(wanted[-1].following)
    with transaction() as session:
        there = click_months(session) if has_months(session) else wanted
    missing = [month for month in wanted if month not in there]
    made = []
    for month in missing:
        with transaction() as session:
            hold_months(session)
            # Another machine may have made it meanwhile.
            if month not in click_months(session):
                make_month(session, month)
                made.append(month)
    return made
