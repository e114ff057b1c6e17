"""What happened is written down for the account's webhooks, in the transaction in which it happened.

So an event is told if, and only if, it happened: nothing is lost between two steps, and nothing is told of what was
rolled back. An account whose webhooks do not want to hear of it costs one look.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from app.domain.consent import Refusal
from app.domain.message import Channel, ContactDetails, Status
from app.domain.visit import LinkKind, Verdict, Visit
from app.domain.webhooks import EventType, event_body
from app.store.base import Session
from app.store.campaigns import Advocate, Campaign
from app.store.identities import find_contact
from app.store.messages import Earned
from app.store.webhook_deliveries import add_events
from app.store.webhook_facts import campaign_keys, external_ids, message_facts
from app.store.webhooks import listeners

_AT_ONCE = 500
_TOLD = {
    str(Status.SENT): EventType.MESSAGE_SENT,
    str(Status.DELIVERED): EventType.MESSAGE_DELIVERED,
    str(Status.FAILED): EventType.MESSAGE_FAILED,
}


def tell_of_messages(
    session: Session, account_id: str, happened: Iterable[tuple[str, str, datetime]], *, now: datetime
) -> None:
    """Tell what happened to messages, as (message, kind, at); only their sending, delivery and failure is news.

    The rest of what is said of them must stand in the store by now. Nobody listening, ``happened`` is not gone through.
    """
    heard = listeners(session, account_id)
    wanted = {kind: told for kind, told in _TOLD.items() if told in heard}
    if not wanted:
        return
    news = [(message_id, wanted[kind], at) for message_id, kind, at in happened if kind in wanted]
    for start in range(0, len(news), _AT_ONCE):
        some = news[start : start + _AT_ONCE]
        facts = message_facts(session, account_id, [message_id for message_id, _, _ in some])
        named = external_ids(session, account_id, (fact["contact_id"] for fact in facts.values()))
        for fact in facts.values():
            fact["contact"] = _contact(fact.pop("contact_id"), named)
        events = [(kind, at, facts[message_id]) for message_id, kind, at in some if message_id in facts]
        _write(session, account_id, events, heard, now=now)


def tell_of_reply(
    session: Session, account_id: str, contact_id: str, reply: Mapping[str, Any], *, at: datetime
) -> None:
    """Tell that somebody answered; ``reply`` says by what channel, from and to which number, and what."""
    heard = listeners(session, account_id)
    if EventType.MESSAGE_RECEIVED in heard:
        named = external_ids(session, account_id, [contact_id])
        data = {**reply, "contact": _contact(contact_id, named)}
        _write(session, account_id, [(EventType.MESSAGE_RECEIVED, at, data)], heard, now=at)


def tell_of_visits(
    session: Session,
    account_id: str,
    clicks: Sequence[Visit],
    presses: Sequence[Visit],
    messages: Mapping[str, Earned],
    *,
    now: datetime,
) -> None:
    """Tell of the people among those who clicked and shared; machines are nobody's news."""
    heard = listeners(session, account_id) if clicks or presses else {}
    if EventType.LINK_CLICKED not in heard and EventType.SHARE_RECORDED not in heard:
        return
    told = [visit for visit in (*clicks, *presses) if visit.verdict is Verdict.HUMAN and _kind(visit) in heard]
    if not told:
        return
    keys = campaign_keys(session, account_id, (visit.campaign_id for visit in told))
    readers = {visit.id: _reader(visit, messages) for visit in told}
    named = external_ids(session, account_id, readers.values())
    events = [(_kind(visit), _at(visit), _visit(visit, keys, _contact(readers[visit.id], named))) for visit in told]
    _write(session, account_id, events, heard, now=now)


def tell_of_signup(
    session: Session,
    account_id: str,
    signup_id: str,
    advocate: Advocate,
    campaign: Campaign,
    *,
    mbsy: str | None,
    mbsy_source: str | None,
    at: datetime,
) -> None:
    """Tell that a contact enrolled."""
    heard = listeners(session, account_id)
    if EventType.SIGNUP_RECORDED not in heard:
        return
    data = {
        "signup_id": signup_id,
        "advocate": {"id": advocate.id, "share_code": advocate.share_code},
        "contact": _contact(advocate.contact_id, external_ids(session, account_id, [advocate.contact_id])),
        "campaign": campaign.key,
        "mbsy": mbsy,
        "mbsy_source": mbsy_source,
    }
    _write(session, account_id, [(EventType.SIGNUP_RECORDED, at, data)], heard, now=at)


def tell_of_unsubscribe(
    session: Session,
    account_id: str,
    channel: str,
    address: str,
    *,
    reason: str,
    message_id: str | None,
    at: datetime,
) -> None:
    """Tell that nothing more is sent to an address by a channel; to be called once for each suppression that is new.

    A mailbox that does not exist has said nothing: a bounce is told of as the failure of its message.
    """
    heard = listeners(session, account_id)
    if EventType.CONTACT_UNSUBSCRIBED not in heard or reason == Refusal.BOUNCED:
        return
    person = ContactDetails(phone=address) if channel == Channel.SMS else ContactDetails(email=address)
    contact = find_contact(session, account_id, person)
    data = {
        "channel": channel,
        "address": address,
        "reason": reason,
        "message_id": message_id,
        "contact": {"id": contact.id, "external_id": contact.external_id} if contact else None,
    }
    _write(session, account_id, [(EventType.CONTACT_UNSUBSCRIBED, at, data)], heard, now=at)


def _write(
    session: Session,
    account_id: str,
    events: Sequence[tuple[str, datetime, Mapping[str, Any]]],
    heard: Mapping[str, Sequence[str]],
    *,
    now: datetime,
) -> None:
    written = [(kind, at, event_body(kind, at, data)) for kind, at, data in events]
    add_events(session, account_id, written, heard, now)


def _contact(contact_id: str | None, named: Mapping[str, str | None]) -> dict[str, Any] | None:
    return {"id": contact_id, "external_id": named.get(contact_id)} if contact_id else None


def _kind(visit: Visit) -> EventType:
    return EventType.SHARE_RECORDED if visit.kind is LinkKind.PRESS else EventType.LINK_CLICKED


def _at(visit: Visit) -> datetime:
    return datetime.fromtimestamp(visit.at_ms / 1000, UTC)


def _reader(visit: Visit, messages: Mapping[str, Earned]) -> str | None:
    """Return who it was, where that is known: whoever presses or follows a message's own link has the message."""
    message = messages.get(visit.message_id or "")
    return message.contact_id if message and visit.kind in {LinkKind.MESSAGE, LinkKind.PRESS} else None


def _visit(visit: Visit, keys: Mapping[str, str], contact: dict[str, Any] | None) -> dict[str, Any]:
    told = {
        "verdict": visit.verdict,
        "platform": visit.platform,
        "message_id": visit.message_id,
        "contact": contact,
        "advocate_id": visit.advocate_id,
        "campaign": keys.get(visit.campaign_id or ""),
    }
    if visit.kind is LinkKind.PRESS:
        return {"share_id": visit.id, **told}
    return {"click_id": visit.id, "kind": visit.kind, "url": visit.url, **told}
