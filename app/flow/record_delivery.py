"""What a provider reports is written down: statuses move forward only, and each piece of news counts once."""

import hashlib
from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog

from app.domain.consent import Refusal
from app.domain.counting import Counter, Metric, quarter_of
from app.domain.delivery import Sign, newly_reached, plausible_moment
from app.domain.destination import normal_host, parse_path
from app.domain.message import Status, advance
from app.domain.visit import LinkKind
from app.flow.suppress_address import suppress_address
from app.flow.tell_webhooks import tell_of_messages
from app.store.accounts import domains
from app.store.base import Session
from app.store.counters import bump
from app.store.deliveries import Delivery, add_events, hold_deliveries, save_deliveries
from app.store.provider_callbacks import FIRST_OPENS, new_events
from app.store.suppressions import lift
from integrations.protocol import DeliveryEvent

_OURS = frozenset({LinkKind.MESSAGE, LinkKind.PRESS, LinkKind.SHARED})

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _News:
    """What reports change, gathered to be written in a handful of statements."""

    account_id: str
    callback_id: str
    now: datetime
    own_hosts: frozenset[str]
    first_opens: set[str]
    """Messages of which it was not known that anybody opened them."""
    moved: dict[str, Delivery] = field(default_factory=dict)
    events: list[tuple[str, str, datetime, dict[str, Any]]] = field(default_factory=list)
    counts: Tally[Counter] = field(default_factory=Tally)

    def happened(
        self, delivery: Delivery, kind: str, at: datetime, detail: dict[str, Any], metric: Metric | None = None
    ) -> None:
        """Note one line of a message's timeline, and what it counts for."""
        self.events.append((delivery.id, kind, at, detail))
        if metric:
            self.counts[Counter(quarter_of(at), delivery.subject_of_counts, metric)] += 1


def record_deliveries(
    session: Session, account_id: str, events: Sequence[DeliveryEvent], *, callback_id: str, now: datetime
) -> list[str]:
    """Write down reports of one call, in whatever order they come, and return the messages that arrived.

    What names no message of the account is passed over. A report for a message that nobody knew the fate of settles
    it. Mail that was sent elsewhere with the same credentials moves no message, but whoever said stop in it is not
    written to by us either.
    """
    known = _messages(session, account_id, events)
    keys = [_key(event, delivery) for event, delivery in zip(events, known, strict=True)]
    unheard = new_events(
        session, account_id, callback_id, [key for key, delivery in zip(keys, known, strict=True) if delivery]
    )
    heard: list[tuple[DeliveryEvent, Delivery]] = []
    for event, delivery, key in zip(events, known, keys, strict=True):
        if delivery is None and event.message_id is None:
            _mind_wishes(session, account_id, event, None, callback_id, now)
        elif delivery is not None and key in unheard:
            unheard.discard(key)
            heard.append((event, delivery))
            _mind_wishes(session, account_id, event, delivery, callback_id, now)
    if not heard:
        return []
    hosts = frozenset(domain.host for domain in domains(session, account_id)) if _has_clicks(heard) else frozenset()
    opened = [f"{FIRST_OPENS}{delivery.id}" for event, delivery in heard if event.sign is Sign.OPENED]
    news = _News(account_id, callback_id, now, hosts, new_events(session, account_id, callback_id, opened))
    for event, delivery in heard:
        _enter(news, event, delivery)
    save_deliveries(session, account_id, news.moved.values())
    add_events(session, account_id, news.events)
    bump(session, account_id, news.counts)
    tell_of_messages(session, account_id, [(message_id, kind, at) for message_id, kind, at, _ in news.events], now=now)
    return [message_id for message_id, kind, _, _ in news.events if kind == Status.DELIVERED]


def _messages(session: Session, account_id: str, events: Sequence[DeliveryEvent]) -> list[Delivery | None]:
    """Return each event's message: by our id, else by the provider's, which one call for many people shares."""
    deliveries = hold_deliveries(
        session,
        account_id,
        message_ids={event.message_id for event in events if event.message_id},
        provider_ids={event.provider_id for event in events if event.provider_id and not event.message_id},
    )
    by_id = {one.id: one for one in deliveries}
    by_provider = {(one.provider, one.provider_id, one.recipient): one for one in deliveries}
    return [
        by_id.get(event.message_id)
        if event.message_id
        else by_provider.get((event.provider, event.provider_id, (event.address or "").lower()))
        for event in events
    ]


def _key(event: DeliveryEvent, delivery: Delivery | None) -> str:
    """Return what tells news from a repeat; the provider's own id of an event can differ on a retry, or be missing."""
    when = event.at.timestamp() if event.at else None
    named = delivery.id if delivery else event.provider_id
    said = [
        event.provider,
        named,
        event.provider_id if when is None else None,
        event.event,
        event.code,
        when,
        event.url,
    ]
    return hashlib.sha256(orjson.dumps(said)).hexdigest()


def _has_clicks(heard: Sequence[tuple[DeliveryEvent, Delivery]]) -> bool:
    return any(event.sign is Sign.CLICKED for event, _ in heard)


def _enter(news: _News, event: DeliveryEvent, delivery: Delivery) -> None:
    at = plausible_moment(event.at, created_at=delivery.created_at, now=news.now)
    said = {"event": event.event, "code": event.code, "error": event.reason, "url": event.url}
    detail = {"provider": event.provider, **{name: value for name, value in said.items() if value}}
    _move(news, event, delivery, at, detail)
    if event.sign is Sign.OPENED:
        is_first = f"{FIRST_OPENS}{delivery.id}" in news.first_opens
        news.first_opens.discard(f"{FIRST_OPENS}{delivery.id}")
        news.happened(delivery, Sign.OPENED, at, {**detail, "first": is_first}, Metric.OPENED if is_first else None)
    elif event.sign:
        metric = Metric.MACHINE_OPENS if event.sign is Sign.MACHINE_OPENED else None
        news.happened(delivery, event.sign, at, detail, metric)
    if event.sign is Sign.CLICKED and _is_ours(event.url or "", news.own_hosts):
        log.warning(
            "a provider tracks links that are tracked already; switch its click tracking off",
            provider=event.provider,
            account=news.account_id,
            message=delivery.id,
        )
        news.happened(delivery, Sign.DOUBLE_TRACKED, at, detail, Metric.DOUBLE_TRACKED)


def _move(news: _News, event: DeliveryEvent, delivery: Delivery, at: datetime, detail: dict[str, Any]) -> None:
    """Move a message forward to what a report says at least, and note each station it has thereby passed."""
    current = Status(delivery.status)
    reached = advance(current, event.status)
    if reached is current or (reached is Status.FAILED and _is_of_earlier_attempt(event, delivery)):
        return
    for station in newly_reached(current, reached, was_sent=delivery.sent_at is not None):
        news.happened(delivery, station, at, detail, Metric(station))
        if station is Status.SENT and delivery.untracked_reason:
            news.counts[Counter(quarter_of(at), delivery.subject_of_counts, Metric.UNTRACKED)] += 1
    delivery.status = reached
    delivery.provider = delivery.provider or event.provider
    delivery.provider_id = delivery.provider_id or event.provider_id
    delivery.sent_at = delivery.sent_at or at
    delivery.error = (event.reason or event.code or event.event) if reached is Status.FAILED else None
    news.moved[delivery.id] = delivery


def _is_of_earlier_attempt(event: DeliveryEvent, delivery: Delivery) -> bool:
    """Tell whether the message has been sent again since, or is about to be: then this says nothing of the new try."""
    if delivery.status == Status.QUEUED:
        return delivery.attempt > 0
    return delivery.attempt > 1 and None is not delivery.provider_id != event.provider_id


def _is_ours(url: str, own_hosts: frozenset[str]) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    address = parse_path(parts.path) if normal_host(parts.netloc) in own_hosts else None
    return address is not None and address.kind in _OURS


def _mind_wishes(
    session: Session,
    account_id: str,
    event: DeliveryEvent,
    delivery: Delivery | None,
    callback_id: str,
    now: datetime,
) -> None:
    """Send nothing more to whom the report says no of, the report being the evidence."""
    address = delivery.recipient if delivery else (event.address or "").lower()
    channel = delivery.channel if delivery else event.channel
    if channel is None or not address:
        return
    if event.refusal:
        said = {"event": event.event, "code": event.code, "reason": event.reason}
        suppress_address(
            session,
            account_id,
            channel,
            address,
            reason=event.refusal,
            message_id=delivery.id if delivery else None,
            source=f"{event.provider}:{event.event}",
            evidence={"callback": callback_id, **{name: value for name, value in said.items() if value}},
            now=now,
        )
    if event.lifts:
        lifted_from = f"{event.provider}:{event.lifts}"
        lift(session, account_id, channel, address, reason=Refusal.UNSUBSCRIBED, source=lifted_from, now=now)
