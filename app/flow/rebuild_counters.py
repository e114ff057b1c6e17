"""Work every counter out again from the raw rows: to compare (audit), or to put in place (rebuild)."""

from collections import Counter as Tally
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from app.domain.calendar import by_day
from app.domain.counting import OF_CLICKS, Counter, Metric, count_click, count_share, quarter_of
from app.domain.delivery import Sign
from app.domain.message import Status
from app.domain.visit import LinkKind, Verdict
from app.flow.credit_outcome import counts_of
from app.store.base import Session, Transaction
from app.store.counted_days import all_day_counters
from app.store.counters import all_counters, hold_counters, replace_counters, zone_of
from app.store.raw_rows import account_ids, all_clicks, all_events, all_outcomes, all_shares
from app.store.retention import visits_kept_since

_EVENTS: dict[str, Metric] = {
    Status.SENT: Metric.SENT,
    Status.DELIVERED: Metric.DELIVERED,
    Status.FAILED: Metric.FAILED,
    Sign.DOUBLE_TRACKED: Metric.DOUBLE_TRACKED,
    Sign.MACHINE_OPENED: Metric.MACHINE_OPENS,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A counter that does not equal its raw rows."""

    account_id: str
    counter: Counter
    counted: int
    rows: int


def audit_counters(*, transaction: Transaction) -> list[Difference]:
    """Return every counter, of any account, that differs from the raw rows; none when all is well."""
    differences = []
    with transaction() as session:
        for account_id in account_ids(session):
            counted = all_counters(session, account_id)
            worked_out = _worked_out(session, account_id, counted)
            differences += _differences(account_id, counted, worked_out)
            differences += _of_days(session, account_id, counted, worked_out)
    return differences


def _of_days(
    session: Session, account_id: str, counted: Tally[Counter], worked_out: Tally[Counter]
) -> list[Difference]:
    zone = zone_of(session, account_id)
    days, of_rows, of_counters = all_day_counters(session, account_id), by_day(worked_out, zone), by_day(counted, zone)
    # A day that follows its quarters was told of with them.
    return [one for one in _differences(account_id, days, of_rows) if one.counted != of_counters[one.counter]]


def _differences(account_id: str, counted: Tally[Counter], worked_out: Tally[Counter]) -> list[Difference]:
    return [
        Difference(account_id, counter, counted[counter], worked_out[counter])
        for counter in sorted(counted.keys() | worked_out.keys())
        if counted[counter] != worked_out[counter]
    ]


def rebuild_counters(*, transaction: Transaction) -> int:
    """Put counters worked out from the raw rows in place of all others and return how many there are."""
    total = 0
    with transaction() as session:
        hold_counters(session)
        for account_id in account_ids(session):
            worked_out = _worked_out(session, account_id, all_counters(session, account_id))
            replace_counters(session, account_id, worked_out)
            total += len(worked_out)
    return total


def _worked_out(session: Session, account_id: str, counted: Tally[Counter]) -> Tally[Counter]:
    """Return what the rows say, and of visits that were let go of what was counted: nothing else knows of them now."""
    rows = _count(session, account_id)
    since = visits_kept_since(session, account_id)
    if since is None:
        return rows
    first = quarter_of(since)
    kept = {counter: value for counter, value in rows.items() if not _is_let_go(counter, first)}
    return Tally(kept | {counter: value for counter, value in counted.items() if _is_let_go(counter, first)})


def _is_let_go(counter: Counter, first_quarter: int) -> bool:
    return counter.metric in OF_CLICKS and counter.quarter < first_quarter


def _count(session: Session, account_id: str) -> Tally[Counter]:
    counts: Tally[Counter] = Tally()
    for counter, value in chain(_of_messages(session, account_id), _of_visits(session, account_id)):
        counts[counter] += value
    return Tally({counter: value for counter, value in counts.items() if value})


def _of_messages(session: Session, account_id: str) -> Iterator[tuple[Counter, int]]:
    for subject, kind, at, tracked, detail in all_events(session, account_id):
        if kind in _EVENTS:
            yield Counter(quarter_of(at), subject, _EVENTS[kind]), 1
        if kind == Sign.OPENED and detail.get("first"):
            yield Counter(quarter_of(at), subject, Metric.OPENED), 1
        if kind == Status.SENT and not tracked:
            yield Counter(quarter_of(at), subject, Metric.UNTRACKED), 1
    for outcome in all_outcomes(session, account_id):
        yield from counts_of(outcome).items()


def _of_visits(session: Session, account_id: str) -> Iterator[tuple[Counter, int]]:
    for subject, kind, verdict, is_unique, at in all_clicks(session, account_id):
        for metric in count_click(LinkKind(kind), Verdict(verdict), is_unique=is_unique):
            yield Counter(quarter_of(at), subject, metric), 1
    for subject, verdict, at in all_shares(session, account_id):
        yield Counter(quarter_of(at), subject, count_share(Verdict(verdict))), 1
