"""A text that somebody sent lands in their conversation, and what it asks for is done: stop, start, help.

The word on a stop goes out once, and only where the provider has not answered by itself; help goes out once a day. Both
leave from the number that was texted.
"""

from datetime import datetime

from app.domain.consent import Purpose, Refusal
from app.domain.message import Channel, ContactDetails, Content, Trigger
from app.domain.wishes import Wish, read_wish
from app.flow.accept_trigger import Accepted, accept_trigger
from app.flow.suppress_address import suppress_address
from app.flow.tell_webhooks import tell_of_reply
from app.store.accounts import Account
from app.store.base import Session
from app.store.conversations import add_reply
from app.store.identities import find_contact, save_contact
from app.store.suppressions import lift
from integrations.protocol import InboundText

_STOPPED = "{name}: You are unsubscribed and will get no more texts from us. Reply START to subscribe again."
_HELP = "{name}: Reply STOP to get no more texts from us. Message and data rates may apply."


def receive_reply(
    session: Session, account: Account, text: InboundText, *, callback_id: str, at: datetime, now: datetime
) -> Accepted | None:
    """Keep a text and return the answer that is to be sent, if any; the same text again changes nothing."""
    said = ContactDetails(phone=text.sender)
    contact = find_contact(session, account.id, said) or save_contact(session, account.id, said, now)
    wish = text.handled or read_wish(text.text)
    reply_id = add_reply(
        session,
        account.id,
        contact.id,
        provider=text.provider,
        provider_id=text.provider_id,
        sender=text.sender,
        recipient=text.recipient,
        text=text.text,
        media=list(text.media),
        wish=wish,
        callback_id=callback_id,
        at=at,
    )
    if reply_id is None:
        return None
    told = {
        "reply_id": reply_id,
        "text": text.text,
        "media": list(text.media),
        "from": text.sender,
        "to": text.recipient,
    }
    tell_of_reply(session, account.id, contact.id, {"channel": Channel.SMS, **told}, at=at)
    is_new = _obey(session, account, text, wish, reply_id=reply_id, callback_id=callback_id, now=now)
    if text.handled is not None or not is_new:
        return None
    return _answer(session, account, text, wish, now=now)


def _obey(
    session: Session,
    account: Account,
    text: InboundText,
    wish: Wish | None,
    *,
    reply_id: str,
    callback_id: str,
    now: datetime,
) -> bool:
    """Do what a text asks for; False when it was so already. A start takes back what a stop did, and nothing else."""
    if wish is Wish.STOP:
        return suppress_address(
            session,
            account.id,
            Channel.SMS,
            text.sender,
            reason=Refusal.STOPPED,
            message_id=None,
            source=f"{text.provider}:reply",
            evidence={"callback": callback_id, "reply": reply_id, "text": text.text[:1000]},
            now=now,
        )
    if wish is Wish.START:
        return lift(session, account.id, Channel.SMS, text.sender, reason=Refusal.STOPPED, now=now)
    return True


def _answer(
    session: Session, account: Account, text: InboundText, wish: Wish | None, *, now: datetime
) -> Accepted | None:
    """Ask for the text that answers a wish; its key lets it happen once a day."""
    words = {Wish.STOP: _STOPPED, Wish.HELP: account.help_text or _HELP}.get(wish) if wish else None
    if words is None:
        return None
    content = Content(
        text=words.replace("{name}", account.name), sender=text.recipient or None, purpose=Purpose.CONSENT
    )
    answer = Trigger(
        Channel.SMS,
        ContactDetails(phone=text.sender),
        key=f"throughline:{wish}:{text.sender}:{now.date().isoformat()}",
        content=content,
    )
    accepted = accept_trigger(session, account, answer, now=now)
    return accepted if accepted.is_new else None
