"""Joins the integrations: which one carries a message, and which settings each takes."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from urllib.parse import quote, urlsplit

from app.domain.message import Channel, Outbound
from config.settings import Settings
from integrations import sendgrid, shopify, stripe, twilio, woocommerce
from integrations.outbox import Outbox
from integrations.protocol import (
    CheckableProvider,
    Credentials,
    IntegrationFields,
    Provider,
    ProviderError,
    RejectedError,
)
from integrations.sendgrid import SendGrid
from integrations.transport import is_local
from integrations.twilio import Twilio

INTEGRATIONS: Mapping[str, IntegrationFields] = {
    "twilio": twilio.FIELDS,
    "sendgrid": sendgrid.FIELDS,
    "shopify": shopify.FIELDS,
    "woocommerce": woocommerce.FIELDS,
    "stripe": stripe.FIELDS,
}

_KEPT = 256
"""Providers, each with its connections, that one process keeps; the longest unused goes first."""
_Items = frozenset[tuple[str, str]]


class Registry:
    """Finds the provider of an account's channel, and keeps each one's connections alive; threads may share it."""

    def __init__(self, settings: Settings, *, account_slug: Callable[[str], str | None] = lambda _: None) -> None:
        """Take the process's settings, and what names an account in an address; without it Twilio reports nothing."""
        self._settings = settings
        self._account_slug = account_slug
        self._outbox = Outbox()
        self._twilio = lru_cache(maxsize=_KEPT)(self._new_twilio)
        self._sendgrid = lru_cache(maxsize=_KEPT)(self._new_sendgrid)

    def choose(self, channel: Channel, credentials: Credentials) -> Provider:
        """Return the provider for ``channel``: the account's own, the one settings point at, else the outbox."""
        if channel is Channel.SMS:
            own = credentials.get("twilio") or (twilio.PLACEHOLDER if self._settings.twilio_api_base else None)
            return self._twilio(frozenset(own.items())) if own else self._outbox
        own = credentials.get("sendgrid") or (sendgrid.PLACEHOLDER if self._settings.sendgrid_api_base else None)
        return self._sendgrid(frozenset(own.items())) if own else self._outbox

    def check(self, name: str, credentials: Mapping[str, str]) -> tuple[bool, str]:
        """Return whether credentials work, and what they open or why they do not; an outage says nothing of them."""
        kept: Mapping[str, Callable[[_Items], CheckableProvider]]
        kept = {"twilio": self._twilio, "sendgrid": self._sendgrid}
        if name not in kept:
            return False, "These credentials are for what comes in: they show when the first call does."
        try:
            return True, kept[name](frozenset(credentials.items())).check()
        except RejectedError as error:
            return False, str(error)
        except ProviderError as error:
            return False, f"No answer: {error}"

    def _new_twilio(self, credentials: _Items) -> Twilio:
        return Twilio(
            dict(credentials),
            timeout_s=self._settings.provider_timeout_s,
            api_base=self._settings.twilio_api_base or twilio.API_BASE,
            status_callback=self._status_callback,
        )

    def _new_sendgrid(self, credentials: _Items) -> SendGrid:
        return SendGrid(
            dict(credentials),
            timeout_s=self._settings.provider_timeout_s,
            api_base=self._settings.sendgrid_api_base or sendgrid.API_BASE,
        )

    def _status_callback(self, message: Outbound) -> str | None:
        """Return where Twilio is to report on ``message``; None while nobody outside could reach it.

        Of a host with an underscore Twilio would not take the message itself.
        """
        slug = self._account_slug(message.account_id)
        if not slug or is_local(self._settings.public_url) or "_" in urlsplit(self._settings.public_url).netloc:
            return None
        return f"{self._settings.public_url}/hooks/{quote(slug, safe='')}/twilio/status?message={quote(message.id)}"
