"""Due messages that one worker holds while it prepares them for one call, each with its reader."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.domain.message import ContactDetails, Status
from app.store.campaigns import Sharer, sharers_by_id
from app.store.contacts import details_by_id
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


# In one order for everybody, so that two workers never wait for each other. Readers have statements of their own:
# SQLite, which may know its tables from when they were small, would walk through all messages to join them.
_DUE = (
    select(*(MessageRow.attempt + 1 if one.name == "attempt" else one for one in DRAFT))
    .where(
        among_those(MessageRow.id, "message_ids"),
        checked(MessageRow.status) == Status.QUEUED,
        MessageRow.send_at <= bindparam("now"),
    )
    .order_by(MessageRow.id)
    .with_for_update(skip_locked=True)
)


def hold_due(session: Session, message_ids: Sequence[str], *, now: datetime) -> list[Held]:
    """Return those that are due, in the order asked for.

    They are held until the transaction ends; whom another worker holds is not waited for, and left out.
    """
    drafts = {row[0]: Draft._make(row) for row in fetch(session, _DUE, message_ids=message_ids, now=now)}
    contacts: dict[str, ContactDetails] = {}
    sharers: dict[str, Sharer] = {}
    for account_id in {one.account_id for one in drafts.values()}:
        ours = [one for one in drafts.values() if one.account_id == account_id]
        contacts |= details_by_id(session, account_id, {one.contact_id for one in ours})
        enrolled = {one.advocate_id for one in ours if one.advocate_id is not None}
        sharers |= sharers_by_id(session, account_id, enrolled) if enrolled else {}
    wanted = [drafts[one] for one in message_ids if one in drafts]
    return [Held(one, contacts.get(one.contact_id), sharers.get(one.advocate_id or "")) for one in wanted]


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
