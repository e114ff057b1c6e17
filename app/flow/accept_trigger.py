"""Triggers become stored messages, each once; sending comes later."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from app.domain.consent import why_held_back
from app.domain.errors import ConflictError, InvalidInputError, ThroughlineError
from app.domain.ids import new_codes, new_id
from app.domain.message import Channel, Status, Trigger
from app.flow.enrol_advocate import enrol_advocates
from app.flow.plan_trigger import Lookups, Plan, plan_trigger
from app.flow.wait_for_morning import end_of_quiet, postponement
from app.store.accounts import Account
from app.store.base import Session
from app.store.campaigns import Campaign
from app.store.contacts import Contact
from app.store.deliveries import add_events
from app.store.identities import save_contacts
from app.store.messages import add_messages
from app.store.suppressions import suppressed
from app.store.trigger_keys import EarlierMessage, messages_by_trigger

_NAMED = (
    "channel",
    "template",
    "automation",
    "goal",
    "campaign_id",
    "sender",
    "purpose",
    "link_host",
    "untracked_reason",
)
"""Columns that messages of one plan have in common."""


class Accepted(NamedTuple):
    """A trigger's message, new or from an earlier call with the same key."""

    message_id: str
    status: Status
    """Where it stood when it was asked for: queued or suppressed."""
    is_new: bool
    is_due: bool
    untracked_reason: str | None
    """Why its links will not be swapped; None when they will."""
    suppressed_reason: str | None
    """Why nothing will be sent; None when it will."""
    kind: Hashable | None = None
    """What messages that may go out together have in common; None for one that goes by itself."""


@dataclass(slots=True)
class _Letter:
    """A trigger that can be stored, on its way to a message."""

    trigger: Trigger
    plan: Plan
    message_id: str
    address: str
    suppressed_reason: str | None
    send_at: datetime
    """When its sending may begin: at once, when it was asked for, or when the reader's quiet hours end."""
    is_due: bool


def accept_trigger(session: Session, account: Account, trigger: Trigger, *, now: datetime) -> Accepted:
    """Store the message that a trigger asks for; the unique key decides, so a repeat finds the first one.

    Raises:
        InvalidInputError: it names something that is not there, or the words cannot be read.
        ConflictError: its key was used before with another body.
    """
    [result] = accept_triggers(session, account, [trigger], now=now)
    if isinstance(result, ThroughlineError):
        raise result
    return result


def accept_triggers(
    session: Session, account: Account, triggers: Sequence[Trigger], *, now: datetime
) -> list[Accepted | ThroughlineError]:
    """Store the messages that triggers ask for and return one result each, in order; a bad one stops no other."""
    results: dict[int, Accepted | ThroughlineError] = {}
    letters: dict[int, _Letter] = {}
    lookups = Lookups()
    known = messages_by_trigger(session, account.id, [trigger.key for trigger in triggers if trigger.key is not None])
    recipients = [_recipient(trigger) for trigger in triggers]
    stopped = suppressed(session, account.id, {recipient for recipient in recipients if recipient is not None})
    for index, (trigger, recipient) in enumerate(zip(triggers, recipients, strict=True)):
        try:
            earlier = known.get(trigger.key) if trigger.key is not None else None
            if earlier:
                results[index] = _repeated(trigger, earlier)
                continue
            letter = _letter(session, account, trigger, recipient, lookups, stopped, now=now)
        except ThroughlineError as error:
            results[index] = error
            continue
        letters[index] = letter
        if trigger.key is not None:
            # The same key once more in this very list is a repeat, too.
            known[trigger.key] = EarlierMessage(
                letter.message_id, trigger.fingerprint, letter.plan.untracked_reason, letter.suppressed_reason
            )
    results |= _store(session, account, letters, now=now)
    return [results[index] for index in range(len(triggers))]


def _repeated(trigger: Trigger, earlier: EarlierMessage) -> Accepted:
    if earlier.fingerprint != trigger.fingerprint:
        raise ConflictError(f"The id {trigger.key!r} was used before for another message.")
    why = earlier.suppressed_reason
    return Accepted(earlier.message_id, _first_status(why), False, False, earlier.untracked_reason, why)


def _letter(
    session: Session,
    account: Account,
    trigger: Trigger,
    recipient: tuple[str, str] | None,
    lookups: Lookups,
    stopped: Mapping[tuple[str, str], Collection[str]],
    *,
    now: datetime,
) -> _Letter:
    if recipient is None:
        field = "email" if trigger.channel is Channel.EMAIL else "phone"
        raise InvalidInputError({f"contact.{field}": [f"Needed to send by {trigger.channel}."]})
    plan = plan_trigger(session, account, trigger, lookups)
    refusals = stopped.get(recipient)
    why = why_held_back(refusals, plan.content.purpose) if refusals else None
    send_at = now if trigger.send_at is None else max(trigger.send_at, now)
    return _Letter(trigger, plan, new_id(), recipient[1], why, send_at, why is None and send_at <= now)


def _first_status(suppressed_reason: str | None) -> Status:
    return Status.QUEUED if suppressed_reason is None else Status.SUPPRESSED


def _recipient(trigger: Trigger) -> tuple[str, str] | None:
    """Return channel and address; None where the contact has none for the channel."""
    address = trigger.contact.email if trigger.channel is Channel.EMAIL else trigger.contact.phone
    return (trigger.channel, address) if address is not None else None


def _store(
    session: Session, account: Account, letters: dict[int, _Letter], *, now: datetime
) -> dict[int, Accepted | ThroughlineError]:
    people = save_contacts(session, account.id, [letter.trigger.contact for letter in letters.values()], now)
    contacts = dict(zip(letters, people, strict=True))
    postponed = _after_quiet(account, letters, contacts, now)
    advocates = _enrol(session, account, letters, contacts, now=now)
    columns = _columns(list(letters.values()), now)
    columns |= {"contact_id": [one.id for one in people], "advocate_id": [advocates.get(index) for index in letters]}
    new = add_messages(session, account.id, columns, now)
    waits = [(one.message_id, *postponement(now, one.send_at)) for one in postponed if one.message_id in new]
    add_events(session, account.id, waits)
    raced = [letter.trigger.key for letter in letters.values() if letter.message_id not in new]
    ahead = messages_by_trigger(session, account.id, [key for key in raced if key is not None])
    return {index: _result(letter, new, ahead) for index, letter in letters.items()}


def _after_quiet(
    account: Account, letters: Mapping[int, _Letter], contacts: Mapping[int, Contact], now: datetime
) -> list[_Letter]:
    """Put those off that would be due in their reader's quiet hours, to the end of these; return them."""
    if account.quiet_from is None:
        return []
    postponed = []
    for index, letter in letters.items():
        if letter.suppressed_reason is not None:
            continue
        until = end_of_quiet(account, letter.plan.content.purpose, contacts[index], due=letter.send_at)
        if until:
            letter.send_at, letter.is_due = until, until <= now
            postponed.append(letter)
    return postponed


def _result(letter: _Letter, new: set[str], ahead: dict[str, EarlierMessage]) -> Accepted | ThroughlineError:
    if letter.message_id in new:
        plan, why = letter.plan, letter.suppressed_reason
        return Accepted(
            letter.message_id, _first_status(why), True, letter.is_due, plan.untracked_reason, why, plan.kind
        )
    # Another call stored the same trigger between our look and our insert.
    try:
        return _repeated(letter.trigger, ahead[letter.trigger.key or ""])
    except ThroughlineError as error:
        return error


def _enrol(
    session: Session, account: Account, letters: dict[int, _Letter], contacts: dict[int, Contact], *, now: datetime
) -> dict[int, str]:
    """Make the readers of messages that belong to a campaign its advocates; return who they are."""
    by_campaign: dict[str, tuple[Campaign, dict[str, Contact]]] = {}
    for index, letter in letters.items():
        if letter.plan.campaign:
            _, theirs = by_campaign.setdefault(letter.plan.campaign.id, (letter.plan.campaign, {}))
            theirs[contacts[index].id] = contacts[index]
    enrolled = {
        campaign_id: enrol_advocates(session, account.id, campaign, list(theirs.values()), now=now)
        for campaign_id, (campaign, theirs) in by_campaign.items()
    }
    return {
        index: enrolled[letter.plan.campaign.id][contacts[index].id]
        for index, letter in letters.items()
        if letter.plan.campaign
    }


def _columns(letters: Sequence[_Letter], now: datetime) -> dict[str, Sequence[Any]]:
    """Return messages as their table has them, but for whose they are: for each column the values of all."""
    named = {id(one.plan): _named(one.trigger, one.plan) for one in letters}
    triggers, codes = [one.trigger for one in letters], new_codes(2 * len(letters))
    return {
        **dict(zip(_NAMED, zip(*(named[id(one.plan)] for one in letters), strict=True), strict=False)),
        "id": [one.message_id for one in letters],
        "trigger_key": [one.key for one in triggers],
        "fingerprint": [one.fingerprint for one in triggers],
        "recipient": [one.address for one in letters],
        "source": [_source(one) for one in triggers],
        "code": codes[::2],
        "share_token": codes[1::2],
        "status": [_first_status(one.suppressed_reason).value for one in letters],
        "error": [one.suppressed_reason for one in letters],
        "send_at": [one.send_at for one in letters],
        # The caller wakes the queue for what is due after its commit; the sweep looks after the rest.
        "woken_at": [now if one.is_due else None for one in letters],
    }


def _named(trigger: Trigger, plan: Plan) -> tuple[str | None, ...]:
    """Return what all messages of a plan have in common, in the order of ``_NAMED``."""
    return (
        trigger.channel.value,
        trigger.template,
        plan.automation,
        plan.goal.value if plan.goal else None,
        plan.campaign.id if plan.campaign else None,
        plan.content.sender,
        plan.content.purpose.value,
        plan.link_host,
        plan.untracked_reason,
    )


def _source(trigger: Trigger) -> dict[str, Any]:
    """Return what composing needs of a trigger, as JSON."""
    content = trigger.content
    return {
        "data": dict(trigger.data),
        "skip": trigger.links.skip,
        "extension": trigger.links.extension,
        "content": content
        and {"subject": content.subject, "html": content.html, "text": content.text, "liquid": content.liquid},
    }
