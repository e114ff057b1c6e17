"""The outbox: what was sent, newest first."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.ids import normal_uuid
from app.domain.message import Channel, Status
from app.store.messages import MessageRow, list_messages
from app.web.console.filters import Option
from app.web.console.first_message import first_message
from app.web.console.linked_text import linked_text
from app.web.console.moments import Moment, moment
from app.web.console.signed_in import signed_in
from app.web.console.wording import Label, channel_label, status_label
from app.web.parts import parts

_PAGE = 25
_TITLE = 90
_LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the list."""

    url: str
    title: str
    recipient: str
    channel: Label
    status: Label
    template: str
    provider: str
    at: Moment


def show() -> ResponseReturnValue:
    """Show one page of what was sent: all of it, or what was looked for."""
    here = signed_in()
    asked = _asked()
    before = normal_uuid(request.args.get("before"))
    with parts().reading() as session:
        found = list_messages(session, here.account.id, before=before, limit=_PAGE + 1, **asked)
    return render_template(
        "console/outbox.html",
        lines=[_line(row, here.account.time_zone) for row in found[:_PAGE]],
        asked=asked,
        channels=[Option(channel_label(one).word, one, one == asked["channel"]) for one in Channel],
        statuses=[Option(status_label(one).word, one, one == asked["status"]) for one in Status],
        is_narrowed=any(asked.values()),
        newest=_page_url(asked) if before else None,
        older=_page_url(asked, found[_PAGE - 1].id) if len(found) > _PAGE else None,
        example=first_message(parts().public_url, here.account.slug),
    )


def _asked() -> dict[str, str | None]:
    channel, status = request.args.get("channel"), request.args.get("status")
    return {
        "channel": channel if channel in set(Channel) else None,
        "status": status if status in set(Status) else None,
        "search": request.args.get("search", "").strip()[:_LONGEST_SEARCH] or None,
    }


def title_of(row: MessageRow) -> str:
    """Return a message's subject, or its first words."""
    if row.subject:
        return row.subject
    text = row.text or ""
    words = " ".join("".join(piece.text for piece in linked_text(text) if not piece.url).split()) or text.strip()
    if not words:
        unwritten = "Not sent" if row.status == Status.SUPPRESSED else "Not written out yet"
        return "No subject" if row.html else unwritten
    return words if len(words) <= _TITLE else f"{words[:_TITLE].rsplit(' ', 1)[0]}…"


def _line(row: MessageRow, zone: str) -> Line:
    return Line(
        url=url_for("console.message", message_id=row.id),
        title=title_of(row),
        recipient=row.recipient,
        channel=channel_label(row.channel),
        status=status_label(row.status),
        template=row.template or "",
        provider=row.provider or "",
        at=moment(row.sent_at or row.created_at, zone=zone, now=parts().clock()),
    )


def _page_url(asked: dict[str, str | None], before: str | None = None) -> str:
    said: dict[str, Any] = {**asked, "before": before}
    return url_for("console.outbox", **said)
