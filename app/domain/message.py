"""A message from trigger to report: its words, and the states that only move forward."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from app.domain.consent import Purpose

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Channel(StrEnum):
    """How a message reaches its person."""

    EMAIL = "email"
    SMS = "sms"


class Goal(StrEnum):
    """What a message is sent for."""

    SHARE = "share"
    SIGNUP = "signup"
    ORDER = "order"


class Status(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    HELD = "held"
    """Its links could not be swapped and the account wants to look first; somebody releases it."""
    SENDING = "sending"
    SUPPRESSED = "suppressed"
    """Its reader wants nothing more by this channel, so nobody was asked to carry it."""
    UNKNOWN = "unknown"
    """The provider may or may not have it; never sent again without a person's word."""
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


_RANK = {
    Status.QUEUED: 0,
    Status.HELD: 1,
    Status.SENDING: 2,
    Status.SUPPRESSED: 3,
    Status.UNKNOWN: 4,
    Status.SENT: 5,
    Status.FAILED: 6,
    Status.DELIVERED: 7,
}


class Unrewritten(StrEnum):
    """What an account wants of a message whose links should be swapped and cannot be."""

    SEND = "send"
    """As it was, and flagged."""
    HOLD = "hold"
    FAIL = "fail"


class Untracked(StrEnum):
    """Why the links of a message are not swapped."""

    SMART_URLS_OFF = "smart_urls_off"
    NO_VERIFIED_DOMAIN = "no_verified_domain"
    RELEASED = "released"
    """It was held for want of a domain, and somebody sent it all the same."""


def advance(current: Status, reported: Status) -> Status:
    """Return the later of two statuses, so late or repeated reports never move a message back."""
    return max(current, reported, key=_RANK.__getitem__)


class ContactDetails(NamedTuple):
    """What a sender says of a person; None where it says nothing."""

    external_id: str | None = None
    email: str | None = None
    phone: str | None = None
    """E.164."""
    first_name: str | None = None
    last_name: str | None = None
    fields: Mapping[str, Any] = _NOTHING


@dataclass(frozen=True, slots=True)
class Content:
    """The words of a message before anything is swapped; ``liquid`` ones are rendered first."""

    subject: str | None = None
    html: str | None = None
    text: str | None = None
    sender: str | None = None
    liquid: bool = False
    purpose: Purpose = Purpose.MARKETING


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """A trigger's wishes for its links."""

    skip: tuple[str, ...] = ()
    extension: str | None = None
    domain: str | None = None


_NO_WISHES = LinkOptions()


class Trigger(NamedTuple):
    """One call of an automation platform: send this to that person."""

    channel: Channel
    contact: ContactDetails
    key: str | None = None
    """Makes it happen once, for ever; None means every call is a new one."""
    fingerprint: str = ""
    """A digest of the body: the same key with another body is a mistake of the sender."""
    template: str | None = None
    content: Content | None = None
    automation: str | None = None
    campaign: str | None = None
    goal: Goal | None = None
    data: Mapping[str, Any] = _NOTHING
    send_at: datetime | None = None
    links: LinkOptions = _NO_WISHES


@dataclass(frozen=True, slots=True)
class Outbound:
    """A composed message, ready for a provider."""

    id: str
    account_id: str
    channel: Channel
    sender: str | None
    """An address or a number; None leaves it to the provider's own setting."""
    recipient: str
    subject: str | None
    html: str | None
    text: str | None
    attempt: int = 1
    """The fencing number of this claim."""
    link_host: str | None = None
    """The domain of the links; the sender's name is made of it when none was given."""
    unsubscribe_url: str | None = None
    """Where a mail program's own button unsubscribes its reader; None where the mail offers none."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A message that a provider may have taken, as its own list would show it."""

    recipient: str
    text: str
    since: datetime
    known: frozenset[str] = frozenset()
    """Ids in that list that belong to other messages."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A provider has taken a message."""

    provider: str
    provider_id: str | None
    status: Status = Status.SENT
