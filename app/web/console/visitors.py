"""Visitors: every visit through a link, people and machines told apart, and what told them apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.ids import normal_uuid
from app.domain.visit import Verdict
from app.store.visits import VisitFilter, visitor_report
from app.web.console.filters import Option
from app.web.console.first_message import first_message
from app.web.console.moments import Moment, moment
from app.web.console.platform_lines import platform_name
from app.web.console.signed_in import signed_in
from app.web.console.wording import Label, signal_words, verdict_label
from app.web.parts import parts

_PAGE = 50
_WHO = (("", "Everybody"), (Verdict.HUMAN, "People"), (Verdict.MACHINE, "Machines"), (Verdict.PREVIEW, "Previews"))


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit."""

    at: Moment
    verdict: Label
    signals: str
    came_by: str
    landed_on: str
    device: str
    advocate: str
    message_url: str


def show() -> ResponseReturnValue:
    """Show one page of visits, the newest first."""
    account = signed_in().account
    who = request.args.get("who")
    verdict = Verdict(who) if who in set(Verdict) else None
    before = normal_uuid(request.args.get("before"))
    with parts().reading() as session:
        found = visitor_report(session, account.id, before=before, limit=_PAGE + 1, wanted=VisitFilter(verdict=verdict))
    older = url_for("console.visitors", who=verdict, before=found[_PAGE - 1]["id"]) if len(found) > _PAGE else None
    return render_template(
        "console/visitors.html",
        visits=[_visit(row, account.time_zone) for row in found[:_PAGE]],
        choices=[
            Option(label, key, key == (verdict or ""), url_for("console.visitors", who=key or None))
            for key, label in _WHO
        ],
        newest=url_for("console.visitors", who=verdict) if before else None,
        older=older,
        is_narrowed=verdict is not None,
        example=first_message(parts().public_url, account.slug),
    )


def _visit(row: Mapping[str, Any], zone: str) -> Visit:
    return Visit(
        at=moment(datetime.fromisoformat(row["at"]), zone=zone, now=parts().clock()),
        verdict=verdict_label(row["verdict"]),
        signals=", ".join(signal_words(signal) for signal in row["signals"]),
        came_by="A message's own link" if row["kind"] == "message" else platform_name(row["platform"]),
        landed_on=row["link_url"],
        device=row["device"] or "",
        advocate=row["advocate"] or "",
        message_url=url_for("console.message", message_id=row["message_id"]) if row["message_id"] else "",
    )
