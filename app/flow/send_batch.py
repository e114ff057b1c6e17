"""Many claimed emails of one template go to their provider in one call, and how that ended is written down for each.

The same rules as for one: the rows say ``sending`` before the call, no transaction is open during it, and what may have
been taken is never sent again blindly. Whoever cannot go with the others goes by ``send_message``, which says why.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from app.domain.errors import UnknownError
from app.domain.mailing import Addressee, Mailing
from app.domain.message import Channel, Receipt, Status, Untracked
from app.domain.template import TemplateError
from app.flow.compose_message import Composer
from app.flow.end_attempts import confirm, fail, leave_unknown, put_back
from app.flow.wait_for_morning import end_of_quiet
from app.store.accounts import Account, account_by_id
from app.store.base import Session, Transaction
from app.store.held_messages import Held, claim_held, hold_due, keep_awake
from app.store.integrations import integrations
from app.store.link_copies import LinkCopies
from app.store.sends import Draft, settle_many
from app.store.sent_links import SentLinks
from app.store.suppressions import suppressed
from integrations.protocol import (
    BulkProvider,
    PartlyRejectedError,
    Providers,
    RejectedError,
    UnavailableError,
    UncertainError,
)

_SLOWEST_CALL = timedelta(seconds=30)
"""No call begins later than this before the lease ends: whoever took the messages over must not meet it."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """What goes to one provider together."""

    mailing: Mailing
    held: dict[str, Held]
    """By message, those of the mailing."""
    provider: BulkProvider
    composer: Composer
    kept: Mapping[str, Any]
    """The columns that name what they have in common."""

    def claim(self, session: Session, *, lease_until: datetime) -> None:
        """Let nobody else send these, and keep what is each reader's own."""
        everybody = self.mailing.addressees
        own: dict[str, Sequence[Any]] = {
            "id": list(self.held),
            "attempt": [one.draft.attempt for one in self.held.values()],
            "subject": [one.subject for one in everybody],
            "merged": [one.values for one in everybody],
        }
        claim_held(session, self.mailing.account_id, own, lease_until=lease_until, **self.kept)

    def links(self) -> Iterator[SentLinks]:
        """Yield the links of each message."""
        letter = self.composer.letter
        sent_links = self.composer.sent_links(self.kept["link_set_id"], letter.destinations if letter else ())
        for draft, _, sharer in self.held.values():
            yield sent_links(draft, sharer)

    def of(self, part: Mailing) -> list[Draft]:
        return [self.held[one.message_id].draft for one in part.addressees]


def send_batch(
    message_ids: Sequence[str],
    *,
    transaction: Transaction,
    providers: Providers,
    clock: Callable[[], datetime],
    lease: timedelta,
    link_port: int,
    public_url: str,
    copies: LinkCopies | None = None,
) -> list[str]:
    """Send those of these messages that are due; return the ids of those that are to be sent one by one.

    Their links are copied to ``copies`` before anybody can press one.
    """
    now = clock()
    with transaction() as session:
        batches, alone = [], []
        for group in _groups(hold_due(session, message_ids, now=now)):
            batch = _prepare(session, group, providers, link_port=link_port, public_url=public_url, now=now)
            if batch:
                batches.append(batch)
                batch.claim(session, lease_until=now + lease)
            alone += [one.draft for one in group if batch is None or one.draft.id not in batch.held]
        # The caller wakes a worker for each.
        keep_awake(session, [draft.id for draft in alone], now)
    if copies:
        copies.keep(links for batch in batches for links in batch.links())
    for batch in batches:
        alone += _deliver(batch, transaction=transaction, clock=clock, until=now + lease - _SLOWEST_CALL)
    return [draft.id for draft in alone]


def _groups(held: Sequence[Held]) -> list[list[Held]]:
    """Return messages by all that a call, or a count, must have in common."""
    groups: dict[Hashable, list[Held]] = {}
    last: Hashable = None
    group: list[Held] = []
    for one in held:
        draft, source = one.draft, one.draft.source
        options = (tuple(source["skip"]), source["extension"], source["content"] is None)
        kind = (draft.kind, draft.advocate_id is None, options)
        # Nearly always as the one before; to look for it would cost more than to compare.
        if kind != last:
            last, group = kind, groups.setdefault(kind, [])
        group.append(one)
    return list(groups.values())


def _prepare(
    session: Session, group: Sequence[Held], providers: Providers, *, link_port: int, public_url: str, now: datetime
) -> _Batch | None:
    """Compose what can be merged; None where everybody goes alone."""
    first = group[0].draft
    account_id, channel = first.account_id, Channel(first.channel)
    provider = providers.choose(channel, integrations(session, account_id))
    unswapped = first.untracked_reason == Untracked.NO_VERIFIED_DOMAIN
    if unswapped or channel is not Channel.EMAIL or not isinstance(provider, BulkProvider):
        return None
    account = account_by_id(session, account_id)
    try:
        composer = Composer(session, account, first, link_port=link_port, public_url=public_url)
    except (TemplateError, UnknownError):
        return None
    letter = composer.letter
    if letter is None:
        return None
    merged = _merged(session, account, composer, group, now)
    if not merged:
        return None
    addressees = tuple(addressee for _, addressee in merged)
    sender = first.sender or composer.content.sender
    mailing = Mailing(account_id, sender, letter.html, letter.text, first.link_host, addressees)
    held = {one.draft.id: one for one, _ in merged}
    return _Batch(mailing, held, provider, composer, composer.keep_letter(session))


def _merged(
    session: Session, account: Account, composer: Composer, group: Sequence[Held], now: datetime
) -> list[tuple[Held, Addressee]]:
    """Return what is each reader's own; left out is who is suppressed, asleep, or whose body must be its own."""
    channel = group[0].draft.channel
    stopped = suppressed(session, account.id, {(channel, one.draft.recipient) for one in group})
    merged = []
    for one in group:
        draft, contact, sharer = one
        if contact is None or (stopped and (channel, draft.recipient) in stopped):
            continue
        if account.quiet_from and end_of_quiet(account, draft.purpose, contact, due=now):
            continue
        addressee = composer.merge(draft, contact, sharer)
        if addressee:
            merged.append((one, addressee))
    return merged


def _deliver(batch: _Batch, *, transaction: Transaction, clock: Callable[[], datetime], until: datetime) -> list[Draft]:
    """Make the calls; return those that are to be sent alone, queued again."""
    waiting, unfit = batch.provider.split(batch.mailing)
    alone = [batch.held[one].draft for one in unfit]
    while waiting:
        part = waiting.pop()
        drafts, name = batch.of(part), batch.provider.name
        try:
            if clock() > until:
                raise UnavailableError("There was no time left for it.")  # noqa: TRY301 - the same end as an outage's.
            receipts: list[Receipt] = batch.provider.send_many(part)
        except PartlyRejectedError as error:
            fit, unfit = _without_culprits(part, error)
            waiting += fit
            alone += [batch.held[one].draft for one in unfit]
        except RejectedError as error:
            fail(drafts, str(error), provider=name, transaction=transaction, now=clock())
        except UncertainError as error:
            leave_unknown(drafts, str(error), provider=name, transaction=transaction, now=clock())
        except UnavailableError as error:
            put_back(drafts, error, provider=name, transaction=transaction, now=clock())
        else:
            confirm(drafts, receipts, transaction=transaction, now=clock())
    _hand_back(alone, transaction=transaction, now=clock())
    return alone


def _hand_back(drafts: Sequence[Draft], *, transaction: Transaction, now: datetime) -> None:
    """Queue messages again that nobody was asked to carry; the caller wakes a worker for each."""
    if drafts:
        with transaction() as session:
            settle_many(session, drafts, status=Status.QUEUED, woken_at=now)


def _without_culprits(part: Mailing, error: PartlyRejectedError) -> tuple[list[Mailing], list[str]]:
    """Return smaller calls without those complained of, and who these are; halves where nobody was named."""
    everybody = part.addressees
    named = [one.message_id for place, one in enumerate(everybody) if place in error.culprits]
    if named:
        rest = tuple(one for one in everybody if one.message_id not in set(named))
        return ([replace(part, addressees=rest)] if rest else []), named
    if len(everybody) == 1:
        return [], [everybody[0].message_id]
    middle = len(everybody) // 2
    return [replace(part, addressees=half) for half in (everybody[:middle], everybody[middle:])], []
