"""What a template would send, beside it while it is written: the body, each link's fate, what an SMS costs."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from app.domain.consent import Purpose
from app.domain.errors import InvalidInputError
from app.domain.message import Channel, ContactDetails, Content, Trigger
from app.domain.segments import Segments
from app.flow.preview_message import Preview, preview_message
from app.store.accounts import domains
from app.store.base import Session
from app.web.console.forms import typed
from app.web.console.link_lines import Link, link_lines
from app.web.console.linked_text import Piece, linked_text
from app.web.console.message_body import body_answer
from app.web.console.signed_in import signed_in
from app.web.console.wording import count_words, untracked_words
from app.web.parts import parts

_READER = ContactDetails(email="ada@example.com", phone="+15005550006", first_name="Ada", last_name="Lovelace")
_FIELDS = ("subject", "html", "text", "from", "campaign", "transactional")


@dataclass(frozen=True, slots=True)
class Shown:
    """A preview in words."""

    subject: str
    has_html: bool
    text: list[Piece]
    links: list[tuple[Link, str]]
    parts_before: str
    parts_after: str
    warnings: list[str]
    untracked: str
    errors: list[str]


def fragment(channel: str) -> ResponseReturnValue:
    """Answer with the preview alone, for the script that keeps it beside what is written."""
    values = typed(_FIELDS)
    with parts().reading() as session:
        shown = shown_preview(session, _known(channel), values)
    return render_template("console/template_preview.html", shown=shown)


def body(channel: str) -> Response:
    """Answer with the HTML as it would be sent, for the frame beside the form."""
    values = typed(_FIELDS)
    with parts().reading() as session:
        try:
            html = _preview(session, _known(channel), values).html or ""
        except InvalidInputError:
            html = "<p>It cannot be shown before what is said beside it is mended.</p>"
    return body_answer(html, with_images=True)


def shown_preview(session: Session, channel: Channel, values: Mapping[str, str]) -> Shown:
    """Return what would be sent to Ada Lovelace, in words; nothing is stored."""
    try:
        preview = _preview(session, channel, values)
    except InvalidInputError as error:
        reasons = [reason for found in error.errors.values() for reason in found]
        return Shown("", False, [], [], "", "", [], "", reasons)
    found = domains(session, signed_in().account.id)
    host = next((domain.host for domain in found if domain.verified_at), None)
    decisions = [
        {"original": one.original, "url": one.url, "decision": one.decision, "reason": one.reason}
        for one in preview.links
    ]
    return Shown(
        subject=preview.subject or "",
        has_html=preview.html is not None,
        text=linked_text(preview.text or ""),
        links=link_lines(decisions, host),
        parts_before=_cost(preview.segments_before),
        parts_after=_cost(preview.segments_after),
        warnings=[warning.text for warning in preview.warnings],
        untracked=untracked_words(preview.untracked_reason),
        errors=[],
    )


def content_of(values: Mapping[str, str], *, is_sms: bool) -> Content:
    """Return the words of a form."""
    return Content(
        subject=None if is_sms else values.get("subject") or None,
        html=None if is_sms else values.get("html") or None,
        text=values.get("text") or None,
        sender=values.get("from") or None,
        liquid=True,
        purpose=Purpose.TRANSACTIONAL if values.get("transactional") else Purpose.MARKETING,
    )


def _preview(session: Session, channel: Channel, values: Mapping[str, str]) -> Preview:
    own = parts()
    trigger = Trigger(
        channel=channel,
        contact=_READER,
        content=content_of(values, is_sms=channel is Channel.SMS),
        campaign=values.get("campaign") or None,
    )
    return preview_message(
        session,
        signed_in().account,
        trigger,
        now=own.clock(),
        link_port=own.link_port,
        public_url=own.public_url,
    )


def _cost(cost: Segments | None) -> str:
    if cost is None:
        return ""
    billed = count_words(cost.count, "part", "parts")
    return f"{billed}, {count_words(cost.units, 'character', 'characters')} ({cost.encoding})"


def _known(channel: str) -> Channel:
    if channel not in set(Channel):
        abort(404)
    return Channel(channel)
