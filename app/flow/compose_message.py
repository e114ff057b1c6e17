"""A stored message becomes the body its person gets, links swapped; one row, however many links."""

from dataclasses import replace
from datetime import datetime

from app.domain.composing import Codes, Composed, LinkSpace, Sharing, compose
from app.domain.consent import Purpose
from app.domain.destination import link_base
from app.domain.errors import UnknownError
from app.domain.message import Channel, ContactDetails, Content, LinkOptions
from app.domain.stop_tokens import stop_token
from app.flow.plan_trigger import template_content
from app.store.accounts import account_by_id, domains
from app.store.base import Session
from app.store.campaigns import Advocate, Campaign, advocate_by_id, campaign_by_id
from app.store.columns import Encrypted
from app.store.contacts import Contact, contact_by_id
from app.store.links import link_set
from app.store.sends import Draft, save_composed
from app.store.templates import template_by_key

_KEPT = ("original", "url", "decision", "reason", "kind")
"""What is kept of each link's decision."""


def compose_message(session: Session, draft: Draft, *, link_port: int, public_url: str, now: datetime) -> Composed:
    """Compose a claimed message and keep the body exactly as it will be sent.

    Raises:
        TemplateError: its template cannot be rendered with this person's data.
        UnknownError: its template was deleted meanwhile.
    """
    contact = contact_by_id(session, draft.account_id, draft.contact_id)
    if contact is None:
        raise UnknownError("contact", draft.contact_id)
    composed = compose(
        Channel(draft.channel),
        _content(session, draft),
        contact=contact_details(contact),
        data=draft.source["data"],
        sharing=_sharing(session, draft),
        codes=Codes(draft.code, draft.share_token, stop_token(draft.id, Encrypted.signing_keys)),
        space=link_space(
            session,
            draft.account_id,
            draft.link_host,
            LinkOptions(tuple(draft.source["skip"]), draft.source["extension"]),
            link_port=link_port,
            public_url=public_url,
        ),
    )
    save_composed(
        session,
        draft.id,
        draft.attempt,
        subject=composed.subject,
        html=composed.html,
        text=composed.text,
        decisions=[{name: getattr(link, name) for name in _KEPT} for link in composed.links],
        link_set_id=link_set(session, draft.account_id, composed.destinations) if composed.destinations else None,
    )
    return composed


def contact_details(contact: Contact) -> ContactDetails:
    """Return a stored person as a template sees them."""
    return ContactDetails(
        contact.external_id, contact.email, contact.phone, contact.first_name, contact.last_name, contact.fields
    )


def link_space(
    session: Session, account_id: str, host: str | None, options: LinkOptions, *, link_port: int, public_url: str
) -> LinkSpace:
    """Return where a message's links stand, ``host`` being their domain, and which ones are left alone."""
    account = account_by_id(session, account_id)
    own = domains(session, account_id)
    verified = next((domain.host for domain in own if domain.verified_at), None)
    return LinkSpace(
        host=host,
        port=link_port,
        own_hosts=frozenset(domain.host for domain in own),
        extension=options.extension,
        skip=options.skip,
        schemeless=account.schemeless_links,
        plain_sms=account.plain_sms,
        pages=public_url if verified is None else link_base(verified, link_port),
    )


def sharing_of(campaign: Campaign, advocate: Advocate) -> Sharing:
    """Return what an advocate of a campaign shares."""
    return Sharing(campaign.key, campaign.name, campaign.landing_url, campaign.share_text, advocate.share_code)


def _content(session: Session, draft: Draft) -> Content:
    inline = draft.source["content"]
    if inline is not None:
        words = (inline["subject"], inline["html"], inline["text"], draft.sender, inline["liquid"])
        return Content(*words, purpose=Purpose(draft.purpose))
    template = template_by_key(session, draft.account_id, draft.template or "")
    if template is None:
        raise UnknownError("template", draft.template or "")
    return replace(template_content(template), purpose=Purpose(draft.purpose))


def _sharing(session: Session, draft: Draft) -> Sharing | None:
    if draft.campaign_id is None or draft.advocate_id is None:
        return None
    campaign = campaign_by_id(session, draft.account_id, draft.campaign_id)
    advocate = advocate_by_id(session, draft.account_id, draft.advocate_id)
    return sharing_of(campaign, advocate) if campaign and advocate else None
