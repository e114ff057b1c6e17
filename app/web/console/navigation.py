"""The console's table of contents."""

from dataclasses import dataclass

from flask import url_for

_TEMPLATE = ("console.template", "console.template_new", "console.template_submit", "console.template_version")
_CAMPAIGN = (
    "console.campaign", "console.campaign_new", "console.campaign_add", "console.campaign_submit", "console.advocate",
)  # fmt: skip
_WEBHOOK = ("console.webhook_add", "console.settings_webhook", "console.webhook_rotate")
_SUPPRESSIONS = ("console.suppression_add", "console.settings_suppression", "console.suppression_lift")
_SETTINGS_PAGES = (
    "console.settings_submit",
    "console.settings_domains",
    "console.domain_add",
    "console.settings_integrations",
    "console.integration_submit",
    "console.settings_keys",
    "console.key_add",
    "console.settings_webhooks",
    *_WEBHOOK,
    "console.settings_suppressions",
    *_SUPPRESSIONS,
    "console.settings_team",
    "console.team_invite",
)
_PAGES: tuple[tuple[str, tuple[tuple[str, str, str, tuple[str, ...]], ...]], ...] = (
    (
        "Performance Center",
        (
            ("Emails", "envelope", "console.overview", ()),
            ("SMS", "chat-dots", "console.sms", ()),
            ("Channels", "share", "console.channels", ()),
            ("Visitors", "people", "console.visitors", ("console.visit",)),
            ("Orders", "bag-check", "console.orders", ("console.order",)),
        ),
    ),
    (
        "Messages",
        (
            ("Outbox", "send", "console.outbox", ("console.message",)),
            ("Templates", "file-earmark-text", "console.templates", _TEMPLATE),
            ("Campaigns", "megaphone", "console.campaigns", _CAMPAIGN),
        ),
    ),
    ("Account", (("Settings", "gear", "console.settings", _SETTINGS_PAGES),)),
)
"""By heading: word, icon, page, and the pages that belong to it."""
_SETTINGS = (
    ("General", "sliders", "console.settings", ("console.settings_submit",)),
    ("Domains", "globe", "console.settings_domains", ("console.domain_add",)),
    ("Integrations", "plug", "console.settings_integrations", ("console.integration_submit",)),
    ("API keys", "key", "console.settings_keys", ("console.key_add",)),
    ("Webhooks", "broadcast", "console.settings_webhooks", _WEBHOOK),
    ("Suppressions", "shield-x", "console.settings_suppressions", _SUPPRESSIONS),
    ("Team", "people-fill", "console.settings_team", ("console.team_invite",)),
)


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


def settings_pages(endpoint: str) -> list[Entry]:
    """Return the pages of the settings, the one that is open marked."""
    return [
        Entry(word, icon, url_for(page), endpoint == page or endpoint in below) for word, icon, page, below in _SETTINGS
    ]
