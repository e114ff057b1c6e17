"""What every provider offers and the three ways in which a send can fail; the flow knows no more of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from app.domain.message import Channel, Outbound, Receipt, Status


class ProviderError(Exception):
    """A provider did not take a message."""


class RejectedError(ProviderError):
    """The provider said no, for good; the message is its reason. Sending again would not help."""

    def __init__(self, reason: str, code: str | None = None) -> None:
        super().__init__(reason)
        self.code = code


class UnavailableError(ProviderError):
    """The provider certainly did not take it and may later: 429, a refused connection."""

    def __init__(self, reason: str, retry_after_s: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


class UncertainError(ProviderError):
    """Nobody knows whether it was taken: a time-out, a 5xx, a broken answer. Never sent again blindly."""


class ForgedError(Exception):
    """A call that claims to come from another system could not be shown to; nothing in it was read."""


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """A provider's report on one message, after its sending; reports come twice and out of order."""

    provider: str
    message_id: str | None
    """Ours, when the report names it."""
    provider_id: str | None
    status: Status
    code: str | None = None
    """The provider's own, for a failure."""


@dataclass(frozen=True, slots=True)
class IntegrationFields:
    """The settings that an integration takes of an account; all are kept as secrets and never shown again."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


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


class Providers(Protocol):
    """Finds the provider of an account's channel."""

    def choose(self, channel: Channel, credentials: Credentials) -> Provider:
        """Return the provider for ``channel``: the account's own, the one settings point at, else the outbox."""
        ...


class NameServer(Protocol):
    """Whoever knows what a domain's owner has written into the domain name system."""

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of ``name``; UnavailableError when nobody answers."""
        ...
