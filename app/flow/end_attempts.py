"""How attempts to send ended, written down: for one message or for a thousand, and only where the attempt still counts.

A provider that certainly did not take a message has it back in the queue, later and later; one that may have taken it
leaves it ``unknown``. Attempts that end together are of one kind (``Draft.kind``), so their figures belong to the same.
"""

import random
from collections import Counter as Tally
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from app.domain.counting import Counter, Metric, quarter_of
from app.domain.message import Receipt, Status
from app.flow.tell_webhooks import tell_of_messages
from app.store.base import Session, Transaction
from app.store.counters import bump
from app.store.messages import add_events, subject_of_words
from app.store.sends import Draft, settle_many
from integrations.protocol import UnavailableError

FIRST_LOOK = timedelta(seconds=30)
"""After which a message of unknown fate is first looked for in its provider's list."""
_LONGEST_WAIT_S = 600
_LONGEST_ASKED_WAIT_S = 3_600
"""A provider that asks for more than an hour is asked again after one."""
_ATTEMPTS = 60
"""With waits that double up to ten minutes: about nine hours of an outage."""

_WORDS = attrgetter("channel", "template", "automation", "campaign_id")


class _Step(NamedTuple):
    """What happened to several messages at once."""

    drafts: Sequence[Draft]
    kind: str
    detail: Mapping[str, Any]


def confirm(drafts: Sequence[Draft], receipts: Sequence[Receipt], *, transaction: Transaction, now: datetime) -> None:
    """Write down that a provider took these, each with its receipt."""
    alike = _alike(drafts, receipts)
    with transaction() as session:
        counts: Tally[Counter] = Tally()
        steps: list[_Step] = []
        for receipt, theirs in alike:
            those = settle_many(
                session,
                theirs,
                status=receipt.status,
                provider=receipt.provider,
                provider_id=receipt.provider_id,
                sent_at=now,
                error=None,
            )
            reached = [Status.SENT] if receipt.status is Status.SENT else [Status.SENT, receipt.status]
            steps += [_Step(those, status, {"provider": receipt.provider}) for status in reached]
            untracked = [Metric.UNTRACKED] if drafts[0].untracked_reason else []
            _count(counts, those, [*map(Metric, reached), *untracked], now)
        _keep(session, drafts[0].account_id, steps, counts, now)


def _alike(drafts: Iterable[Draft], receipts: Iterable[Receipt]) -> list[tuple[Receipt, list[Draft]]]:
    """Return drafts by their receipts; of one call all are one and the same."""
    found: dict[Receipt, list[Draft]] = {}
    last: Receipt | None = None
    theirs: list[Draft] = []
    for draft, receipt in zip(drafts, receipts, strict=True):
        if receipt is not last:
            last, theirs = receipt, found.setdefault(receipt, [])
        theirs.append(draft)
    return list(found.items())


def fail(drafts: Sequence[Draft], why: str, *, provider: str | None, transaction: Transaction, now: datetime) -> None:
    """Write down that these were refused, for good, and why."""
    with transaction() as session:
        settled = settle_many(session, drafts, status=Status.FAILED, provider=provider, error=why)
        counts: Tally[Counter] = Tally()
        _count(counts, settled, [Metric.FAILED], now)
        step = _Step(settled, Status.FAILED, {"provider": provider, "error": why})
        _keep(session, drafts[0].account_id, [step], counts, now)


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
        step = _Step(settled, Status.UNKNOWN, {"provider": provider, "error": why})
        _keep(session, drafts[0].account_id, [step], Tally(), now)


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
        _keep(session, drafts[0].account_id, [_Step(settled, "postponed", detail)], Tally(), now)
    return Status.QUEUED


def wait_for_turn(draft: Draft, wait_s: float, *, transaction: Transaction, now: datetime) -> Status:
    """Queue a message again until its turn: its account's messages leave one after the other."""
    with transaction() as session:
        due = now + timedelta(seconds=wait_s)
        settle_many(session, [draft], status=Status.QUEUED, send_at=due, woken_at=None)
    return Status.QUEUED


def _count(counts: Tally[Counter], drafts: Sequence[Draft], metrics: Sequence[Metric], now: datetime) -> None:
    if drafts:
        quarter, subject = quarter_of(now), subject_of_words(_WORDS(drafts[0]), None)
        for metric in metrics:
            counts[Counter(quarter, subject, metric)] += len(drafts)


def _keep(session: Session, account_id: str, steps: Sequence[_Step], counts: Tally[Counter], now: datetime) -> None:
    for step in steps:
        add_events(session, account_id, [draft.id for draft in step.drafts], step.kind, now, step.detail)
    bump(session, account_id, counts)
    told = ((draft.id, step.kind, now) for step in steps for draft in step.drafts)
    tell_of_messages(session, account_id, told, now=now)
