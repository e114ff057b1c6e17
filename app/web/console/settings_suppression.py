"""One thing that stands against an address: what shows it, and whether it is to be lifted."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.consent import OWN_WISHES
from app.domain.errors import ConflictError, UnknownError
from app.flow.suppress_by_hand import lift_by_hand
from app.store.suppressions import SuppressionRow, suppression
from app.web.console.moments import moment
from app.web.console.signed_in import signed_in
from app.web.console.wording import channel_label, lifting_words, refusal_words, source_words
from app.web.parts import parts

_WORDS = {"by": "By", "note": "Note", "text": "They wrote", "callback": "The provider's call"}


def show(channel: str, reason: str, address: str) -> ResponseReturnValue:
    """Show what is known, and what lifting it means."""
    row = _find(channel, reason, address)
    message_url = url_for("console.message", message_id=row.message_id) if row.message_id else ""
    return render_template(
        "console/settings_suppression.html",
        address=row.address,
        reason=row.reason,
        channel=row.channel,
        label=channel_label(row.channel),
        because=refusal_words(row.reason),
        facts=_facts(row),
        message_url=message_url,
        is_lifted=row.lifted_at is not None,
        is_own_wish=row.reason in OWN_WISHES,
        warning=lifting_words(row.reason),
    )


def lift(channel: str, reason: str, address: str) -> ResponseReturnValue:
    """Send to the address again, where somebody stands in for it."""
    here = signed_in()
    try:
        with parts().transaction() as session:
            lift_by_hand(
                session,
                here.account.id,
                channel,
                address,
                [reason],
                by=here.user.email,
                now=parts().clock(),
                against_their_wish=request.form.get("allowed") == "on",
            )
    except UnknownError:
        abort(404)
    except ConflictError:
        flash("Tick that they want to be written to again: they had said so themselves.", "danger")
        said = {"channel": channel, "reason": reason, "address": address}
        return redirect(url_for("console.settings_suppression", **said), 303)  # type: ignore[arg-type]
    flash(f"Messages are sent to {address} again.", "success")
    return redirect(url_for("console.settings_suppressions"), 303)


def _find(channel: str, reason: str, address: str) -> SuppressionRow:
    with parts().reading() as session:
        row = suppression(session, signed_in().account.id, channel, address, reason)
    if row is None:
        abort(404)
    return row


def _facts(row: SuppressionRow) -> list[tuple[str, str]]:
    zone, now = signed_in().account.time_zone, parts().clock()
    facts = [
        ("Since", moment(row.at, zone=zone, now=now).full),
        ("Said by", source_words(row.source)),
        *((_WORDS.get(name, name.replace("_", " ").capitalize()), str(value)) for name, value in row.evidence.items()),
    ]
    if row.lifted_at:
        facts.append(("Lifted", moment(row.lifted_at, zone=zone, now=now).full))
        facts.append(("Lifted by", row.lifted_by or "its reader"))
    return facts
