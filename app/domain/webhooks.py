"""Outgoing webhooks: which events there are, what a call carries, and when a failed one is tried again.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson

SECRET_OVERLAP = timedelta(hours=24)
"""How long the secret before a rotation goes on signing, beside the new one."""
PATIENCE = timedelta(days=5)
"""An address at which every call has failed for this long is not called any more."""
MOST_WEBHOOKS = 20
"""What one account may have: each of them costs every event a row."""

_WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
_JITTER = 0.1


class EventType(StrEnum):
    """What a webhook can be told of."""

    MESSAGE_SENT = "message.sent"
    MESSAGE_DELIVERED = "message.delivered"
    MESSAGE_FAILED = "message.failed"
    MESSAGE_RECEIVED = "message.received"
    LINK_CLICKED = "link.clicked"
    SHARE_RECORDED = "share.recorded"
    SIGNUP_RECORDED = "signup.recorded"
    ORDER_ATTRIBUTED = "order.attributed"
    CONTACT_UNSUBSCRIBED = "contact.unsubscribed"


PING = "ping"
"""The event of a test: sent on demand, and to be asked for by nobody."""


class DeliveryStatus(StrEnum):
    """Where the delivery of one event to one webhook stands."""

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    """Given up after the last try."""
    CANCELLED = "cancelled"
    """Its webhook was disabled before it was delivered."""


def wait_after(failures: int, chance: float) -> timedelta | None:
    """Return how long to wait after so many failed tries in a row (from 1); None when there is to be no other.

    ``chance``, from 0 to 1, spreads the tries over a tenth of the wait, so that they do not all come back at once.
    """
    if failures > len(_WAITS):
        return None
    return _WAITS[failures - 1] * (1 + _JITTER * chance)


def event_body(kind: str, at: datetime, data: Mapping[str, Any]) -> str:
    """Return the JSON that every call about an event carries, byte for byte."""
    return orjson.dumps({"type": kind, "timestamp": at.astimezone(UTC).isoformat(), "data": data}).decode()
