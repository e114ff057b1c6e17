"""A trigger becomes a stored message, once; sending comes later."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import ConflictError, InvalidInputError
from app.domain.ids import new_code
from app.domain.message import Channel, Content, Goal, Status, Trigger
from app.domain.template import TemplateError, usage
from app.flow.enrol_advocate import enrol_advocate
from app.store.accounts import Account, domains
from app.store.base import Session
from app.store.campaigns import Campaign, campaign_by_key, only_campaign
from app.store.contacts import save_contact
from app.store.messages import add_event, add_message, message_by_trigger
from app.store.templates import Template, template_by_key

SMART_URLS_OFF = "smart_urls_off"
NO_VERIFIED_DOMAIN = "no_verified_domain"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A trigger's message, new or from an earlier call with the same key."""

    message_id: str
    status: str
    is_new: bool
    is_due: bool
    untracked_reason: str | None
    """Why its links will not be swapped; None when they will."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A trigger with everything it names looked up."""

    template: Template | None
    content: Content
    """The inline message, or the template's words as they stand now."""
    campaign: Campaign | None
    goal: Goal | None
    automation: str | None
    link_host: str | None
    untracked_reason: str | None


def accept_trigger(session: Session, account: Account, trigger: Trigger, *, now: datetime) -> Accepted:
    """Store the message that a trigger asks for; the unique key decides, so a repeat finds the first one.

    Raises:
        InvalidInputError: it names something that is not there, or the words cannot be read.
        ConflictError: its key was used before with another body.
    """
    if trigger.key is not None and (earlier := _earlier(session, account, trigger)):
        return earlier
    plan = plan_trigger(session, account, trigger)
    contact = save_contact(session, account.id, trigger.contact, now)
    recipient = contact.email if trigger.channel is Channel.EMAIL else contact.phone
    if recipient is None:
        field = "email" if trigger.channel is Channel.EMAIL else "phone"
        raise InvalidInputError({f"contact.{field}": [f"Needed to send by {trigger.channel}."]})
    is_due = trigger.send_at is None or trigger.send_at <= now
    advocate = None
    if plan.campaign:
        advocate = enrol_advocate(session, account.id, plan.campaign, contact, share_code=None, now=now)
    message_id = add_message(
        session,
        account_id=account.id,
        trigger_key=trigger.key,
        fingerprint=trigger.fingerprint,
        channel=trigger.channel,
        contact_id=contact.id,
        recipient=recipient,
        sender=plan.content.sender,
        template=trigger.template,
        automation=plan.automation,
        goal=plan.goal,
        campaign_id=plan.campaign.id if plan.campaign else None,
        advocate_id=advocate.id if advocate else None,
        source=_source(trigger),
        code=new_code(),
        share_token=new_code(),
        link_host=plan.link_host,
        untracked_reason=plan.untracked_reason,
        decisions=[],
        send_at=max(trigger.send_at or now, now),
        # The caller wakes the queue for what is due after its commit; the sweep looks after the rest.
        woken_at=now if is_due else None,
        created_at=now,
    )
    if message_id is None:
        # The same trigger was stored by another call between our look and our insert.
        earlier = _earlier(session, account, trigger)
        if earlier is None:
            raise ConflictError("The trigger was stored by another call at the same moment; send it again.")
        return earlier
    add_event(session, account.id, message_id, Status.QUEUED, now)
    return Accepted(message_id, Status.QUEUED, True, is_due, plan.untracked_reason)


def _earlier(session: Session, account: Account, trigger: Trigger) -> Accepted | None:
    found = message_by_trigger(session, account.id, trigger.key or "")
    if found is None:
        return None
    message_id, fingerprint, untracked_reason = found
    if fingerprint != trigger.fingerprint:
        raise ConflictError(f"The id {trigger.key!r} was used before for another message.")
    return Accepted(message_id, Status.QUEUED, False, False, untracked_reason)


def _source(trigger: Trigger) -> dict[str, object]:
    """Return what composing needs of a trigger, as JSON."""
    content = trigger.content
    return {
        "data": trigger.data,
        "skip": trigger.links.skip,
        "extension": trigger.links.extension,
        "content": content
        and {
            "subject": content.subject,
            "html": content.html,
            "text": content.text,
            "liquid": content.liquid,
        },
    }


def plan_trigger(session: Session, account: Account, trigger: Trigger) -> Plan:
    """Return what a trigger names, looked up.

    Raises:
        InvalidInputError: a template, campaign or domain is not there, or the words cannot be read.
    """
    template = _template(session, account, trigger)
    content = template_content(template) if template else trigger.content or Content()
    campaign = _campaign(session, account, trigger, content, "template" if template else "message")
    link_host, untracked_reason = _link_host(session, account, trigger)
    return Plan(
        template=template,
        content=content,
        campaign=campaign,
        goal=(Goal(template.goal) if template.goal else None) if template else trigger.goal,
        automation=trigger.automation or (template.automation if template else None),
        link_host=link_host,
        untracked_reason=untracked_reason,
    )


def template_content(template: Template) -> Content:
    """Return a template's words."""
    return Content(template.subject, template.html, template.text, template.sender, liquid=True)


def _template(session: Session, account: Account, trigger: Trigger) -> Template | None:
    if trigger.template is None:
        return None
    template = template_by_key(session, account.id, trigger.template)
    if template is None:
        raise InvalidInputError({"template": [f"There is no template {trigger.template!r}."]})
    if template.channel != trigger.channel:
        raise InvalidInputError({"template": [f"The template {template.key!r} is for {template.channel}."]})
    return template


def _campaign(session: Session, account: Account, trigger: Trigger, content: Content, source: str) -> Campaign | None:
    if trigger.campaign is not None:
        campaign = campaign_by_key(session, account.id, trigger.campaign)
        if campaign is None:
            raise InvalidInputError({"campaign": [f"There is no campaign {trigger.campaign!r}."]})
        _shares(content, source)
        return campaign
    if not _shares(content, source):
        return None
    campaign = only_campaign(session, account.id)
    if campaign is None:
        raise InvalidInputError({"campaign": ["The message has share links: name the campaign they belong to."]})
    return campaign


def _shares(content: Content, source: str) -> bool:
    """Tell whether the words hold share links; reading them also finds what cannot be read."""
    if not content.liquid:
        return False
    shares = False
    for name in ("subject", "html", "text"):
        words = getattr(content, name)
        if words is None:
            continue
        try:
            used = usage(words, is_html=name == "html")
        except TemplateError as error:
            raise InvalidInputError({f"{source}.{name}" if source == "message" else source: [str(error)]}) from error
        if used.unknown_platforms:
            platform = used.unknown_platforms[0]
            raise InvalidInputError({f"{source}.{name}": [f"There is no share platform {platform!r}."]})
        shares = shares or used.shares
    return shares


def _link_host(session: Session, account: Account, trigger: Trigger) -> tuple[str | None, str | None]:
    """Return the domain of the links, or why there is none."""
    verified = [domain.host for domain in domains(session, account.id) if domain.verified_at]
    wanted = trigger.links.domain
    if wanted is not None and wanted not in verified:
        raise InvalidInputError({"links.domain": [f"{wanted!r} is no verified domain of this account."]})
    if account.smart_urls_since is None:
        return None, SMART_URLS_OFF
    if not verified:
        return None, NO_VERIFIED_DOMAIN
    return wanted or verified[0], None
