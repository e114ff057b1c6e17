"""What a trigger would send, worked out the same way and kept nowhere."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.advice import Advice, advise
from app.domain.composing import Codes, Sharing, compose
from app.domain.errors import InvalidInputError
from app.domain.ids import new_code, new_id
from app.domain.message import Channel, ContactDetails, Content, Trigger
from app.domain.rewriting import LinkDecision
from app.domain.segments import Segments, segments
from app.domain.share_codes import suggest_share_codes
from app.domain.stop_tokens import stop_token
from app.domain.template import TemplateError
from app.flow.compose_message import canaried, contact_details, link_space, sharing_of
from app.flow.plan_trigger import Lookups, Plan, plan_trigger
from app.store.accounts import Account
from app.store.base import Session
from app.store.campaigns import advocates_of
from app.store.contacts import Contact
from app.store.identities import find_contact


@dataclass(frozen=True, slots=True)
class Preview:
    """The body, every link with its decision, and what an SMS would cost."""

    subject: str | None
    html: str | None
    text: str | None
    links: tuple[LinkDecision, ...]
    before: Content
    """The same words before any link was swapped."""
    segments_before: Segments | None
    segments_after: Segments | None
    warnings: tuple[Advice, ...]
    untracked_reason: str | None


def preview_message(
    session: Session, account: Account, trigger: Trigger, *, now: datetime, link_port: int, public_url: str
) -> Preview:
    """Return what ``trigger`` would send now; its links carry codes of the right length that lead nowhere.

    Raises:
        InvalidInputError: as for the trigger itself.
    """
    plan = plan_trigger(session, account, trigger, Lookups())
    contact = find_contact(session, account.id, trigger.contact)
    details = _as_sent(trigger.contact, contact)
    space = link_space(session, account, plan.link_host, trigger.links, link_port=link_port, public_url=public_url)
    try:
        composed = compose(
            trigger.channel,
            canaried(plan.content, trigger.channel, space) if plan.template else plan.content,
            contact=details,
            data=trigger.data,
            sharing=_sharing(session, account, plan, contact, details),
            codes=Codes(new_code(), new_code(), stop_token(new_id(), [b""])),
            space=space,
        )
    except TemplateError as error:
        raise InvalidInputError({"template" if plan.template else "message": [str(error)]}) from error
    is_sms = trigger.channel is Channel.SMS
    before = segments(composed.plain.text or "") if is_sms else None
    after = segments(composed.text or "") if is_sms else None
    return Preview(
        subject=composed.subject,
        html=composed.html,
        text=composed.text,
        links=composed.links,
        before=composed.plain,
        segments_before=before,
        segments_after=after,
        warnings=advise((link.original for link in composed.links), before=before, after=after),
        untracked_reason=plan.untracked_reason,
    )


def _as_sent(said: ContactDetails, known: Contact | None) -> ContactDetails:
    """Return the person as sending would know them: what the trigger does not say stays."""
    if known is None:
        return said
    names = ("external_id", "email", "phone", "first_name", "last_name")
    told = {name: value for name in names if (value := getattr(said, name)) is not None}
    return contact_details(known)._replace(**told, fields={**known.fields, **said.fields})


def _sharing(
    session: Session, account: Account, plan: Plan, contact: Contact | None, details: ContactDetails
) -> Sharing | None:
    campaign = plan.campaign
    if campaign is None:
        return None
    if contact and (enrolled := advocates_of(session, account.id, campaign.id, [contact.id])):
        return sharing_of(campaign, enrolled[contact.id].share_code)
    return sharing_of(campaign, next(suggest_share_codes(details.first_name, details.last_name)))
