"""The console's table of contents."""

from dataclasses import dataclass

from flask import url_for

_TEMPLATE = ("console.template", "console.template_new", "console.template_submit", "console.template_version")
_PAGES: tuple[tuple[str, tuple[tuple[str, str, str, tuple[str, ...]], ...]], ...] = (
    (
        "Performance Center",
        (
            ("Emails", "envelope", "console.overview", ()),
            ("SMS", "chat-dots", "console.sms", ()),
            ("Channels", "share", "console.channels", ()),
            ("Visitors", "people", "console.visitors", ()),
            ("Orders", "bag-check", "console.orders", ("console.order",)),
        ),
    ),
    (
        "Messages",
        (
            ("Outbox", "send", "console.outbox", ("console.message",)),
            ("Templates", "file-earmark-text", "console.templates", _TEMPLATE),
        ),
    ),
)
"""By heading: word, icon, page, and the pages that belong to it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the navigation."""

    word: str
    icon: str
    url: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Pages under one heading."""

    heading: str
    entries: list[Entry]


def navigation(endpoint: str) -> list[Group]:
    """Return the pages, the one that is open marked."""
    return [
        Group(
            heading,
            [
                Entry(word, icon, url_for(page), endpoint == page or endpoint in below)
                for word, icon, page, below in pages
            ],
        )
        for heading, pages in _PAGES
    ]
