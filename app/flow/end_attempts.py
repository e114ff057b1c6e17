"""How attempts to send ended, written down: for one message or for a thousand, and only where the attempt still counts.

A provider that certainly did not take a message has it back in the queue, later and later; one that may have taken it
leaves it ``unknown``.
"""

import random
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from app.domain.counting import Counter, Metric, quarter_of
from app.domain.message import Receipt, Status
from app.flow.tell_webhooks import tell_of_messages
from app.store.base import Session, Transaction
from app.store.counters import bump
from app.store.messages import add_events
from app.store.sends import Draft, settle_many
from integrations.protocol import UnavailableError

FIRST_LOOK = timedelta(seconds=30)
"""After which a message of unknown fate is first looked for in its provider's list."""
_LONGEST_WAIT_S = 600
_LONGEST_ASKED_WAIT_S = 3_600
"""A provider that asks for more than an hour is asked again after one."""
_ATTEMPTS = 60
"""With waits that double up to ten minutes: about nine hours of an outage."""


def confirm(drafts: Sequence[Draft], receipts: Sequence[Receipt], *, transaction: Transaction, now: datetime) -> None:
    """Write down that a provider took these, each with its receipt."""
    alike: dict[Receipt, list[Draft]] = defaultdict(list)
    for draft, receipt in zip(drafts, receipts, strict=True):
        alike[receipt].append(draft)
    with transaction() as session:
        counts: Tally[Counter] = Tally()
        events: list[tuple[str, str, dict[str, Any]]] = []
        for receipt, theirs in alike.items():
            settled = settle_many(
                session,
                theirs,
                status=receipt.status,
                provider=receipt.provider,
                provider_id=receipt.provider_id,
                sent_at=now,
                error=None,
            )
            reached = [Status.SENT] if receipt.status is Status.SENT else [Status.SENT, receipt.status]
            for draft in _those(theirs, settled):
                events += [(draft.id, status, {"provider": receipt.provider}) for status in reached]
                metrics = [Metric(status) for status in reached]
                _count(counts, draft, [*metrics, Metric.UNTRACKED] if draft.untracked_reason else metrics, now)
        _keep(session, drafts[0].account_id, events, counts, now)


def fail(drafts: Sequence[Draft], why: str, *, provider: str | None, transaction: Transaction, now: datetime) -> None:
    """Write down that these were refused, for good, and why."""
    with transaction() as session:
        settled = settle_many(session, drafts, status=Status.FAILED, provider=provider, error=why)
        counts: Tally[Counter] = Tally()
        for draft in _those(drafts, settled):
            _count(counts, draft, [Metric.FAILED], now)
        detail = {"provider": provider, "error": why}
        events = [(draft.id, Status.FAILED, detail) for draft in _those(drafts, settled)]
        _keep(session, drafts[0].account_id, events, counts, now)


def leave_unknown(drafts: Sequence[Draft], why: str, *, provider: str, transaction: Transaction, now: datetime) -> None:
    """Write down that nobody knows whether these were taken."""
    with transaction() as session:
        settled = settle_many(
            session,
            drafts,
            status=Status.UNKNOWN,
            provider=provider,
            error=why,
            look_up_at=now + FIRST_LOOK,
            looked_up=0,
        )
        detail = {"provider": provider, "error": why}
        events = [(draft.id, Status.UNKNOWN, detail) for draft in _those(drafts, settled)]
        _keep(session, drafts[0].account_id, events, Tally(), now)


def put_back(
    drafts: Sequence[Draft], outage: UnavailableError, *, provider: str, transaction: Transaction, now: datetime
) -> Status:
    """Queue these again for later: the sweep wakes them, so that no outage of the queue can lose them."""
    attempt = max(draft.attempt for draft in drafts)
    if attempt >= _ATTEMPTS:
        fail(drafts, f"gave up: {outage}", provider=provider, transaction=transaction, now=now)
        return Status.FAILED
    backoff_s = min(2.0 ** min(attempt, 20), _LONGEST_WAIT_S)
    asked_s = min(outage.retry_after_s or 0, _LONGEST_ASKED_WAIT_S)
    # Never sooner than was asked for, and not everybody at the same moment.
    jitter = random.uniform(0.5, 1)  # noqa: S311 - no secret.
    wait = timedelta(seconds=max(backoff_s * jitter, asked_s * (1.5 - jitter / 2)))
    with transaction() as session:
        settled = settle_many(
            session,
            drafts,
            status=Status.QUEUED,
            provider=provider,
            error=str(outage),
            send_at=now + wait,
            woken_at=None,
        )
        detail = {"provider": provider, "error": str(outage), "again_at": (now + wait).isoformat()}
        events = [(draft.id, "postponed", detail) for draft in _those(drafts, settled)]
        _keep(session, drafts[0].account_id, events, Tally(), now)
    return Status.QUEUED


def wait_for_turn(draft: Draft, wait_s: float, *, transaction: Transaction, now: datetime) -> Status:
    """Queue a message again until its turn: its account's messages leave one after the other."""
    with transaction() as session:
        due = now + timedelta(seconds=wait_s)
        settle_many(session, [draft], status=Status.QUEUED, send_at=due, woken_at=None)
    return Status.QUEUED


def _those(drafts: Iterable[Draft], settled: Collection[str]) -> list[Draft]:
    return [draft for draft in drafts if draft.id in settled]


def _count(counts: Tally[Counter], draft: Draft, metrics: Iterable[Metric], now: datetime) -> None:
    quarter, subject = quarter_of(now), draft.subject_of_counts
    for metric in metrics:
        counts[Counter(quarter, subject, metric)] += 1


def _keep(
    session: Session,
    account_id: str,
    events: Sequence[tuple[str, str, dict[str, Any]]],
    counts: Tally[Counter],
    now: datetime,
) -> None:
    add_events(session, account_id, events, now)
    bump(session, account_id, counts)
    tell_of_messages(session, account_id, [(message_id, kind, now) for message_id, kind, _ in events], now=now)
