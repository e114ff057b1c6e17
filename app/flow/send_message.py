"""One claimed message goes to its provider once, and how that ended is written down.

The row says ``sending`` before the call and no transaction is open during it. A provider that certainly did not take
the message has it back in the queue, later and later; one that may have taken it leaves it ``unknown``.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from app.domain.consent import why_held_back
from app.domain.counting import Counter, Metric, quarter_of
from app.domain.errors import UnknownError
from app.domain.message import Channel, Outbound, Receipt, Status, Unrewritten, Untracked
from app.domain.template import TemplateError
from app.flow.compose_message import compose_message
from app.flow.tell_webhooks import tell_of_messages
from app.store.accounts import account_by_id, integrations
from app.store.base import Session, Transaction
from app.store.counters import bump
from app.store.link_copies import LinkCopies
from app.store.messages import add_event
from app.store.sends import Draft, claim, settle
from app.store.sent_links import SentLinks, links_of_message
from app.store.suppressions import suppressed
from integrations.protocol import Credentials, Providers, RejectedError, UnavailableError, UncertainError

_LONGEST_WAIT_S = 600
_LONGEST_ASKED_WAIT_S = 3_600
"""A provider that asks for more than an hour is asked again after one."""
_ATTEMPTS = 60
"""With waits that double up to ten minutes: about nine hours of an outage."""


def send_message(
    message_id: str,
    *,
    transaction: Transaction,
    providers: Providers,
    clock: Callable[[], datetime],
    lease: timedelta,
    link_port: int,
    public_url: str,
    copies: LinkCopies | None = None,
) -> Status | None:
    """Send one message; None when it is not to be sent: it is not due, was sent, another worker has it, or it ended.

    Its links are copied to ``copies`` before anybody can press one.
    """
    prepared = _prepare(
        message_id, transaction=transaction, now=clock(), lease=lease, link_port=link_port, public_url=public_url
    )
    if prepared is None:
        return None
    draft, outbound, credentials, links = prepared
    if copies and links:
        copies.keep([links])
    provider = providers.choose(outbound.channel, credentials)
    try:
        receipt = provider.send(outbound)
    except RejectedError as error:
        return _fail(draft, str(error), provider=provider.name, transaction=transaction, now=clock())
    except UncertainError as error:
        return _leave_unknown(draft, str(error), provider=provider.name, transaction=transaction, now=clock())
    except UnavailableError as error:
        return _put_back(draft, error, provider=provider.name, transaction=transaction, now=clock())
    return _confirm(draft, receipt, transaction=transaction, now=clock())


def _prepare(
    message_id: str, *, transaction: Transaction, now: datetime, lease: timedelta, link_port: int, public_url: str
) -> tuple[Draft, Outbound, Credentials, SentLinks | None] | None:
    """Claim and compose a message; one that nobody wants, or that cannot be composed, ends here and says why."""
    with transaction() as session:
        draft = claim(session, message_id, now=now, lease_until=now + lease)
        if draft is None or _is_suppressed(session, draft, now=now) or _is_held(session, draft, now=now):
            return None
        credentials = integrations(session, draft.account_id)
        try:
            composed = compose_message(session, draft, link_port=link_port, public_url=public_url)
            _check_rewritten(session, draft)
        except (TemplateError, UnknownError, UnrewrittenError) as error:
            problem = str(error)
        else:
            outbound = Outbound(
                id=draft.id,
                account_id=draft.account_id,
                channel=Channel(draft.channel),
                sender=draft.sender or composed.plain.sender,
                recipient=draft.recipient,
                subject=composed.subject,
                html=composed.html,
                text=composed.text,
                attempt=draft.attempt,
                link_host=draft.link_host,
                unsubscribe_url=composed.unsubscribe_url,
            )
            links = links_of_message(session, draft.account_id, draft.id) if draft.link_host else None
            return draft, outbound, credentials, links
    _fail(draft, problem, provider=None, transaction=transaction, now=now)
    return None


def _is_suppressed(session: Session, draft: Draft, *, now: datetime) -> bool:
    """Tell whether its reader has said stop since it was asked for; then it is over, neither sent nor failed."""
    recipient = (draft.channel, draft.recipient)
    stands = suppressed(session, draft.account_id, [recipient]).get(recipient, ())
    why = why_held_back(stands, draft.purpose)
    if why is None:
        return False
    settle(session, draft.id, draft.attempt, status=Status.SUPPRESSED, error=why)
    add_event(session, draft.account_id, draft.id, Status.SUPPRESSED, now, {"reason": why})
    return True


class UnrewrittenError(Exception):
    """The account wants no message whose links could not be swapped."""


def _policy(session: Session, draft: Draft) -> str:
    """Return what the account wants of this message: ``send`` wherever its links are swapped, or meant not to be."""
    if draft.untracked_reason != Untracked.NO_VERIFIED_DOMAIN:
        return Unrewritten.SEND
    return account_by_id(session, draft.account_id).unrewritten


def _check_rewritten(session: Session, draft: Draft) -> None:
    if _policy(session, draft) == Unrewritten.FAIL:
        raise UnrewrittenError("Its links could not be swapped: the account has no verified domain.")


def _is_held(session: Session, draft: Draft, *, now: datetime) -> bool:
    """Tell whether the account wants to look first, for the links could not be swapped; then it waits for a release."""
    if _policy(session, draft) != Unrewritten.HOLD:
        return False
    settle(session, draft.id, draft.attempt, status=Status.HELD, error=draft.untracked_reason)
    add_event(session, draft.account_id, draft.id, Status.HELD, now, {"reason": draft.untracked_reason})
    return True


def _confirm(draft: Draft, receipt: Receipt, *, transaction: Transaction, now: datetime) -> Status:
    with transaction() as session:
        settled = settle(
            session,
            draft.id,
            draft.attempt,
            status=receipt.status,
            provider=receipt.provider,
            provider_id=receipt.provider_id,
            sent_at=now,
            error=None,
        )
        if settled:
            reached = [Status.SENT] if receipt.status is Status.SENT else [Status.SENT, receipt.status]
            counted = [Metric(status) for status in reached] + ([Metric.UNTRACKED] if draft.untracked_reason else [])
            quarter = quarter_of(now)
            for status in reached:
                add_event(session, draft.account_id, draft.id, status, now, {"provider": receipt.provider})
            bump(
                session,
                draft.account_id,
                {Counter(quarter, draft.subject_of_counts, metric): 1 for metric in counted},
            )
            tell_of_messages(session, draft.account_id, [(draft.id, status, now) for status in reached], now=now)
    return receipt.status


def _fail(draft: Draft, why: str, *, provider: str | None, transaction: Transaction, now: datetime) -> Status:
    with transaction() as session:
        if settle(session, draft.id, draft.attempt, status=Status.FAILED, provider=provider, error=why):
            add_event(session, draft.account_id, draft.id, Status.FAILED, now, {"provider": provider, "error": why})
            failed = Counter(quarter_of(now), draft.subject_of_counts, Metric.FAILED)
            bump(session, draft.account_id, {failed: 1})
            tell_of_messages(session, draft.account_id, [(draft.id, Status.FAILED, now)], now=now)
    return Status.FAILED


def _leave_unknown(draft: Draft, why: str, *, provider: str, transaction: Transaction, now: datetime) -> Status:
    with transaction() as session:
        if settle(session, draft.id, draft.attempt, status=Status.UNKNOWN, provider=provider, error=why):
            add_event(session, draft.account_id, draft.id, Status.UNKNOWN, now, {"provider": provider, "error": why})
    return Status.UNKNOWN


def _put_back(
    draft: Draft, outage: UnavailableError, *, provider: str, transaction: Transaction, now: datetime
) -> Status:
    """Queue the message again for later: the sweep wakes it, so that no outage of the queue can lose it."""
    if draft.attempt >= _ATTEMPTS:
        return _fail(draft, f"gave up: {outage}", provider=provider, transaction=transaction, now=now)
    backoff = min(2.0 ** min(draft.attempt, 20), _LONGEST_WAIT_S) * random.uniform(0.5, 1)  # noqa: S311 - jitter
    wait = timedelta(seconds=max(backoff, min(outage.retry_after_s or 0, _LONGEST_ASKED_WAIT_S)))
    with transaction() as session:
        back = settle(
            session,
            draft.id,
            draft.attempt,
            status=Status.QUEUED,
            provider=provider,
            error=str(outage),
            send_at=now + wait,
            woken_at=None,
        )
        if back:
            detail = {"provider": provider, "error": str(outage), "again_at": (now + wait).isoformat()}
            add_event(session, draft.account_id, draft.id, "postponed", now, detail)
    return Status.QUEUED
