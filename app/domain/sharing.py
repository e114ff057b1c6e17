"""Where an advocate can share: one table of platforms, and the address that opens each one's own composer.

Sources: https://faq.whatsapp.com/5913398998672934 · https://developers.facebook.com/docs/plugins/share-button ·
https://docs.x.com/x-for-websites/web-intents/overview · https://core.telegram.org/widgets/share ·
https://learn.microsoft.com/linkedin/consumer/integrations/self-serve/plugins/share-plugin ·
https://developers.pinterest.com/docs/web-features/add-ons-overview · RFC 6068 (mailto) · RFC 5724 (sms) ·
https://docs.bsky.app/docs/advanced-guides/intent-links · https://dev.vk.com/en/widgets/share ·
https://developers.facebook.com/docs/threads/threads-web-intents
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from textwrap import shorten
from types import MappingProxyType
from urllib.parse import quote


class Part(StrEnum):
    """What a platform wants in one of its parameters."""

    TEXT = "text"
    """The advocate's words, without the link."""
    URL = "url"
    """The channel's own shared link."""
    MESSAGE = "message"
    """Words and link in one."""
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Platform:
    """One way to share; its letter stands in our addresses and never changes."""

    name: str
    letter: str
    label: str
    composer: str
    """The address that opens it, up to its first parameter; empty where a page of our own shows the link to copy."""
    parameters: tuple[tuple[str, Part], ...]
    newline: str = "\n"

    @property
    def button(self) -> str:
        """What a share button says."""
        return _BUTTONS.get(self.name, f"Share on {self.label}")


_BUTTONS = {"email": "Share by email", "sms": "Share by text", "copy": "Copy the link", "native": "Share…"}
_URL_AND_TEXT = (("url", Part.URL), ("text", Part.TEXT))
_TABLE = (
    Platform("whatsapp", "w", "WhatsApp", "https://wa.me/?", (("text", Part.MESSAGE),)),
    Platform("facebook", "f", "Facebook", "https://www.facebook.com/sharer/sharer.php?", (("u", Part.URL),)),
    Platform("x", "x", "X", "https://x.com/intent/post?", (("text", Part.TEXT), ("url", Part.URL))),
    Platform("linkedin", "l", "LinkedIn", "https://www.linkedin.com/sharing/share-offsite/?", (("url", Part.URL),)),
    Platform("telegram", "t", "Telegram", "https://t.me/share/url?", _URL_AND_TEXT),
    Platform("reddit", "r", "Reddit", "https://www.reddit.com/submit?", (("url", Part.URL), ("title", Part.TEXT))),
    Platform(
        "pinterest",
        "p",
        "Pinterest",
        "https://pinterest.com/pin/create/button/?",
        (("url", Part.URL), ("description", Part.TEXT)),
    ),
    # RFC 6068: a line of the body ends in %0D%0A.
    Platform("email", "e", "Email", "mailto:?", (("subject", Part.SUBJECT), ("body", Part.MESSAGE)), "\r\n"),
    # "?&body=" is the one spelling that both iOS and Android read.
    Platform("sms", "s", "SMS", "sms:?&", (("body", Part.MESSAGE),)),
    Platform("copy", "c", "Copy link", "", ()),
    Platform("threads", "h", "Threads", "https://www.threads.com/intent/post?", (("text", Part.MESSAGE),)),
    Platform("bluesky", "b", "Bluesky", "https://bsky.app/intent/compose?", (("text", Part.MESSAGE),)),
    # The device's own share sheet, which the widget opens; nobody learns what was chosen there.
    Platform("native", "n", "Share sheet", "", ()),
    Platform("vk", "v", "VK", "https://vk.com/share.php?", (("url", Part.URL), ("title", Part.TEXT))),
)

PLATFORMS: Mapping[str, Platform] = MappingProxyType({platform.name: platform for platform in _TABLE})
"""Every platform by its name, in the order in which a widget shows them."""
_WORDED = {Part.TEXT, Part.MESSAGE}
_BY_LETTER = {platform.letter: platform for platform in _TABLE}

_LINK_TAG = re.compile(r"\{\{\s*(?:campaign_link|memorable_url)\s*\}\}|\{(?:campaign_link|memorable_url)\}")
_NEWLINES = re.compile(r"\r\n|\r|\n")


def by_letter(letter: str) -> Platform | None:
    """Return the platform whose letter stands in an address."""
    return _BY_LETTER.get(letter)


def takes_words(platform: Platform) -> bool:
    """Tell whether a platform fills in what we say: Facebook and LinkedIn let their people write themselves."""
    return platform.name == "native" or bool(_WORDED & {part for _, part in platform.parameters})


def text_for(share_text: str, share_texts: Mapping[str, str], platform: str) -> str:
    """Return what an advocate says on a platform: what is written for it, else what is said everywhere."""
    return share_texts.get(platform) or share_text


def share_message(share_text: str, url: str) -> str:
    """Return what a friend reads: the words with the link where ``{{ campaign_link }}`` stands, else at their end."""
    if _LINK_TAG.search(share_text):
        return _LINK_TAG.sub(lambda _: url, share_text).strip()
    return f"{share_text.rstrip()} {url}".lstrip()


def words(share_text: str) -> str:
    """Return the advocate's words without the link."""
    return _LINK_TAG.sub("", share_text).strip()


def subject(share_text: str) -> str:
    """Return the subject of a shared email: the first line of the campaign's words, cut after 70 characters."""
    lines = words(share_text).splitlines()
    return shorten(lines[0], 70, placeholder="…") if lines else ""


def intent(platform: Platform, *, text: str, url: str, subject: str, copy_page: str) -> str:
    """Return the address that opens ``platform`` with the message prefilled; always ASCII.

    Args:
        platform: an entry of ``PLATFORMS``.
        text: the campaign's share text, as it was written.
        url: the shared link of this platform.
        subject: the subject of an email.
        copy_page: our own page that shows the link to copy (``destination.copy_page``).
    """
    if not platform.composer:
        return copy_page
    parts = {
        Part.TEXT: words(text),
        Part.URL: url,
        Part.MESSAGE: share_message(text, url),
        Part.SUBJECT: " ".join(subject.split()),
    }
    return platform.composer + "&".join(
        f"{name}={_encoded(parts[part], platform.newline)}" for name, part in platform.parameters
    )


def _encoded(value: str, newline: str) -> str:
    lines = _NEWLINES.sub(newline, value.replace("\0", ""))
    return quote(lines, safe="", errors="replace")
