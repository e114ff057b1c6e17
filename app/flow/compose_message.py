"""A stored message becomes the body its person gets, links swapped; one row, however many links."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.domain.canary import canary_index, with_canary
from app.domain.composing import (
    Codes,
    Composed,
    LinkSpace,
    Sharing,
    compose,
    merge_fields,
    unsubscribe_url,
)
from app.domain.consent import Purpose
from app.domain.destination import link_base
from app.domain.errors import UnknownError
from app.domain.form_letter import form_letter
from app.domain.mailing import Addressee
from app.domain.message import Channel, ContactDetails, Content, LinkOptions
from app.domain.stop_tokens import signer
from app.flow.plan_trigger import template_content
from app.store.accounts import Account, domains
from app.store.base import Session
from app.store.campaigns import Campaign, Sharer, campaign_by_id, sharers_by_id
from app.store.columns import Encrypted
from app.store.contacts import Contact, details_by_id
from app.store.form_letters import keep_form_letter
from app.store.links import link_set
from app.store.sends import Draft, save_composed
from app.store.sent_links import SentLinks, campaign_links
from app.store.templates import template_by_key

_NO_SHARER = (None,) * len(Sharer._fields)


class Composer:
    """Composes messages that have everything in common but their readers: what they share is looked up once."""

    def __init__(self, session: Session, account: Account, draft: Draft, *, link_port: int, public_url: str) -> None:
        """Look up what ``draft`` and its like have in common.

        Raises:
            TemplateError: its template is not Liquid.
            UnknownError: its template was deleted meanwhile.
        """
        options = LinkOptions(tuple(draft.source["skip"]), draft.source["extension"])
        self.channel, content = Channel(draft.channel), _content(session, draft)
        self.campaign = campaign_by_id(session, account.id, draft.campaign_id) if draft.campaign_id else None
        self.space = link_space(session, account, draft.link_host, options, link_port=link_port, public_url=public_url)
        # What somebody wrote for one message goes out with no byte changed but its links.
        self.content = canaried(content, self.channel, self.space) if draft.template else content
        shares = self.campaign is not None and draft.advocate_id is not None
        # Final text is nobody else's, so nothing is gained by locating its links for many.
        self.letter = form_letter(self.channel, self.content, self.space, shares=shares) if draft.template else None
        self._merge = self.letter.merger() if self.letter else None
        self._subject = self.letter.subject_liner() if self.letter else None
        self._reader: tuple[Draft, ContactDetails, Sharer | None, str]
        self._share_links = self.letter is not None and self.letter.needs_share_links
        self._is_marketing = self.channel is Channel.EMAIL and self.content.purpose is Purpose.MARKETING
        self._stop_token = signer(Encrypted.signing_keys[0])
        self._stop_page = unsubscribe_url(Codes("", "", ""), space=self.space)
        self._account_id, self._kept = account.id, dict[str, Any]()
        self._landing = campaign_links(self.campaign)

    def merge(self, draft: Draft, contact: ContactDetails, sharer: Sharer | None) -> Addressee | None:
        """Return what is one reader's own; None where the message must be composed as a whole."""
        if self._merge is None or self._subject is None:
            return None
        data, stop = draft.source["data"], self._stop_token(draft.id)
        share_code = sharer.share_code if sharer and self.campaign else ""
        # Kept for whoever asks for all fields, as hardly any template does: to make a function for it takes longer.
        self._reader = draft, contact, sharer, stop
        values = self._merge(contact, data, (draft.code, share_code, stop), self._fields)
        if values is None:
            return None
        page = self._stop_page + stop if self._is_marketing else None
        return Addressee(draft.id, draft.recipient, self._subject(values), values, page)

    def _fields(self) -> Mapping[str, Any]:
        """Return all that a template may name, for the reader whose pieces are being worked out."""
        draft, contact, sharer, stop = self._reader
        return merge_fields(
            contact,
            draft.source["data"],
            sharing=self._sharing(sharer),
            codes=Codes(draft.code, draft.share_token, stop),
            space=self.space,
            share_links=self._share_links,
        )

    def whole(self, draft: Draft, contact: ContactDetails, sharer: Sharer | None) -> Composed:
        """Return a message composed by itself.

        Raises:
            TemplateError: its template cannot be rendered with this person's data.
        """
        return compose(
            self.channel,
            self.content,
            contact=contact,
            data=draft.source["data"],
            sharing=self._sharing(sharer),
            codes=Codes(draft.code, draft.share_token, self._stop_token(draft.id)),
            space=self.space,
        )

    def keep_letter(self, session: Session) -> dict[str, Any]:
        """Store the form letter and where its links lead, once; return the columns of a message that name them."""
        letter = self.letter
        if letter and not self._kept:
            self._kept = {
                "form_letter_id": keep_form_letter(
                    session, self._account_id, html=letter.html, text=letter.text, decisions=letter.decisions
                ),
                "link_set_id": self._link_set(session, letter.destinations),
                "canary_index": canary_index(self.content, letter.destinations),
            }
        return self._kept

    def save_whole(self, session: Session, draft: Draft, composed: Composed) -> str | None:
        """Keep a body that was composed by itself; return its link set."""
        link_set_id = self._link_set(session, composed.destinations)
        save_composed(
            session,
            draft.id,
            draft.attempt,
            subject=composed.subject,
            html=composed.html,
            text=composed.text,
            decisions=[link.as_dict() for link in composed.links],
            link_set_id=link_set_id,
            canary_index=canary_index(self.content, composed.destinations),
            form_letter_id=None,
            merged=None,
        )
        return link_set_id

    def sent_links(
        self, link_set_id: str | None, destinations: Sequence[str]
    ) -> Callable[[Draft, Sharer | None], SentLinks]:
        """Return what tells each message's links, as an answer to them needs them."""
        account_id, common = self._account_id, (*self._landing, self.space.host, destinations if link_set_id else None)
        return lambda draft, sharer: SentLinks._make(
            (account_id, draft.id, draft.code, draft.share_token, link_set_id, *(sharer or _NO_SHARER), *common)
        )

    def _link_set(self, session: Session, destinations: Sequence[str]) -> str | None:
        return link_set(session, self._account_id, destinations) if destinations else None

    def _sharing(self, sharer: Sharer | None) -> Sharing | None:
        return sharing_of(self.campaign, sharer.share_code) if self.campaign and sharer else None


def compose_message(
    session: Session, account: Account, draft: Draft, *, link_port: int, public_url: str
) -> tuple[Composed, SentLinks]:
    """Compose a claimed message and keep the body exactly as it will be sent; return it, and its links.

    Raises:
        TemplateError: its template cannot be rendered with this person's data.
        UnknownError: its template was deleted meanwhile.
    """
    contact = details_by_id(session, account.id, [draft.contact_id]).get(draft.contact_id)
    if contact is None:
        raise UnknownError("contact", draft.contact_id)
    enrolled = draft.advocate_id
    sharer = sharers_by_id(session, account.id, [enrolled]).get(enrolled) if enrolled else None
    composer = Composer(session, account, draft, link_port=link_port, public_url=public_url)
    merged = composer.merge(draft, contact, sharer)
    if merged and composer.letter:
        letter, values = composer.letter, merged.values
        kept = composer.keep_letter(session)
        save_composed(session, draft.id, draft.attempt, subject=merged.subject, merged=values, **kept)
        composed = Composed(
            merged.subject,
            letter.html.filled(values) if letter.html else None,
            letter.text.filled(values) if letter.text else None,
            plain=Content(sender=composer.content.sender),
            unsubscribe_url=merged.unsubscribe_url,
        )
        return composed, composer.sent_links(kept["link_set_id"], letter.destinations)(draft, sharer)
    composed = composer.whole(draft, contact, sharer)
    link_set_id = composer.save_whole(session, draft, composed)
    return composed, composer.sent_links(link_set_id, composed.destinations)(draft, sharer)


def contact_details(contact: Contact) -> ContactDetails:
    """Return a stored person as a template sees them."""
    return ContactDetails(
        contact.external_id, contact.email, contact.phone, contact.first_name, contact.last_name, contact.fields
    )


def link_space(
    session: Session, account: Account, host: str | None, options: LinkOptions, *, link_port: int, public_url: str
) -> LinkSpace:
    """Return where a message's links stand, ``host`` being their domain, and which ones are left alone."""
    own = domains(session, account.id)
    verified = next((domain.host for domain in own if domain.verified_at), None)
    return LinkSpace(
        host=host,
        port=link_port,
        own_hosts=frozenset(domain.host for domain in own),
        extension=options.extension,
        skip=options.skip,
        schemeless=account.schemeless_links,
        plain_sms=account.plain_sms,
        canary=account.canary_links,
        pages=public_url if verified is None else link_base(verified, link_port),
    )


def canaried(content: Content, channel: Channel, space: LinkSpace) -> Content:
    """Return a template's words as they go out from ``space``: with a link that nobody sees, where one is wanted."""
    is_wanted = space.canary and space.host is not None and channel is Channel.EMAIL and content.liquid
    return with_canary(content) if is_wanted else content


def sharing_of(campaign: Campaign, share_code: str) -> Sharing:
    """Return what an advocate of a campaign shares."""
    said = (campaign.key, campaign.name, campaign.landing_url, campaign.share_text)
    return Sharing(*said, share_code, campaign.share_texts)


def _content(session: Session, draft: Draft) -> Content:
    inline = draft.source["content"]
    if inline is not None:
        words = (inline["subject"], inline["html"], inline["text"], draft.sender, inline["liquid"])
        return Content(*words, purpose=Purpose(draft.purpose))
    template = template_by_key(session, draft.account_id, draft.template or "")
    if template is None:
        raise UnknownError("template", draft.template or "")
    return replace(template_content(template), purpose=Purpose(draft.purpose))
