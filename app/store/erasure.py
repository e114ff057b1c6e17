"""A person's data, taken out of the rows that figures and credit rest on; what is theirs alone is deleted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.domain.message import Status
from app.domain.scrubbing import Scrubber
from app.domain.share_codes import nameless_share_code
from app.store.campaigns import AdvocateRow
from app.store.clicks import ClickRow
from app.store.contacts import ContactRow
from app.store.conversations import ConversationRow, ReplyRow
from app.store.erased_addresses import erased_address
from app.store.links import LinkSetRow
from app.store.messages import MessageEventRow, MessageRow, add_event
from app.store.orders import OrderNoticeRow
from app.store.provider_callbacks import ProviderCallbackRow
from app.store.shares import ShareRow
from app.store.suppressions import SuppressionRow

WHY = "erased"
"""Why a message that waited is not sent."""
_UNSENT = (Status.QUEUED, Status.HELD)
_PLACELESS = {"ip": "", "user_agent": ""}


def hold_contact(session: Session, account_id: str, contact_id: str) -> ContactRow | None:
    """Return a person and hold them until the transaction ends; None when the account has none by this id."""
    query = select(ContactRow).where(ContactRow.account_id == account_id, ContactRow.id == contact_id)
    return session.execute(query.with_for_update()).scalar_one_or_none()


def recipients_of(session: Session, account_id: str, contact_id: str) -> set[tuple[str, str]]:
    """Return (channel, address) of all messages to a person."""
    query = select(MessageRow.channel, MessageRow.recipient).where(
        MessageRow.account_id == account_id, MessageRow.contact_id == contact_id
    )
    return {(row[0], row[1]) for row in session.execute(query.distinct())}


def stop_messages(session: Session, account_id: str, contact_id: str, now: datetime) -> bool:
    """Send none of the messages that wait for a person; False when one is being handed over this very moment."""
    theirs = (MessageRow.account_id == account_id, MessageRow.contact_id == contact_id)
    stopped = update(MessageRow).where(*theirs, MessageRow.status.in_(_UNSENT))
    stopped = stopped.values(status=Status.SUPPRESSED, error=WHY).returning(MessageRow.id)
    ids = session.execute(stopped.execution_options(synchronize_session=False)).scalars().all()
    for message_id in ids:
        add_event(session, account_id, message_id, Status.SUPPRESSED, now, {"reason": WHY})
    under_way = select(MessageRow.id).where(*theirs, MessageRow.status == Status.SENDING).limit(1)
    return session.execute(under_way).one_or_none() is None


def empty_messages(
    session: Session, account_id: str, contact_id: str, recipients: set[tuple[str, str]], scrubber: Scrubber
) -> None:
    """Take out of a person's messages what was said and to whom; when, by which template and for what stays."""
    nothing: dict[str, Any] = {
        "source": {},
        "subject": None,
        "html": None,
        "text": None,
        "decisions": [],
        "merged": None,
        "form_letter_id": None,
        "look_up_at": None,
    }
    for channel, address in sorted(recipients):
        emptied = update(MessageRow).where(
            MessageRow.account_id == account_id,
            MessageRow.contact_id == contact_id,
            MessageRow.channel == channel,
            MessageRow.recipient == address,
        )
        hashed = erased_address(account_id, channel, address)
        _do(session, emptied.values(recipient=hashed, **nothing))
    theirs = MessageRow.contact_id == contact_id
    scrub(session, MessageRow, MessageRow.error, scrubber, MessageRow.account_id == account_id, theirs)
    ids = select(MessageRow.id).where(MessageRow.account_id == account_id, theirs)
    scrub(session, MessageEventRow, MessageEventRow.detail, scrubber, MessageEventRow.message_id.in_(ids))
    sets = select(MessageRow.link_set_id).where(MessageRow.account_id == account_id, theirs)
    changed = scrub(session, LinkSetRow, LinkSetRow.destinations, scrubber, LinkSetRow.id.in_(sets))
    for set_id in changed:
        # Nobody else's destinations are these any more.
        _do(session, update(LinkSetRow).where(LinkSetRow.id == set_id).values(digest=f"{WHY}:{set_id}"))


def empty_visits(session: Session, account_id: str, contact_id: str, scrubber: Scrubber) -> None:
    """Take out of a person's visits and presses where and with what they were made."""
    theirs = (ClickRow.account_id == account_id, ClickRow.contact_id == contact_id)
    scrub(session, ClickRow, ClickRow.url, scrubber, *theirs)
    _do(session, update(ClickRow).where(*theirs).values(referrer="", **_PLACELESS))
    messages = select(MessageRow.id).where(MessageRow.account_id == account_id, MessageRow.contact_id == contact_id)
    advocates = select(AdvocateRow.id).where(AdvocateRow.account_id == account_id, AdvocateRow.contact_id == contact_id)
    pressed = or_(ShareRow.message_id.in_(messages), ShareRow.advocate_id.in_(advocates))
    _do(session, update(ShareRow).where(ShareRow.account_id == account_id, pressed).values(**_PLACELESS))


def delete_conversation(session: Session, account_id: str, contact_id: str) -> None:
    """Delete what a person wrote, and the bodies of the calls that brought it."""
    theirs = select(ConversationRow.id).where(
        ConversationRow.account_id == account_id, ConversationRow.contact_id == contact_id
    )
    ids = list(session.execute(theirs).scalars())
    calls = select(ReplyRow.callback_id).where(ReplyRow.conversation_id.in_(ids))
    _do(session, update(ProviderCallbackRow).where(ProviderCallbackRow.id.in_(calls)).values(body=b""))
    _do(session, delete(ReplyRow).where(ReplyRow.conversation_id.in_(ids)))
    _do(session, delete(ConversationRow).where(ConversationRow.id.in_(ids)))


def rename_advocates(session: Session, account_id: str, contact_id: str) -> dict[str, str]:
    """Give a person's share codes, which may be their name, up for codes that say nothing; return new ones by old."""
    query = select(AdvocateRow.id, AdvocateRow.share_code).where(
        AdvocateRow.account_id == account_id, AdvocateRow.contact_id == contact_id
    )
    renamed = {}
    for advocate_id, code in session.execute(query.order_by(AdvocateRow.id)).all():
        renamed[code] = nameless_share_code()
        _do(session, update(AdvocateRow).where(AdvocateRow.id == advocate_id).values(share_code=renamed[code]))
    return renamed


def keep_stops(session: Session, account_id: str, recipients: set[tuple[str, str]]) -> None:
    """Leave of what stands against a person's addresses only that it does, and what was lifted not at all."""
    for channel, address in sorted(recipients):
        theirs = (
            SuppressionRow.account_id == account_id,
            SuppressionRow.channel == channel,
            SuppressionRow.address == address,
        )
        _do(session, delete(SuppressionRow).where(*theirs, SuppressionRow.lifted_at.is_not(None)))
        hashed = erased_address(account_id, channel, address)
        if hashed == address:
            continue
        known = select(SuppressionRow.reason).where(
            SuppressionRow.account_id == account_id, SuppressionRow.channel == channel, SuppressionRow.address == hashed
        )
        twice = list(session.execute(known).scalars())
        _do(session, delete(SuppressionRow).where(*theirs, SuppressionRow.reason.in_(twice)))
        _do(session, update(SuppressionRow).where(*theirs).values(address=hashed, message_id=None, evidence={}))


def empty_contact(session: Session, contact: ContactRow, now: datetime) -> None:
    """Leave of a person that there was one."""
    contact.identity = f"{WHY}:{contact.id}"
    contact.external_id = contact.email = contact.phone = contact.first_name = contact.last_name = None
    contact.fields = {}
    contact.erased_at = contact.updated_at = now
    session.flush()


def empty_notices(session: Session, order_ids: Sequence[str]) -> None:
    """Take out of what was told of orders everything but that it was told."""
    _do(session, update(OrderNoticeRow).where(OrderNoticeRow.order_row_id.in_(order_ids)).values(payload={}))


def scrub(session: Session, row: Any, column: Any, scrubber: Scrubber, *which: Any) -> list[str]:
    """Take a person's addresses out of one column of some rows; return the ids of those that held any."""
    changed = []
    for row_id, held in session.execute(select(row.id, column).where(*which, column.is_not(None))).all():
        cleaned = scrubber.value(held)
        if cleaned != held:
            _do(session, update(row).where(row.id == row_id).values({column: cleaned}))
            changed.append(row_id)
    return changed


def _do(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))
