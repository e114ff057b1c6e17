"""What the store knows of a link: who is behind it and where it can lead.

Named tuples, because the edge makes several for every link it meets for the first time.
"""

from typing import NamedTuple


class Referral(NamedTuple):
    """The advocate and the campaign behind a link; None where there is none."""

    advocate_id: str | None = None
    share_code: str | None = None
    campaign_id: str | None = None
    campaign_key: str | None = None
    landing_url: str | None = None
    share_text: str | None = None
    share_texts: str | None = None
    """The words for single platforms, as JSON: read only where a button is pressed."""


class MessageLink(NamedTuple):
    """A message by its personal code: never changes once it was sent, but for its campaign."""

    message_id: str
    share_token: str
    destinations: tuple[str, ...]
    """In the order of the links' indexes; empty while nothing was swapped."""
    referral: Referral


class Button(NamedTuple):
    """A share button: of a message, or of an advocate's widget."""

    message_id: str | None
    share_token: str
    referral: Referral


class SharedLink(NamedTuple):
    """What friends follow: a shared link (of a message or of an advocate), or an advocate's plain link."""

    message_id: str | None
    referral: Referral
