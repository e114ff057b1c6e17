"""Due messages that one worker holds while it prepares them for one call, each with its reader."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.orm import Session

from app.domain.message import ContactDetails, Status
from app.store.campaigns import AdvocateRow, Sharer
from app.store.contacts import CONTACT, ContactRow
from app.store.many_rows import among, among_those, change_columns, checked, fetch
from app.store.messages import MessageRow
from app.store.sends import DRAFT, Draft


class Held(NamedTuple):
    """A due message, and what it needs of its reader."""

    draft: Draft
    """As the attempt that ``claim_held`` makes of it."""
    contact: ContactDetails | None
    """None where the reader was erased meanwhile."""
    sharer: Sharer | None
    """None where the reader is no advocate."""


_COLUMNS: tuple[Any, ...] = tuple(MessageRow.attempt + 1 if one.name == "attempt" else one for one in DRAFT)
_READER = CONTACT[:-1]
_SHARER = (AdvocateRow.id, AdvocateRow.share_code, AdvocateRow.share_token)
_DRAFTED = slice(len(_COLUMNS))
_CONTACT = len(_COLUMNS)
_DETAILED = slice(_CONTACT + 1, _CONTACT + len(_READER))
_ADVOCATE = _CONTACT + len(_READER)
_SHARED = slice(_ADVOCATE, None)
# In one order for everybody, so that two workers never wait for each other. With the reader, whom to look up by another
# statement costs as much again; this one is only as good as its plan, which ``renew_statistics`` sees to.
_DUE = (
    select(*_COLUMNS, *_READER, *_SHARER)
    .outerjoin(
        ContactRow,
        and_(
            ContactRow.id == MessageRow.contact_id,
            checked(ContactRow.account_id) == MessageRow.account_id,
            ContactRow.erased_at.is_(None),
        ),
    )
    .outerjoin(
        AdvocateRow,
        and_(AdvocateRow.id == MessageRow.advocate_id, checked(AdvocateRow.account_id) == MessageRow.account_id),
    )
    .where(
        among_those(MessageRow.id, "message_ids"),
        checked(MessageRow.status) == Status.QUEUED,
        MessageRow.send_at <= bindparam("now"),
    )
    .order_by(MessageRow.id)
    .with_for_update(of=MessageRow, skip_locked=True)
)


def hold_due(session: Session, message_ids: Sequence[str], *, now: datetime) -> list[Held]:
    """Return those that are due, in the order asked for.

    They are held until the transaction ends; whom another worker holds is not waited for, and left out.
    """
    found = {row[0]: _held(row) for row in fetch(session, _DUE, message_ids=message_ids, now=now)}
    return [found[one] for one in message_ids if one in found]


def _held(row: Sequence[Any]) -> Held:
    contact = None if row[_CONTACT] is None else ContactDetails._make(row[_DETAILED])
    sharer = None if row[_ADVOCATE] is None else Sharer._make(row[_SHARED])
    return Held(Draft._make(row[_DRAFTED]), contact, sharer)


def claim_held(
    session: Session, account_id: str, own: Mapping[str, Sequence[Any]], *, lease_until: datetime, **common: Any
) -> None:
    """Move an account's messages from queued to sending, which ``hold_due`` holds in this very transaction.

    Args:
        session: of that transaction.
        account_id: whose messages they are.
        own: by column what is each one's: ``id``, ``attempt`` and what its reader alone gets.
        lease_until: so long nobody else takes them.
        common: by column what all of them have.
    """
    change_columns(session, MessageRow, account_id, own, status=Status.SENDING.value, lease_until=lease_until, **common)


def keep_awake(session: Session, message_ids: Sequence[str], now: datetime) -> None:
    """Note that a worker is told of queued messages, so that the sweep leaves them alone for a while."""
    if message_ids:
        named = (among(MessageRow.id, message_ids), checked(MessageRow.status) == Status.QUEUED)
        told = update(MessageRow).where(*named).values(woken_at=now)
        session.execute(told.execution_options(synchronize_session=False))
