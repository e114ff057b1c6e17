"""From a sender's words to the body one person gets: merge fields filled in, links swapped, share buttons aimed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from app.domain.consent import Purpose
from app.domain.destination import advocate_path, is_local, link_base, press_path, tracked_path, unsubscribe_path
from app.domain.message import Channel, ContactDetails, Content
from app.domain.rewriting import LinkDecision, Rules, rewrite
from app.domain.segments import to_gsm7
from app.domain.sharing import PLATFORMS, intent, text_for
from app.domain.template import render

_NO_TEXTS: Mapping[str, str] = {}
_KNOWN_BY = ContactDetails._fields[:-1]


class Codes(NamedTuple):
    """The unguessable codes of a message; none can be worked out from another."""

    personal: str
    share_token: str
    stop: str
    """The signed token of its unsubscribe page."""


class Sharing(NamedTuple):
    """What an advocate shares, where the message's campaign makes its reader one."""

    campaign_key: str
    campaign_name: str
    landing_url: str
    share_text: str
    share_code: str
    share_texts: Mapping[str, str] = _NO_TEXTS
    """By platform, where it has words of its own."""


@dataclass(frozen=True, slots=True)
class LinkSpace:
    """Where a message's links stand, and which ones are left alone."""

    host: str | None
    """The verified domain; None: nothing is swapped, and share buttons lead straight to the platforms."""
    port: int
    own_hosts: frozenset[str] = frozenset()
    extension: str | None = None
    skip: tuple[str, ...] = ()
    schemeless: bool = False
    """Whether example.com/x in a text is a link, too."""
    plain_sms: bool = False
    """Whether an SMS gets plain quotes and dashes, which keep it in the cheaper alphabet."""
    canary: bool = False
    """Whether a templated email gets a link that nobody sees."""
    pages: str = ""
    """Scheme and host of the pages for readers where ``host`` is None: nothing is swapped, yet people may say stop."""

    @property
    def base(self) -> str:
        """Scheme and host of the links, with the sender's path segment where one was asked for."""
        base = link_base(self.host or "", self.port)
        return f"{base}/{self.extension}" if self.extension else base


@dataclass(frozen=True, slots=True)
class Composed:
    """The body as one person gets it."""

    subject: str | None
    html: str | None
    text: str | None
    links: tuple[LinkDecision, ...] = ()
    destinations: tuple[str, ...] = ()
    plain: Content = field(default_factory=Content)
    """The same before any link was swapped."""
    unsubscribe_url: str | None = None
    """What mail programs are told of every marketing email; None for a text, and for what nobody unsubscribes from."""


def compose(
    channel: Channel,
    content: Content,
    *,
    contact: ContactDetails,
    data: Mapping[str, Any],
    sharing: Sharing | None,
    codes: Codes,
    space: LinkSpace,
) -> Composed:
    """Return the body of one message.

    Raises:
        TemplateError: the content is Liquid and cannot be rendered with this person's data.
    """
    filled = content
    if content.liquid:
        filled = _filled(content, merge_fields(contact, data, sharing=sharing, codes=codes, space=space))
    if channel is Channel.SMS and space.plain_sms and filled.text is not None:
        filled = replace(filled, text=to_gsm7(filled.text))
    html = filled.html if channel is Channel.EMAIL else None
    is_marketing = channel is Channel.EMAIL and content.purpose is Purpose.MARKETING
    stop = unsubscribe_url(codes, space=space) if is_marketing else None
    if space.host is None:
        return Composed(filled.subject, html, filled.text, plain=filled, unsubscribe_url=stop)
    swapped = rewrite(
        html,
        filled.text,
        rules=link_rules(space),
        address=lambda index: space.base + tracked_path(codes.personal, index),
    )
    return Composed(
        filled.subject, swapped.html, swapped.text, swapped.links, swapped.destinations, filled, unsubscribe_url=stop
    )


def _filled(content: Content, fields: Mapping[str, Any]) -> Content:
    subject = _rendered(content.subject, fields, is_html=False)
    return Content(
        subject=None if subject is None else " ".join(subject.split()),
        html=_rendered(content.html, fields, is_html=True),
        text=_rendered(content.text, fields, is_html=False),
        sender=content.sender,
    )


def link_rules(space: LinkSpace) -> Rules:
    """Return what is left alone; on a local host only the hub's own port is ours, for a shop may stand on another."""
    local = {host for host in space.own_hosts if is_local(host)}
    return Rules(
        own_hosts=space.own_hosts - local,
        skip=space.skip,
        schemeless=space.schemeless,
        own_prefixes=tuple(f"{link_base(host, space.port)}/" for host in sorted(local)),
    )


def _rendered(source: str | None, fields: Mapping[str, Any], *, is_html: bool) -> str | None:
    return None if source is None else render(source, fields, is_html=is_html)


def merge_fields(
    contact: ContactDetails,
    data: Mapping[str, Any],
    *,
    sharing: Sharing | None,
    codes: Codes,
    space: LinkSpace,
    share_links: bool = True,
) -> dict[str, Any]:
    """Return what a template may name: contact, data, unsubscribe_url, and what an advocate shares.

    The addresses of the share buttons, the longest of it, are left out where ``share_links`` says that nobody asks.
    """
    known = {name: value for name, value in zip(_KNOWN_BY, contact, strict=False) if value is not None}
    own = dict(contact.fields)
    fields: dict[str, Any] = {"contact": {**own, "fields": own, **known}, "data": dict(data)}
    fields["unsubscribe_url"] = unsubscribe_url(codes, space=space)
    if sharing is None:
        return fields
    fields["campaign"] = {
        "key": sharing.campaign_key,
        "name": sharing.campaign_name,
        "landing_url": sharing.landing_url,
    }
    if share_links:
        fields["share"] = share_addresses(sharing, codes=codes, space=space)
    fields["campaign_link"] = campaign_link(sharing, space=space)
    fields["advocate"] = {"share_code": sharing.share_code, "share_url": fields["campaign_link"]}
    return fields


def unsubscribe_url(codes: Codes, *, space: LinkSpace) -> str:
    """Return the address of the page on which the message's reader says stop."""
    base = space.pages if space.host is None else link_base(space.host, space.port)
    return base + unsubscribe_path(codes.stop)


def campaign_link(sharing: Sharing, *, space: LinkSpace) -> str:
    """Return the advocate's plain link; the landing page itself where there is no domain for it."""
    if space.host is None:
        return sharing.landing_url
    return link_base(space.host, space.port) + advocate_path(sharing.share_code)


def share_addresses(sharing: Sharing, *, codes: Codes, space: LinkSpace) -> dict[str, str]:
    """Return the address of each platform's share button; the bare intent where nothing can be tracked."""
    if space.host is not None:
        return {name: space.base + press_path(codes.personal, platform.letter) for name, platform in PLATFORMS.items()}
    return {
        name: intent(
            platform,
            text=text_for(sharing.share_text, sharing.share_texts, name),
            url=sharing.landing_url,
            subject=sharing.campaign_name,
            copy_page=sharing.landing_url,
        )
        for name, platform in PLATFORMS.items()
    }
