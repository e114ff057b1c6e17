"""One claimed message goes to its provider once, and how that ended is written down.

The row says ``sending`` before the call and no transaction is open during it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from app.domain.consent import Refusal, why_held_back
from app.domain.errors import UnknownError
from app.domain.message import Channel, Outbound, Status, Unrewritten, Untracked
from app.domain.template import TemplateError
from app.flow.compose_message import compose_message
from app.flow.end_attempts import confirm, fail, leave_unknown, put_back, wait_for_turn
from app.flow.suppress_address import suppress_address
from app.flow.wait_for_morning import is_quiet
from app.store.accounts import Account, account_by_id
from app.store.base import Session, Transaction
from app.store.integrations import integrations
from app.store.link_copies import LinkCopies
from app.store.messages import add_event
from app.store.pacer import Pacer
from app.store.sends import Draft, claim, settle
from app.store.sent_links import SentLinks
from app.store.suppressions import suppressed
from integrations.protocol import (
    Credentials,
    OptedOutError,
    PacedProvider,
    Provider,
    Providers,
    RejectedError,
    UnavailableError,
    UncertainError,
)


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
    pacer: Pacer | None = None,
) -> Status | None:
    """Send one message; None when it is not to be sent: it is not due, was sent, another worker has it, or it ended.

    Its links are copied to ``copies`` before anybody can press one, and ``pacer`` says when its turn is.
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
    if pacer and (wait_s := _turn(draft, provider, pacer, transaction=transaction)):
        return wait_for_turn(draft, wait_s, transaction=transaction, now=clock())
    try:
        receipt = provider.send(outbound)
    except RejectedError as error:
        _mind_opting_out(draft, error, provider=provider.name, transaction=transaction, now=clock())
        fail([draft], str(error), provider=provider.name, transaction=transaction, now=clock())
        return Status.FAILED
    except UncertainError as error:
        leave_unknown([draft], str(error), provider=provider.name, transaction=transaction, now=clock())
        return Status.UNKNOWN
    except UnavailableError as error:
        return put_back([draft], error, provider=provider.name, transaction=transaction, now=clock())
    confirm([draft], [receipt], transaction=transaction, now=clock())
    return receipt.status


def _turn(draft: Draft, provider: Provider, pacer: Pacer, *, transaction: Transaction) -> float:
    """Wait for a near turn and return 0; else return the seconds until a later one."""
    if not isinstance(provider, PacedProvider) or not provider.is_paced:
        return 0.0
    with transaction() as session:
        per_second = account_by_id(session, draft.account_id).sms_per_second
    return pacer.take(draft.account_id, per_second)


def _prepare(
    message_id: str, *, transaction: Transaction, now: datetime, lease: timedelta, link_port: int, public_url: str
) -> tuple[Draft, Outbound, Credentials, SentLinks | None] | None:
    """Claim and compose a message; one that nobody wants, or that cannot be composed, ends here and says why."""
    with transaction() as session:
        draft = claim(session, message_id, now=now, lease_until=now + lease)
        if draft is None:
            return None
        account = account_by_id(session, draft.account_id)
        if any(waits(session, account, draft, now=now) for waits in (_is_suppressed, _is_held, is_quiet)):
            return None
        credentials = integrations(session, draft.account_id)
        try:
            composed, links = compose_message(session, account, draft, link_port=link_port, public_url=public_url)
            _check_rewritten(account, draft)
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
            return draft, outbound, credentials, links if draft.link_host else None
    fail([draft], problem, provider=None, transaction=transaction, now=now)
    return None


def _is_suppressed(session: Session, account: Account, draft: Draft, *, now: datetime) -> bool:
    """Tell whether its reader has said stop since it was asked for; then it is over, neither sent nor failed."""
    recipient = (draft.channel, draft.recipient)
    stands = suppressed(session, account.id, [recipient]).get(recipient, ())
    why = why_held_back(stands, draft.purpose)
    if why is None:
        return False
    settle(session, draft.id, draft.attempt, status=Status.SUPPRESSED, error=why)
    add_event(session, draft.account_id, draft.id, Status.SUPPRESSED, now, {"reason": why})
    return True


class UnrewrittenError(Exception):
    """The account wants no message whose links could not be swapped."""


def _policy(account: Account, draft: Draft) -> str:
    """Return what the account wants of this message: ``send`` wherever its links are swapped, or meant not to be."""
    if draft.untracked_reason != Untracked.NO_VERIFIED_DOMAIN:
        return Unrewritten.SEND
    return account.unrewritten


def _check_rewritten(account: Account, draft: Draft) -> None:
    if _policy(account, draft) == Unrewritten.FAIL:
        raise UnrewrittenError("Its links could not be swapped: the account has no verified domain.")


def _is_held(session: Session, account: Account, draft: Draft, *, now: datetime) -> bool:
    """Tell whether the account wants to look first, for the links could not be swapped; then it waits for a release."""
    if _policy(account, draft) != Unrewritten.HOLD:
        return False
    settle(session, draft.id, draft.attempt, status=Status.HELD, error=draft.untracked_reason)
    add_event(session, draft.account_id, draft.id, Status.HELD, now, {"reason": draft.untracked_reason})
    return True


def _mind_opting_out(
    draft: Draft, error: RejectedError, *, provider: str, transaction: Transaction, now: datetime
) -> None:
    """Send nothing more to whoever told the provider to stop; its refusal is the evidence."""
    if not isinstance(error, OptedOutError):
        return
    with transaction() as session:
        suppress_address(
            session,
            draft.account_id,
            draft.channel,
            draft.recipient,
            reason=Refusal.STOPPED,
            message_id=draft.id,
            source=f"{provider}:{error.code}",
            evidence={"code": error.code, "reason": str(error)},
            now=now,
        )
