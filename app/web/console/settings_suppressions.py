"""Who wants nothing more, by which channel, and what shows it."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.errors import InvalidInputError
from app.domain.message import Channel
from app.flow.suppress_by_hand import suppress_by_hand
from app.store.suppressions import Suppression, find_suppressions
from app.web.console.forms import Form, refused, typed
from app.web.console.moments import Moment, moment
from app.web.console.signed_in import signed_in
from app.web.console.wording import Label, channel_label, refusal_words, source_words
from app.web.parts import parts

_PAGE = 50
_LAST_PAGE = 1000
_LONGEST = 320


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that stands against an address."""

    address: str
    channel: Label
    reason: str
    at: Moment
    url: str
    shown_by: str
    message_url: str


def show() -> ResponseReturnValue:
    """Show one page of the list."""
    return _page(Form({"channel": Channel.EMAIL.value}))


def add() -> ResponseReturnValue:
    """Have nothing more sent to an address."""
    here, values = signed_in(), typed(("channel", "address", "note"))
    try:
        with parts().transaction() as session:
            address = suppress_by_hand(
                session,
                here.account.id,
                Channel.SMS if values["channel"] == Channel.SMS else Channel.EMAIL,
                values["address"][:_LONGEST],
                by=here.user.email,
                source="console",
                note=" ".join(values["note"].split())[:_LONGEST],
                now=parts().clock(),
            )
    except InvalidInputError as error:
        return _page(refused(values, error)), 422
    flash(f"Nothing more is sent to {address}.", "success")
    return redirect(url_for("console.settings_suppressions"), 303)


def _page(form: Form) -> str:
    account = signed_in().account
    search = request.args.get("search", "").strip()[:_LONGEST]
    said = request.args.get("page", "")
    page = min(int(said), _LAST_PAGE) if said.isascii() and said.isdigit() and len(said) < 5 else 0
    with parts().reading() as session:
        found = find_suppressions(session, account.id, search=search or None, offset=page * _PAGE, limit=_PAGE + 1)
    return render_template(
        "console/settings_suppressions.html",
        form=form,
        channels=[(one.value, channel_label(one).word, "") for one in Channel],
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
        url=url_for("console.settings_suppression", channel=one.channel, reason=one.reason, address=one.address),
        shown_by=f"By {one.evidence['by']}" if one.evidence.get("by") else source_words(one.source),
        message_url=url_for("console.message", message_id=one.message_id) if one.message_id else "",
    )
