"""Look up what a trigger names, each thing once however many triggers name it."""

from collections.abc import Hashable
from dataclasses import dataclass, field

from app.domain.consent import Purpose
from app.domain.errors import InvalidInputError
from app.domain.mailing import kind_of
from app.domain.message import Content, Goal, Trigger, Untracked
from app.domain.template import TemplateError, usage
from app.store.accounts import Account, Domain, domains
from app.store.base import Session
from app.store.campaigns import Campaign, campaign_by_key, only_campaign
from app.store.templates import Template, template_by_key


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
    """Why its links will not be swapped; None when they will."""
    kind: Hashable | None
    """What messages that may go out together have in common; None for one that goes by itself."""


@dataclass(slots=True)
class Lookups:
    """What one call's triggers have named so far."""

    domains: list[Domain] | None = None
    templates: dict[tuple[str, str], Template] = field(default_factory=dict)
    campaigns: dict[str | None, Campaign] = field(default_factory=dict)
    sharing: dict[str, bool] = field(default_factory=dict)
    """By the template's key: whether its words hold share links."""
    plans: dict[Hashable, Plan] = field(default_factory=dict)
    """What triggers of a template come to, by all that they name."""


def plan_trigger(session: Session, account: Account, trigger: Trigger, lookups: Lookups) -> Plan:
    """Return what a trigger names.

    Raises:
        InvalidInputError: a template, campaign or domain is not there, or the words cannot be read.
    """
    if trigger.template is None:
        return _planned(session, account, trigger, lookups)
    links = trigger.links.domain
    named = (trigger.template, trigger.channel, trigger.campaign, trigger.automation, trigger.goal, links)
    if named not in lookups.plans:
        lookups.plans[named] = _planned(session, account, trigger, lookups)
    return lookups.plans[named]


def _planned(session: Session, account: Account, trigger: Trigger, lookups: Lookups) -> Plan:
    template = _template(session, account, trigger, lookups)
    content = template_content(template) if template else trigger.content or Content()
    campaign = _campaign(session, account, trigger, content, lookups)
    link_host, untracked_reason = _link_host(session, account, trigger, lookups)
    return Plan(
        template=template,
        content=content,
        campaign=campaign,
        goal=(Goal(template.goal) if template.goal else None) if template else trigger.goal,
        automation=trigger.automation or (template.automation if template else None),
        link_host=link_host,
        untracked_reason=untracked_reason,
        kind=kind_of(account.id, trigger.channel, trigger.template),
    )


def template_content(template: Template) -> Content:
    """Return a template's words."""
    purpose = Purpose.TRANSACTIONAL if template.transactional else Purpose.MARKETING
    return Content(template.subject, template.html, template.text, template.sender, liquid=True, purpose=purpose)


def _template(session: Session, account: Account, trigger: Trigger, lookups: Lookups) -> Template | None:
    if trigger.template is None:
        return None
    known = lookups.templates.get((trigger.template, trigger.channel))
    if known:
        return known
    template = template_by_key(session, account.id, trigger.template)
    if template is None:
        raise InvalidInputError({"template": [f"There is no template {trigger.template!r}."]})
    if template.channel != trigger.channel:
        raise InvalidInputError({"template": [f"The template {template.key!r} is for {template.channel}."]})
    lookups.templates[trigger.template, trigger.channel] = template
    return template


def _campaign(
    session: Session, account: Account, trigger: Trigger, content: Content, lookups: Lookups
) -> Campaign | None:
    """Return the campaign named, or the account's only one where the words have share links and none was named."""
    shares = _shares(trigger, content, lookups)
    if trigger.campaign is None and not shares:
        return None
    if trigger.campaign in lookups.campaigns:
        return lookups.campaigns[trigger.campaign]
    if trigger.campaign is not None:
        campaign = campaign_by_key(session, account.id, trigger.campaign)
        wrong = f"There is no campaign {trigger.campaign!r}."
    else:
        campaign = only_campaign(session, account.id)
        wrong = "The message has share links: name the campaign they belong to."
    if campaign is None:
        raise InvalidInputError({"campaign": [wrong]})
    lookups.campaigns[trigger.campaign] = campaign
    return campaign


def _shares(trigger: Trigger, content: Content, lookups: Lookups) -> bool:
    if trigger.template is None:
        return _holds_share_links(content, "message")
    if trigger.template not in lookups.sharing:
        lookups.sharing[trigger.template] = _holds_share_links(content, "template")
    return lookups.sharing[trigger.template]


def _holds_share_links(content: Content, source: str) -> bool:
    """Tell whether the words hold share links; reading them also finds what cannot be read."""
    if not content.liquid:
        return False
    shares = False
    for name in ("subject", "html", "text"):
        words = getattr(content, name)
        if words is None:
            continue
        named = f"{source}.{name}" if source == "message" else source
        try:
            used = usage(words, is_html=name == "html")
        except TemplateError as error:
            raise InvalidInputError({named: [str(error)]}) from error
        if used.unknown_platforms:
            raise InvalidInputError({named: [f"There is no share platform {used.unknown_platforms[0]!r}."]})
        shares = shares or used.shares
    return shares


def _link_host(session: Session, account: Account, trigger: Trigger, lookups: Lookups) -> tuple[str | None, str | None]:
    """Return the domain of the links, or why there is none."""
    if lookups.domains is None:
        lookups.domains = domains(session, account.id)
    verified = [domain.host for domain in lookups.domains if domain.verified_at]
    wanted = trigger.links.domain
    if wanted is not None and wanted not in verified:
        raise InvalidInputError({"links.domain": [f"{wanted!r} is no verified domain of this account."]})
    if account.smart_urls_since is None:
        return None, Untracked.SMART_URLS_OFF
    if not verified:
        return None, Untracked.NO_VERIFIED_DOMAIN
    return wanted or verified[0], None
