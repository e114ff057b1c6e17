"""One message: its facts, what happened to it, its links, and the body as it was sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.ids import normal_uuid
from app.domain.message import Channel, Status
from app.domain.segments import segments
from app.store.accounts import Account
from app.store.base import Session
from app.store.campaigns import campaign_by_id
from app.store.contacts import contact_by_id
from app.store.messages import MessageRow, events_of, message_by_id
from app.store.timeline import Happening as Deed
from app.store.timeline import happenings
from app.web.console.link_lines import link_lines
from app.web.console.linked_text import linked_text
from app.web.console.message_actions import actions_on
from app.web.console.moments import Moment, moment
from app.web.console.outbox import title_of
from app.web.console.persons import person_words
from app.web.console.platform_lines import platform_name
from app.web.console.signed_in import signed_in
from app.web.console.wording import (
    Label,
    count_words,
    event_label,
    goal_words,
    status_label,
    suppressed_words,
    untracked_words,
)
from app.web.parts import parts

_BY_PLATFORM = {"shared", "visited", "signup"}


@dataclass(frozen=True, slots=True)
class Happening:
    """One point of a message's timeline."""

    label: Label
    at: Moment
    detail: str
    url: str = ""


def find_message(session: Session, message_id: str) -> MessageRow:
    """Return a message of the account that is signed in; the page for "not found" for any other."""
    known = normal_uuid(message_id)
    row = message_by_id(session, signed_in().account.id, known) if known else None
    if row is None:
        abort(404)
    return row


def show(message_id: str) -> ResponseReturnValue:
    """Show everything that is known of one message."""
    account = signed_in().account
    with parts().reading() as session:
        row = find_message(session, message_id)
        facts = _facts(session, account, row)
        events = events_of(session, account.id, row.id)
        deeds = happenings(session, account.id, row.id)
    shows_images = request.args.get("images") == "show"
    title, subtitle = _headings(row)
    images = "show" if shows_images else None
    is_suppressed = row.status == Status.SUPPRESSED
    return render_template(
        "console/message.html",
        message_id=row.id,
        title=title,
        subtitle=subtitle,
        body_heading="As it was sent" if row.sent_at else "As it was written out",
        status=status_label(row.status),
        error="" if is_suppressed else row.error or "",
        suppressed=suppressed_words(row.error) if is_suppressed else "",
        facts=facts,
        events=_timeline(account, events, deeds),
        actions=actions_on(row.status),
        links=link_lines(row.decisions, row.link_host),
        untracked=untracked_words(row.untracked_reason),
        body_url=url_for("console.message_body", message_id=row.id, images=images) if row.html else None,
        images_url=url_for("console.message", message_id=row.id, images=None if shows_images else "show"),
        shows_images=shows_images,
        text=linked_text(row.text or ""),
        parts_words=_parts_words(row),
    )


def _headings(row: MessageRow) -> tuple[str, str]:
    # A text message has no subject: its first words are no heading.
    if row.channel == Channel.SMS:
        return f"Text to {row.recipient}", title_of(row)
    return title_of(row), f"Email to {row.recipient}"


def _moment(account: Account, at: datetime) -> Moment:
    return moment(at, zone=account.time_zone, now=parts().clock())


def _facts(session: Session, account: Account, row: MessageRow) -> list[tuple[str, str]]:
    contact = contact_by_id(session, account.id, row.contact_id)
    campaign = campaign_by_id(session, account.id, row.campaign_id) if row.campaign_id else None
    name, address = person_words(contact) if contact else ("", "")
    facts = [
        ("To", f"{name} · {row.recipient}" if address else row.recipient),
        ("From", row.sender or "the provider's own setting"),
        ("Goal", goal_words(row.goal)),
        ("Template", row.template or "none: the words came with the trigger"),
        ("Automation", row.automation or ""),
        ("Campaign", campaign.name if campaign else ""),
        ("Links on", row.link_host or ""),
        ("Provider", row.provider or ""),
        ("Its id there", row.provider_id or ""),
        ("Asked for", _moment(account, row.created_at).full),
        ("Sent", _moment(account, row.sent_at).full if row.sent_at else ""),
    ]
    return [(term, value) for term, value in facts if value]


def _timeline(
    account: Account, events: list[tuple[str, datetime, dict[str, Any]]], deeds: list[Deed]
) -> list[Happening]:
    told = [(at, _happening(account, kind, at, detail)) for kind, at, detail in events]
    told += [(deed.at, _deed(account, deed)) for deed in deeds]
    return [happening for _, happening in sorted(told, key=lambda pair: pair[0])]


def _deed(account: Account, deed: Deed) -> Happening:
    url = url_for("console.order", order_id=deed.detail) if deed.kind == "order" else ""
    words = platform_name(deed.detail) if deed.detail and deed.kind in _BY_PLATFORM else deed.detail
    return Happening(event_label(deed.kind), _moment(account, deed.at), words, url)


def _happening(account: Account, kind: str, at: datetime, detail: dict[str, Any]) -> Happening:
    said = [detail.get("provider"), suppressed_words(detail.get("reason")), detail.get("error"), detail.get("url")]
    if detail.get("again_at"):
        said.append(f"again {_moment(account, datetime.fromisoformat(detail['again_at'])).words}")
    return Happening(event_label(kind), _moment(account, at), " · ".join(str(one) for one in said if one))


def _parts_words(row: MessageRow) -> str:
    if row.channel != Channel.SMS or not row.text:
        return ""
    cost = segments(row.text)
    billed = count_words(cost.count, "SMS part", "SMS parts")
    return f"{billed} · {count_words(cost.units, 'character', 'characters')} ({cost.encoding})"
