"""Who wants nothing more, by which channel, and what shows it."""

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.store.suppressions import Suppression, find_suppressions
from app.web.console.moments import Moment, moment
from app.web.console.signed_in import signed_in
from app.web.console.wording import Label, channel_label, refusal_words
from app.web.parts import parts

_PAGE = 50
_LAST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that stands against an address."""

    address: str
    channel: Label
    reason: str
    at: Moment
    message_url: str


def show() -> ResponseReturnValue:
    """Show one page of the list."""
    account = signed_in().account
    search = request.args.get("search", "").strip()[:200]
    said = request.args.get("page", "")
    page = min(int(said), _LAST_PAGE) if said.isascii() and said.isdigit() and len(said) < 5 else 0
    with parts().reading() as session:
        found = find_suppressions(session, account.id, search=search or None, offset=page * _PAGE, limit=_PAGE + 1)
    return render_template(
        "console/settings_suppressions.html",
        lines=[_line(one, account.time_zone) for one in found[:_PAGE]],
        search=search,
        newest=url_for("console.settings_suppressions", search=search or None) if page else None,
        older=url_for("console.settings_suppressions", search=search or None, page=page + 1)
        if len(found) > _PAGE
        else None,
    )


def _line(one: Suppression, zone: str) -> Line:
    return Line(
        address=one.address,
        channel=channel_label(one.channel),
        reason=refusal_words(one.reason),
        at=moment(one.at, zone=zone, now=parts().clock()),
        message_url=url_for("console.message", message_id=one.message_id) if one.message_id else "",
    )
