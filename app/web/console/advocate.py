"""One advocate: the shares, signups and orders behind their figures, on a page and as a file for a spreadsheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.ids import normal_uuid
from app.domain.message import Goal
from app.domain.money import from_minor
from app.domain.visit import Verdict
from app.store.accounts import Account, domains
from app.store.advocate_results import AdvocateCredit, AdvocateResult, advocate_credits, advocate_result
from app.store.campaigns import campaign_by_id
from app.web.addresses import share_url
from app.web.console.csv_file import csv_file
from app.web.console.moments import Moment, moment
from app.web.console.persons import person_words
from app.web.console.platform_lines import platform_name
from app.web.console.signed_in import signed_in
from app.web.console.visit_filters import SHARED
from app.web.console.wording import money_words, number_words
from app.web.parts import parts

_PAGE = 50
_GOALS = ((Goal.SHARE, "Shares"), (Goal.SIGNUP, "Signups"), (Goal.ORDER, "Orders"))
_SHARE_COLUMNS = ("at", "platform", "message_id")
_FRIEND_COLUMNS = (*_SHARE_COLUMNS, "first_name", "last_name", "email", "phone")
_COLUMNS = {
    Goal.SHARE: _SHARE_COLUMNS,
    Goal.SIGNUP: _FRIEND_COLUMNS,
    Goal.ORDER: (*_FRIEND_COLUMNS, "order_id", "revenue", "currency"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One share, signup or order."""

    at: Moment
    order: str
    order_url: str
    friend: str
    address: str
    platform: str
    revenue: str
    message_url: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of an advocate, and what opens those behind it."""

    label: str
    figure: str
    url: str
    is_open: bool = False


def show(share_code: str) -> ResponseReturnValue:
    """Show what an advocate earned of the kind that the address names."""
    account = signed_in().account
    before = normal_uuid(request.args.get("before"))
    with parts().reading() as session:
        advocate = advocate_result(session, account.id, share_code)
        if advocate is None:
            abort(404)
        goal = _goal(advocate)
        campaign = campaign_by_id(session, account.id, advocate.campaign_id)
        hosts = domains(session, account.id)
        found = advocate_credits(session, account.id, advocate.id, goal, before=before, limit=_PAGE + 1)
    if request.args.get("as") == "csv":
        return _file(account, advocate, goal)
    name, address = person_words(advocate)
    return render_template(
        "console/advocate.html",
        name=name or share_code,
        address=address,
        link=share_url(share_code, hosts),
        campaign=campaign,
        figures=advocate_figures(advocate, goal),
        heading=dict(_GOALS)[goal],
        has_friends=goal is not Goal.SHARE,
        is_order=goal is Goal.ORDER,
        lines=[_line(one, account) for one in found[:_PAGE]],
        file_url=_url(share_code, of=goal, **{"as": "csv"}),
        newest=_url(share_code, of=goal) if before else None,
        older=_url(share_code, of=goal, before=found[_PAGE - 1].id) if len(found) > _PAGE else None,
    )


def advocate_figures(one: AdvocateResult, goal: Goal | None = None) -> list[Figure]:
    """Return an advocate's figures, each with the page of what is behind it; that of ``goal`` is open."""
    visits = url_for("console.visitors", advocate=one.share_code, link=SHARED, who=Verdict.HUMAN)
    clicks = Figure("Friends' clicks", number_words(one.clicks), visits if one.clicks else "")
    shares, *others = (_figure(one, of, label, is_open=of is goal) for of, label in _GOALS)
    return [shares, clicks, *others]


def _figure(one: AdvocateResult, goal: Goal, label: str, *, is_open: bool) -> Figure:
    count = one.outcomes.get(goal, 0)
    return Figure(label, number_words(count), _url(one.share_code, of=goal) if count else "", is_open)


def _goal(advocate: AdvocateResult) -> Goal:
    asked = request.args.get("of")
    if asked in set(Goal):
        return Goal(asked)
    return next((goal for goal, _ in _GOALS if advocate.outcomes.get(goal)), Goal.SHARE)


def _url(share_code: str, **said: str) -> str:
    return url_for("console.advocate", share_code=share_code, **said)  # type: ignore[arg-type]


def _line(one: AdvocateCredit, account: Account) -> Line:
    friend, address = person_words(one)
    return Line(
        at=moment(one.at, zone=account.time_zone, now=parts().clock()),
        order=one.order_id or "",
        order_url=url_for("console.order", order_id=one.order_id) if one.order_id else "",
        friend=friend or "Not known",
        address=address,
        platform=platform_name(one.platform),
        revenue=money_words(from_minor(one.amount_minor, one.currency), one.currency) if one.currency else "",
        message_url=url_for("console.message", message_id=one.message_id) if one.message_id else "",
    )


def _file(account: Account, advocate: AdvocateResult, goal: Goal) -> ResponseReturnValue:
    def find(before: str | None, limit: int) -> list[AdvocateCredit]:
        with parts().reading() as session:
            return advocate_credits(session, account.id, advocate.id, goal, before=before, limit=limit)

    return csv_file(f"{goal}s.csv", _COLUMNS[goal], find, key=lambda one: one.id, show=_row)


def _row(one: AdvocateCredit) -> Mapping[str, Any]:
    said = {name: getattr(one, name) for name in ("platform", "message_id", "order_id", "currency")}
    friend = {name: getattr(one, name) for name in ("first_name", "last_name", "email", "phone")}
    revenue = from_minor(one.amount_minor, one.currency) if one.currency else ""
    return {"at": one.at.isoformat(), **said, **friend, "revenue": revenue}
