"""The links of a message, in words."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.domain.destination import parse_path
from app.domain.link_rules import REASONS
from app.domain.sharing import Platform, by_letter
from app.domain.visit import LinkKind
from app.web.console.wording import Label, decision_label

_SHARE_BUTTON = Label("Share button", "info", "share")


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the body, and what became of it."""

    label: Label
    original: str
    """Where its reader was meant to go; empty for a link of our own making."""
    url: str
    """The address of ours that stands in the message; empty where nothing was swapped."""
    reason: str


def link_lines(decisions: Iterable[Mapping[str, str]], link_host: str | None) -> list[tuple[Link, str]]:
    """Return the links in the order of the body, each once, with how often it stands there if that is more."""
    times = Counter(_line(decision, link_host) for decision in decisions)
    return [(link, f"{count} times" if count > 1 else "") for link, count in times.items()]


def _line(decision: Mapping[str, str], link_host: str | None) -> Link:
    original, url = decision["original"], decision["url"]
    platform = _pressed_platform(url, link_host)
    if platform:
        does = f"Opens {platform.label} with the message prefilled" if platform.composer else "Shows the link to copy"
        return Link(_SHARE_BUTTON, "", url, f"{does}; a press counts as a share.")
    reason = REASONS.get(decision["reason"], decision["reason"])
    return Link(decision_label(decision["decision"]), original, "" if url == original else url, reason)


def _pressed_platform(url: str, link_host: str | None) -> Platform | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if link_host is None or parts.hostname != link_host:
        return None
    address = parse_path(parts.path)
    return by_letter(address.letter) if address and address.kind is LinkKind.PRESS else None
