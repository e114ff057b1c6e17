"""A stored message becomes the body its person gets, links swapped; one row, however many links."""

from datetime import datetime

from app.domain.composing import Codes, Composed, LinkSpace, Sharing, compose
from app.domain.errors import UnknownError
from app.domain.message import Channel, ContactDetails, Content
from app.flow.plan_trigger import template_content
from app.store.accounts import domains
from app.store.base import Session
from app.store.campaigns import Advocate, Campaign, advocate_by_id, campaign_by_id
from app.store.contacts import Contact, contact_by_id
from app.store.links import link_set
from app.store.messages import Draft, save_composed
from app.store.templates import template_by_key


def compose_message(session: Session, draft: Draft, *, link_port: int, now: datetime) -> Composed:
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
        codes=Codes(draft.code, draft.share_token),
        space=LinkSpace(
            host=draft.link_host,
            port=link_port,
            own_hosts=own_hosts(session, draft.account_id),
            extension=draft.source["extension"],
            skip=tuple(draft.source["skip"]),
        ),
    )
    save_composed(
        session,
        draft.id,
        draft.attempt,
        subject=composed.subject,
        html=composed.html,
        text=composed.text,
        decisions=[
            {
                "original": link.original,
                "url": link.url,
                "decision": link.decision,
                "reason": link.reason,
                "kind": link.kind,
            }
            for link in composed.links
        ],
        link_set_id=link_set(session, draft.account_id, composed.destinations) if composed.destinations else None,
    )
    return composed


def contact_details(contact: Contact) -> ContactDetails:
    """Return a stored person as a template sees them."""
    return ContactDetails(
        contact.external_id, contact.email, contact.phone, contact.first_name, contact.last_name, contact.fields
    )


def own_hosts(session: Session, account_id: str) -> frozenset[str]:
    """Return the hosts whose links are the account's own and are never swapped."""
    return frozenset(domain.host for domain in domains(session, account_id))


def sharing_of(campaign: Campaign, advocate: Advocate) -> Sharing:
    """Return what an advocate of a campaign shares."""
    return Sharing(campaign.key, campaign.name, campaign.landing_url, campaign.share_text, advocate.share_code)


def _content(session: Session, draft: Draft) -> Content:
    inline = draft.source["content"]
    if inline is not None:
        return Content(inline["subject"], inline["html"], inline["text"], draft.sender, inline["liquid"])
    template = template_by_key(session, draft.account_id, draft.template or "")
    if template is None:
        raise UnknownError("template", draft.template or "")
    return template_content(template)


def _sharing(session: Session, draft: Draft) -> Sharing | None:
    if draft.campaign_id is None or draft.advocate_id is None:
        return None
    campaign = campaign_by_id(session, draft.account_id, draft.campaign_id)
    advocate = advocate_by_id(session, draft.account_id, draft.advocate_id)
    return sharing_of(campaign, advocate) if campaign and advocate else None
