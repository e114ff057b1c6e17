"""What every provider offers and the three ways in which a send can fail; the flow knows no more of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from app.domain.consent import Refusal
from app.domain.delivery import Sign
from app.domain.mailing import Mailing
from app.domain.message import Channel, Outbound, Receipt, Sought, Status
from app.domain.order import OrderNotice
from app.domain.wishes import Wish


class ProviderError(Exception):
    """A provider did not take a message."""


class RejectedError(ProviderError):
    """The provider said no, for good; the message is its reason. Sending again would not help."""

    def __init__(self, reason: str, code: str | None = None) -> None:
        super().__init__(reason)
        self.code = code


class PartlyRejectedError(RejectedError):
    """One call for many was refused as a whole, for what stood in it of some; without those it may be taken."""

    def __init__(self, reason: str, culprits: frozenset[int] = frozenset()) -> None:
        super().__init__(reason)
        self.culprits = culprits
        """Their places in the call, where the provider names them."""


class OptedOutError(RejectedError):
    """The person has told the provider to stop: nothing more may be sent to them."""


class UnavailableError(ProviderError):
    """The provider certainly did not take it and may later: 429, a refused connection."""

    def __init__(self, reason: str, retry_after_s: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


class UncertainError(ProviderError):
    """Nobody knows whether it was taken: a time-out, a 5xx, a broken answer. Never sent again blindly."""


class UnreadableError(Exception):
    """A genuine call does not hold what its sender's document promises; the message says what is amiss."""


class ForgedError(Exception):
    """A call that claims to come from another system could not be shown to; nothing in it was read."""


@dataclass(frozen=True, slots=True)
class Callback:
    """A verified call of a provider's, as it came."""

    source: str
    """Who called for what: twilio/status, twilio/inbound, sendgrid/events."""
    query: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """A provider's report on one message, after its sending; reports come twice and out of order."""

    provider: str
    event: str
    """The provider's own word for it."""
    message_id: str | None
    """Ours, when the report names it."""
    provider_id: str | None
    status: Status
    """The least that is true of a message of which this can be said."""
    channel: Channel | None = None
    sign: Sign | None = None
    """What it is called where the status does not say it all."""
    code: str | None = None
    """The provider's own, for a failure."""
    reason: str | None = None
    address: str | None = None
    at: datetime | None = None
    """None where the provider does not say when."""
    url: str | None = None
    refusal: Refusal | None = None
    """What the person, or their mailbox, does not want from now on."""
    lifts: str | None = None
    """The provider's word that this one takes back."""


@dataclass(frozen=True, slots=True)
class InboundText:
    """A text that a person sent to one of the account's numbers."""

    provider: str
    provider_id: str
    sender: str
    recipient: str
    text: str
    media: tuple[str, ...] = ()
    handled: Wish | None = None
    """What the provider read in it, acted on and answered by itself."""


CallbackReader = Callable[[Callback], "list[DeliveryEvent | InboundText]"]
"""Translates a verified call; raises UnreadableError where there is nothing to translate."""


@dataclass(frozen=True, slots=True)
class IntegrationFields:
    """The settings that an integration takes of an account; all are kept as secrets and never shown again."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    also_called: Mapping[str, str] = field(default_factory=dict)
    """What the other system's own pages call a setting: {their word: ours}."""


Credentials = Mapping[str, Mapping[str, str]]
"""What an account has set, by the integration's name: {"twilio": {"account_sid": ..., "auth_token": ...}}."""


class Provider(Protocol):
    """One way to reach people."""

    name: str

    def send(self, message: Outbound) -> Receipt:
        """Hand over one message.

        Raises:
            RejectedError: it was refused, for good.
            UnavailableError: it was certainly not taken; later may work.
            UncertainError: it may have been taken.
        """
        ...


@runtime_checkable
class BulkProvider(Provider, Protocol):
    """A provider that takes many messages in one call."""

    def split(self, mailing: Mailing) -> tuple[list[Mailing], list[str]]:
        """Return mailings that each fit one call, and the ids of messages that fit none and go by ``send``."""
        ...

    def send_many(self, mailing: Mailing) -> list[Receipt]:
        """Hand over a mailing that ``split`` returned; one receipt for each addressee, in order.

        Raises:
            PartlyRejectedError: nobody's was taken, because of some.
            RejectedError: nobody's was taken, for good.
            UnavailableError: nobody's was taken; later may work.
            UncertainError: all of it, or some, may have been taken.
        """
        ...


@runtime_checkable
class ListingProvider(Provider, Protocol):
    """A provider that can be asked what it has taken."""

    def find(self, sought: Sought) -> Receipt | None:
        """Return the receipt of a message in the provider's own list; None when it is not there, or not yet.

        Raises:
            ProviderError: the list cannot be had.
        """
        ...


@runtime_checkable
class CheckableProvider(Provider, Protocol):
    """A provider whose credentials can be tried without sending anything."""

    def check(self) -> str:
        """Return what the credentials open, in a few words.

        Raises:
            RejectedError: they do not work; the message says why.
            ProviderError: nobody knows: the provider did not answer.
        """
        ...


@runtime_checkable
class PacedProvider(Provider, Protocol):
    """A provider that wants no more messages a second than the account says."""

    is_paced: bool


class Providers(Protocol):
    """Finds the provider of an account's channel."""

    def choose(self, channel: Channel, credentials: Credentials) -> Provider:
        """Return the provider for ``channel``: the account's own, the one settings point at, else the outbox."""
        ...


class NameServer(Protocol):
    """Whoever knows what a domain's owner has written into the domain name system."""

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of ``name``; UnavailableError when nobody answers."""


@dataclass(frozen=True, slots=True)
class ShopCall:
    """One call of a shop, as it came."""

    headers: Mapping[str, str]
    """By their names in lower case."""
    raw: bytes


@dataclass(frozen=True, slots=True)
class ShopDelivery:
    """What a shop's call is about."""

    topic: str
    key: str
    """The same for every repeat of it."""
    digest: str
    """Of what it says: a key that comes back with another digest is a contradiction."""


class Shop(Protocol):
    """One kind of shop: who sent a call, and what it says of an order."""

    FIELDS: IntegrationFields

    def is_ping(self, call: ShopCall) -> bool:
        """Tell whether the call is one that the shop sends unsigned, to see whether anybody answers."""
        ...

    def verify(self, call: ShopCall, credentials: Mapping[str, str], now: datetime) -> None:
        """Make sure that a shop with these credentials sent the call.

        Raises:
            ForgedError: it did not; nothing of the body was read.
        """
        ...

    def identify(self, call: ShopCall) -> ShopDelivery:
        """Return which delivery a genuine call is."""
        ...

    def read(self, call: ShopCall, now: datetime) -> OrderNotice | None:
        """Return what a genuine call says of an order; None when it is about something else.

        Raises:
            UnreadableError: it is about an order, but cannot be understood.
        """
        ...


@dataclass(frozen=True, slots=True)
class WebhookCall:
    """One call of somebody's webhook."""

    url: str
    secrets: tuple[str, ...]
    """Each of them signs; the newest first."""
    id: str
    """The same at every try."""
    at: datetime
    body: str


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """How a call ended; without a status when no answer was read."""

    status_code: int | None = None
    excerpt: str = ""
    """The beginning of the answer's body."""
    error: str | None = None
    """Why it did not arrive; None when it did."""
    retry_after_s: float | None = None


class WebhookCaller(Protocol):
    """Calls webhooks."""

    def call(self, call: WebhookCall) -> WebhookAnswer:
        """Make one call and say how it ended; whatever the other side does is an answer, never an exception."""
        ...
