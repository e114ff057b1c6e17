"""What triggers' keys have made: the same key again finds its message, also when its reader was erased meanwhile.

Many a sender makes a key of an address. Of an erased person's keys a keyed hash is kept, as of the addresses.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, case, select
from sqlalchemy.orm import Session

from app.domain.message import Status
from app.store.contacts import has_erased
from app.store.erased_addresses import erased_address, known_as
from app.store.many_rows import among_those, change_rows, fetch
from app.store.messages import MessageRow

_KEY = "trigger"
"""In the place of a channel: a key that is an address has another hash than the address."""


@dataclass(frozen=True, slots=True)
class EarlierMessage:
    """What a trigger's key has made already."""

    message_id: str
    fingerprint: str
    untracked_reason: str | None
    suppressed_reason: str | None
    """Why nothing was to be sent when it was asked for; what was found out at its sending is no part of the answer."""


# Whoever said stop before it was asked for kept it from ever being attempted.
_AT_ONCE = and_(MessageRow.status == Status.SUPPRESSED, MessageRow.attempt == 0)
_BY_KEY = select(
    MessageRow.trigger_key,
    MessageRow.id,
    MessageRow.fingerprint,
    MessageRow.untracked_reason,
    case((_AT_ONCE, MessageRow.error)),
).where(MessageRow.account_id == bindparam("account_id"), among_those(MessageRow.trigger_key, "keys"))


def messages_by_trigger(session: Session, account_id: str, keys: Sequence[str]) -> dict[str, EarlierMessage]:
    """Return the messages that trigger keys have made, by key."""
    if not keys:
        return {}
    # To hash a thousand keys costs more than to ask whether that would find anything.
    is_plain = not has_erased(session, account_id)
    spelled = {name: key for key in keys for name in ((key,) if is_plain else known_as(account_id, _KEY, key))}
    rows = fetch(session, _BY_KEY, account_id=account_id, keys=list(spelled))
    return {spelled[name]: EarlierMessage(*known) for name, *known in rows}


def hide_keys(session: Session, account_id: str, contact_id: str) -> None:
    """Leave of the keys of all messages to a person what knows them again."""
    theirs = select(MessageRow.id, MessageRow.trigger_key).where(
        MessageRow.account_id == account_id, MessageRow.contact_id == contact_id, MessageRow.trigger_key.is_not(None)
    )
    rows = [{"id": row[0], "trigger_key": erased_address(account_id, _KEY, row[1])} for row in fetch(session, theirs)]
    change_rows(session, MessageRow, account_id, rows)
