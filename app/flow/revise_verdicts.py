"""A visit was another's than it was taken for: put right its verdict, and all that was counted or earned by it."""

from collections import Counter as Tally
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app.domain.counting import Counter, count_click, count_share, quarter_of
from app.domain.message import Goal
from app.domain.visit import LinkKind, Verdict, visitor_key
from app.flow.credit_outcome import reconcile
from app.flow.credit_share import credit_shares
from app.flow.credit_waiting import credit_waiting
from app.store.arrivals import Arrival, Sharer
from app.store.base import Session
from app.store.counters import bump
from app.store.messages import Earned, earned_by, subject_of_visit
from app.store.shares import first_shares
from app.store.verdicts import (
    StoredVisit,
    add_revisions,
    earliest_human_click,
    first_click,
    put_first_click,
    visits_by_id,
    write_verdict,
)

LATER_VISITS = "later visits"
"""What revised it: the company it turned out to be in."""
RULES = "rules"
"""What revised it: the rules, run again."""


def revise_verdicts(
    session: Session, account_id: str, wanted: Sequence[StoredVisit], *, by: str, now: datetime
) -> list[tuple[Verdict, Verdict]]:
    """Bring stored visits in line with ``wanted`` and return each revised verdict, old and new; a repeat does nothing.

    The caller holds the account.
    """
    stored = visits_by_id(session, account_id, {visit.id: visit.at for visit in wanted})
    kept = {visit.id: visit for visit in stored}
    changed = [(kept[visit.id], visit) for visit in wanted if visit.id in kept and _differ(kept[visit.id], visit)]
    for _, visit in changed:
        write_verdict(session, account_id, visit)
    revised = [(old, new) for old, new in changed if old.verdict is not new.verdict]
    if not revised:
        return []
    add_revisions(session, account_id, revised, by=by, now=now)
    messages = earned_by(session, account_id, sorted({old.message_id for old, _ in revised if old.message_id}))
    presses = [(old, new) for old, new in revised if old.kind is LinkKind.PRESS]
    counts = _count_clicks(session, account_id, [pair for pair in revised if pair not in presses], messages)
    counts.update(_count_presses(presses, messages))
    bump(session, account_id, counts)
    _credit_presses(session, account_id, presses, messages, now=now)
    sharers = [Sharer(old.advocate_id, old.ip, old.user_agent, old.at) for old, _ in presses if old.advocate_id]
    credit_waiting(session, account_id, _arrival(revised, messages), sharers, now=now)
    return [(old.verdict, new.verdict) for old, new in revised]


def _differ(old: StoredVisit, new: StoredVisit) -> bool:
    return (old.verdict, old.signals) != (new.verdict, new.signals)


def _count_clicks(
    session: Session,
    account_id: str,
    revised: Iterable[tuple[StoredVisit, StoredVisit]],
    messages: Mapping[str, Earned],
) -> Tally[Counter]:
    """Return what the counters have too little, or too much, of; the first click of each visitor is chosen anew."""
    before = {old.id: old for old, _ in revised}
    after = {new.id: replace(new, is_unique=False) for _, new in revised}
    for visitor, like in {_visitor(old): old for old in before.values()}.items():
        first = first_click(session, account_id, visitor)
        if first is not None and first not in after:
            continue
        if first is not None and after[first].verdict is Verdict.HUMAN:
            after[first] = replace(after[first], is_unique=True)
            continue
        chosen = earliest_human_click(session, account_id, like)
        put_first_click(session, account_id, visitor, chosen.id if chosen else None)
        if chosen:
            before.setdefault(chosen.id, chosen)
            after[chosen.id] = replace(chosen, is_unique=True)
    for click in after.values():
        if click.is_unique is not before[click.id].is_unique:
            write_verdict(session, account_id, click)
    counts = _counted(after.values(), messages)
    counts.subtract(_counted(before.values(), messages))
    return counts


def _visitor(click: StoredVisit) -> str:
    return visitor_key(click.kind, click.message_id, click.advocate_id, click.platform, click.ip, click.user_agent)


def _counted(clicks: Iterable[StoredVisit], messages: Mapping[str, Earned]) -> Tally[Counter]:
    counts: Tally[Counter] = Tally()
    for click in clicks:
        subject = subject_of_visit(messages, click.message_id, click.campaign_id, click.platform)
        for metric in count_click(click.kind, click.verdict, is_unique=click.is_unique):
            counts[Counter(quarter_of(click.at), subject, metric)] += 1
    return counts


def _count_presses(
    revised: Iterable[tuple[StoredVisit, StoredVisit]], messages: Mapping[str, Earned]
) -> Tally[Counter]:
    counts: Tally[Counter] = Tally()
    for old, new in revised:
        subject = subject_of_visit(messages, old.message_id, old.campaign_id, old.platform)
        counts[Counter(quarter_of(old.at), subject, count_share(old.verdict))] -= 1
        counts[Counter(quarter_of(old.at), subject, count_share(new.verdict))] += 1
    return counts


def _credit_presses(
    session: Session,
    account_id: str,
    revised: Sequence[tuple[StoredVisit, StoredVisit]],
    messages: Mapping[str, Earned],
    *,
    now: datetime,
) -> None:
    """Take back what presses earned that were no person's, and let the first that was have the conversion."""
    for _, new in revised:
        if new.verdict is not Verdict.HUMAN:
            reconcile(session, account_id, Goal.SHARE, new.id, None, now=now)
    concerned = sorted({new.message_id for _, new in revised if new.message_id})
    first = first_shares(session, account_id, concerned, but_not=())
    people = [new.id for _, new in revised if new.verdict is Verdict.HUMAN]
    credit_shares(session, account_id, people + [share.id for share in first.values()], messages, now=now)


def _arrival(revised: Sequence[tuple[StoredVisit, StoredVisit]], messages: Mapping[str, Earned]) -> Arrival:
    visits = [new for _, new in revised]
    clicks = [visit for visit in visits if visit.kind is not LinkKind.PRESS]
    presses = [visit for visit in visits if visit.kind is LinkKind.PRESS]
    return Arrival(
        since=min(visit.at for visit in visits),
        click_ids=frozenset(click.id for click in clicks),
        contact_ids=frozenset(message.contact_id for message in messages.values()),
        advocate_ids=frozenset(click.advocate_id for click in clicks if click.advocate_id),
        shared_message_ids=frozenset(press.message_id for press in presses if press.message_id),
        sharing_advocate_ids=frozenset(
            press.advocate_id for press in presses if press.advocate_id and not press.message_id
        ),
    )
