"""Find who earned an order or a signup, and bring the outcomes and counters in line with it.

May run any number of times, at any moment: it works the answer out from what is known now, takes back what no longer
holds and adds what does. So the order in which clicks, shares, orders and refunds come in makes no difference.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.attribution import Chain, Claim, Click, Credit, attribute
from app.domain.counting import Counter, Metric, Subject, quarter_of
from app.domain.message import ContactDetails, Goal
from app.flow.tell_of_order import credited, tell_of_order
from app.store.accounts import account_by_id
from app.store.base import Session
from app.store.campaigns import Advocate, advocate_by_discount, advocate_by_share_code
from app.store.clicks import click_by_id, click_row, clicks_of_advocate, clicks_of_contact
from app.store.contacts import contact_by_id
from app.store.counters import bump
from app.store.identities import find_contact
from app.store.messages import Earned, earned_by
from app.store.order_states import state_of
from app.store.orders import OrderRow, SignupRow, held, is_erased, keep_credit
from app.store.outcomes import Outcome, add_outcome, outcomes_of
from app.store.retention import visits_kept_since
from app.store.shares import share_behind


def credit_order(session: Session, row_id: str, *, now: datetime) -> None:
    """Credit an order to the message that earned it, at its present worth."""
    row = held(session, OrderRow, row_id)
    if row is None:
        return
    if _rests_on_let_go(session, row):
        _reprice(session, row, now=now)
        return
    buyer = ContactDetails(external_id=row.external_id, email=row.email, phone=row.phone)
    contact = find_contact(session, row.account_id, buyer)
    credit = _credit(session, row, contact.id if contact else None, buyer)
    before = credited(row)
    _settle(session, row, credit, contact.id if contact else None)
    desired = _outcome(session, row, Goal.ORDER, credit, amount_minor=state_of(row).net_minor, currency=row.currency)
    changed = reconcile(session, row.account_id, Goal.ORDER, row.id, desired, now=now)
    tell_of_order(session, row, before, worth_changed=changed, now=now)


def credit_signup(session: Session, row_id: str, *, now: datetime) -> None:
    """Credit a signup to the message that brought it."""
    row = held(session, SignupRow, row_id)
    if row is None:
        return
    if _rests_on_let_go(session, row):
        keep_credit(session, row, is_open=False)
        return
    contact = contact_by_id(session, row.account_id, row.contact_id) if row.contact_id else None
    known = ContactDetails(email=contact.email, phone=contact.phone) if contact else ContactDetails()
    credit = _credit(session, row, row.contact_id, known)
    _settle(session, row, credit, row.contact_id)
    reconcile(session, row.account_id, Goal.SIGNUP, row.id, _outcome(session, row, Goal.SIGNUP, credit), now=now)


def _rests_on_let_go(session: Session, row: OrderRow | SignupRow) -> bool:
    """Tell whether the click that it is credited to was let go of, or its buyer erased: nobody knows better now."""
    if isinstance(row, OrderRow) and is_erased(row):
        return row.reason is not None
    if row.click_id is None or visits_kept_since(session, row.account_id) is None:
        return False
    return click_row(session, row.account_id, row.click_id) is None


def _reprice(session: Session, row: OrderRow, *, now: datetime) -> None:
    """Leave an order credited as it is, at its present worth."""
    keep_credit(session, row, is_open=False)
    standing = _standing(outcomes_of(session, row.account_id, Goal.ORDER, row.id))
    desired = replace(standing, amount_minor=state_of(row).net_minor) if standing else None
    changed = reconcile(session, row.account_id, Goal.ORDER, row.id, desired, now=now)
    tell_of_order(session, row, credited(row), worth_changed=changed, now=now)


def _credit(session: Session, row: OrderRow | SignupRow, contact_id: str | None, person: ContactDetails) -> Credit:
    account = account_by_id(session, row.account_id)
    window = timedelta(days=account.attribution_days)
    advocate = _named_advocate(session, row)
    advocate_id = advocate.id if advocate else None
    since, until = row.at - window, row.at
    return attribute(
        Claim(row.at, row.mbsy_source is not None, contact_id, advocate_id, person.email, person.phone),
        named=click_by_id(session, row.account_id, row.mbsy_source) if row.mbsy_source else None,
        of_contact=clicks_of_contact(session, row.account_id, contact_id, since, until) if contact_id else [],
        of_advocate=clicks_of_advocate(session, row.account_id, advocate_id, since, until) if advocate_id else [],
        window=window,
    )


def _named_advocate(session: Session, row: OrderRow | SignupRow) -> Advocate | None:
    """Return whom the share code names, else whose share code was used as a discount code."""
    found = advocate_by_share_code(session, row.account_id, row.mbsy) if row.mbsy else None
    codes: list[str] = row.discount_codes or [] if isinstance(row, OrderRow) else []
    return found or advocate_by_discount(session, row.account_id, codes)


def _settle(session: Session, row: OrderRow | SignupRow, credit: Credit, contact_id: str | None) -> None:
    """Write the answer on the order or signup itself."""
    click = credit.click
    named = _named_advocate(session, row)
    keep_credit(
        session,
        row,
        contact_id=contact_id,
        named_advocate_id=named.id if named else None,
        is_open=False,
        standing=credit.standing,
        reason=credit.reason,
        chain=click.chain if click else None,
        click_id=click.id if click else None,
        share_id=_share(session, row.account_id, click),
        message_id=click.message_id if click else None,
        advocate_id=click.advocate_id if click and click.chain is not Chain.MESSAGE_CLICK else None,
        platform=click.platform if click else None,
    )


def _share(session: Session, account_id: str, click: Click | None) -> str | None:
    if click is None or click.platform is None or click.chain is Chain.MESSAGE_CLICK:
        return None
    return share_behind(
        session,
        account_id,
        message_id=click.message_id,
        advocate_id=click.advocate_id,
        platform=click.platform,
        at=click.at,
    )


def _outcome(
    session: Session,
    row: OrderRow | SignupRow,
    goal: Goal,
    credit: Credit,
    *,
    amount_minor: int = 0,
    currency: str = "",
) -> Outcome | None:
    """Return the one outcome that should stand, or None where nobody earned it."""
    click = credit.click
    if click is None:
        return None
    earned = _earned(session, row.account_id, click)
    return outcome_for(
        earned,
        goal,
        row.id,
        row.at,
        platform=click.platform,
        click=click,
        conversions=1 if earned and earned.goal == goal else 0,
        amount_minor=amount_minor,
        currency=currency,
    )


def _earned(session: Session, account_id: str, click: Click) -> Earned | None:
    return earned_by(session, account_id, [click.message_id]).get(click.message_id) if click.message_id else None


def outcome_for(
    earned: Earned | None,
    goal: Goal,
    subject_id: str,
    at: datetime,
    *,
    platform: str | None,
    click: Click | None = None,
    conversions: int,
    amount_minor: int = 0,
    currency: str = "",
) -> Outcome:
    """Return one credit, under the words that reports group by."""
    subject = earned.subject_of_counts(platform) if earned else Subject(platform=platform or "")
    return Outcome(
        kind=goal,
        subject_id=subject_id,
        at=at,
        quantity=1,
        conversions=conversions,
        amount_minor=amount_minor,
        currency=currency,
        channel=subject.channel,
        template=subject.template,
        automation=subject.automation,
        campaign_id=subject.campaign_id,
        platform=subject.platform,
        message_id=earned.id if earned else None,
        advocate_id=click.advocate_id if click else earned.advocate_id if earned else None,
        click_id=click.id if click else None,
    )


def reconcile(
    session: Session, account_id: str, goal: Goal, subject_id: str, desired: Outcome | None, *, now: datetime
) -> bool:
    """Add what brings the outcomes of one share, order or signup to ``desired``, and count it; False if they are."""
    standing = _standing(outcomes_of(session, account_id, goal, subject_id))
    if standing == desired:
        return False
    changes = [_negated(standing)] if standing else []
    if standing and desired and _target(standing) == _target(desired):
        changes = [
            replace(
                desired,
                quantity=desired.quantity - standing.quantity,
                conversions=desired.conversions - standing.conversions,
                amount_minor=desired.amount_minor - standing.amount_minor,
            )
        ]
    elif desired:
        changes.append(desired)
    for change in changes:
        add_outcome(session, account_id, change, now)
        bump(session, account_id, counts_of(change))
    return True


_METRICS = {Goal.SHARE: None, Goal.SIGNUP: Metric.SIGNUPS, Goal.ORDER: Metric.ORDERS}
"""Shares are counted by their presses, so an outcome counts only what it converts."""


def counts_of(outcome: Outcome) -> dict[Counter, int]:
    """Return what an outcome adds to the counters."""
    quarter = quarter_of(outcome.at)
    subject = Subject(outcome.channel, outcome.template, outcome.automation, outcome.campaign_id, outcome.platform)
    counts = {
        Counter(quarter, subject, Metric.CONVERSIONS): outcome.conversions,
        Counter(quarter, subject, Metric.REVENUE, outcome.currency): outcome.amount_minor,
    }
    metric = _METRICS[Goal(outcome.kind)]
    if metric:
        counts[Counter(quarter, subject, metric)] = outcome.quantity
    return {counter: value for counter, value in counts.items() if value}


def _target(outcome: Outcome) -> Outcome:
    return replace(outcome, quantity=0, conversions=0, amount_minor=0)


def _negated(outcome: Outcome) -> Outcome:
    return replace(
        outcome,
        quantity=-outcome.quantity,
        conversions=-outcome.conversions,
        amount_minor=-outcome.amount_minor,
    )


def _standing(outcomes: Iterable[Outcome]) -> Outcome | None:
    """Return what all credits given and taken back leave standing: one, or nothing."""
    totals: dict[Outcome, Outcome] = {}
    for outcome in outcomes:
        total = totals.get(_target(outcome), _target(outcome))
        totals[_target(outcome)] = replace(
            total,
            quantity=total.quantity + outcome.quantity,
            conversions=total.conversions + outcome.conversions,
            amount_minor=total.amount_minor + outcome.amount_minor,
        )
    return next((total for total in totals.values() if total.quantity), None)
