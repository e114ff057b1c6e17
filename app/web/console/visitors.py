"""Visitors: every visit through a link, people and machines told apart, and what told them apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.ids import normal_uuid
from app.store.accounts import Account
from app.store.campaigns import list_campaigns
from app.store.visits import visitor_report
from app.web.console.csv_file import csv_file
from app.web.console.filters import Option
from app.web.console.first_message import first_message
from app.web.console.moments import Moment, moment
from app.web.console.platform_lines import platform_name
from app.web.console.signed_in import signed_in
from app.web.console.visit_filters import WHO, AskedVisits, asked_visits, visit_menus
from app.web.console.wording import Label, signals_words, verdict_label
from app.web.parts import parts
from app.web.schemas.reports import VisitSchema

_PAGE = 50
_MOST_CAMPAIGNS = 500


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit."""

    url: str
    at: Moment
    verdict: Label
    signals: str
    came_by: str
    landed_on: str
    device: str
    country: str
    advocate: str


def show() -> ResponseReturnValue:
    """Show one page of the visits that are asked for, the newest first; or all of them as a file."""
    account = signed_in().account
    asked = asked_visits(account.time_zone)
    if request.args.get("as") == "csv":
        return _file(account, asked)
    before = normal_uuid(request.args.get("before"))
    found = _find(account, asked, before, _PAGE + 1)
    since = account.visits_since
    with parts().reading() as session:
        campaigns = list_campaigns(session, account.id, after=None, limit=_MOST_CAMPAIGNS)
    visits = [_visit(row, account.time_zone) for row in found[:_PAGE]]
    return render_template(
        "console/visitors.html",
        kept_since=moment(since, zone=account.time_zone, now=parts().clock()) if since else None,
        asked=asked,
        visits=visits,
        shows_countries=any(visit.country for visit in visits),
        choices=[Option(label, key, key == asked.said.get("who", ""), _page(asked, who=key)) for key, label in WHO],
        menus=visit_menus(asked, campaigns),
        file_url=_page(asked, **{"as": "csv"}),
        newest=_page(asked) if before else None,
        older=_page(asked, before=str(found[_PAGE - 1]["id"])) if len(found) > _PAGE else None,
        example=first_message(parts().public_url, account.slug),
    )


def _page(asked: AskedVisits, **more: str) -> str:
    said: dict[str, Any] = {**asked.said, **more}
    return url_for("console.visitors", **{name: word for name, word in said.items() if word})


def _find(account: Account, asked: AskedVisits, before: str | None, limit: int) -> list[dict[str, Any]]:
    with parts().reading() as session:
        return visitor_report(
            session, account.id, before=before, limit=limit, wanted=asked.wanted, country=parts().country
        )


def _file(account: Account, asked: AskedVisits) -> ResponseReturnValue:
    return csv_file(
        "visitors.csv",
        list(VisitSchema().dump_fields),
        lambda before, limit: _find(account, asked, before, limit),
        key=lambda row: str(row["id"]),
        show=lambda row: row,
    )


def _visit(row: Mapping[str, Any], zone: str) -> Visit:
    return Visit(
        url=url_for("console.visit", visit_id=row["id"]),
        at=moment(datetime.fromisoformat(row["at"]), zone=zone, now=parts().clock()),
        verdict=verdict_label(row["verdict"]),
        signals=signals_words(row["signals"]),
        came_by=came_by(row),
        landed_on=row["link_url"],
        device=(row["device"] or "").capitalize(),
        country=row["country"] or "",
        advocate=row["advocate"] or "",
    )


def came_by(row: Mapping[str, Any]) -> str:
    """Return what kind of link was followed."""
    return "A message's own link" if row["kind"] == "message" else platform_name(row["platform"])
