"""A person asked to be forgotten: what is known of them goes, what was counted and earned through them stays."""

from datetime import datetime

from app.domain.errors import ConflictError, UnknownError
from app.domain.message import Channel
from app.domain.scrubbing import Scrubber
from app.store.accounts import hold_account
from app.store.base import Session
from app.store.erased_addresses import PREFIX
from app.store.erasure import (
    delete_conversation,
    empty_contact,
    empty_messages,
    empty_visits,
    hold_contact,
    keep_stops,
    recipients_of,
    rename_advocates,
    stop_messages,
)
from app.store.erasure_calls import scrub_calls
from app.store.erasure_orders import empty_orders, rename_in_orders
from app.store.trigger_keys import hide_keys


def erase_contact(session: Session, account_id: str, contact_id: str, *, now: datetime) -> None:
    """Erase a person; erasing them again changes nothing.

    Whoever said stop is sent nothing later on either: their address is known again by a hash, and by nothing else.

    Raises:
        UnknownError: the account has never had such a person.
        ConflictError: a message to them is being handed to its provider this moment.
    """
    # Before the person: so batches of clicks and orders hold them, too.
    hold_account(session, account_id)
    contact = hold_contact(session, account_id, contact_id)
    if contact is None:
        raise UnknownError("contact", contact_id)
    if contact.erased_at is not None:
        return
    if not stop_messages(session, account_id, contact_id, now):
        raise ConflictError("A message to this person is being handed over this moment. Try again in a minute.")
    known = {Channel.EMAIL.value: (contact.email or "").lower(), Channel.SMS.value: contact.phone or ""}
    recipients = recipients_of(session, account_id, contact_id) | {one for one in known.items() if one[1]}
    told = {contact.email, *(address for _, address in recipients)}
    scrubber = Scrubber({word for word in told if word and not word.startswith(PREFIX)})
    empty_messages(session, account_id, contact_id, recipients, scrubber)
    hide_keys(session, account_id, contact_id)
    empty_visits(session, account_id, contact_id, scrubber)
    delete_conversation(session, account_id, contact_id)
    empty_orders(session, account_id, contact_id, {"email": contact.email, "phone": contact.phone}, scrubber)
    rename_in_orders(session, account_id, rename_advocates(session, account_id, contact_id))
    keep_stops(session, account_id, recipients)
    scrub_calls(session, account_id, scrubber)
    empty_contact(session, contact, now)
