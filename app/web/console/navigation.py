"""The console's table of contents."""

from dataclasses import dataclass

from flask import url_for

_PAGES = (
    ("Overview", "bar-chart", "console.overview", ()),
    ("Outbox", "send", "console.outbox", ("console.message",)),
)
"""Word, icon, page, and the pages that belong to it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the navigation."""

    word: str
    icon: str
    url: str
    is_here: bool


def navigation(endpoint: str) -> list[Entry]:
    """Return the pages, the one that is open marked."""
    return [
        Entry(word, icon, url_for(page), endpoint == page or endpoint in below) for word, icon, page, below in _PAGES
    ]
