"""What people do not want, and what may reach them all the same."""

from collections.abc import Collection
from enum import StrEnum


class Refusal(StrEnum):
    """Why nothing more is sent to an address."""

    STOPPED = "stopped"
    """The person answered a text with STOP, or told so to the provider."""
    SPAM_REPORT = "spam_report"
    """The person called a mail spam."""
    BOUNCED = "bounced"
    """There is no such mailbox."""
    UNSUBSCRIBED = "unsubscribed"
    """The person unsubscribed from what is marketing."""
    MANUAL = "manual"
    """Somebody of the account's team wants nothing sent there."""


OWN_WISHES = frozenset({Refusal.STOPPED, Refusal.SPAM_REPORT, Refusal.UNSUBSCRIBED})
"""What people said themselves: to send to them all the same is for them to allow."""


class Purpose(StrEnum):
    """What a message is for, as its sender declares it."""

    MARKETING = "marketing"
    TRANSACTIONAL = "transactional"
    """A receipt, a password: nothing that anybody unsubscribes from."""
    CONSENT = "consent"
    """The hub's own word about a wish: that a stop was heard, or where help is."""


_HELD_BACK = {
    Purpose.MARKETING: tuple(Refusal),
    Purpose.TRANSACTIONAL: (Refusal.STOPPED, Refusal.SPAM_REPORT, Refusal.BOUNCED, Refusal.MANUAL),
    Purpose.CONSENT: (),
}
"""Unsubscribing is from marketing alone. What a team adds by hand holds receipts back, too, as on the lists of Postmark
and SendGrid: it is about the address (a lawyer's letter, somebody else's mailbox), not about what its reader likes."""


def why_held_back(refusals: Collection[str], purpose: str) -> Refusal | None:
    """Return the weightiest of what stands against an address that a message of this purpose has to respect."""
    return next((refusal for refusal in _HELD_BACK[Purpose(purpose)] if refusal in refusals), None)
