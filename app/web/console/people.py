"""The people behind a figure, on a page and as a file for a spreadsheet."""

from dataclasses import asdict, dataclass
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.behind import ChannelMetric, MessageMetric
from app.domain.counting import read_span
from app.domain.message import Channel
from app.store.accounts import Account
from app.store.base import Session
from app.store.behind_figures import ContactFigure, behind_channels, behind_messages
from app.store.campaigns import Campaign, campaign_by_id
from app.web.console.chart import day_words
from app.web.console.csv_file import csv_file
from app.web.console.filters import NO_TEMPLATE, Asked, read_filters
from app.web.console.moments import Moment, moment
from app.web.console.persons import person_words
from app.web.console.platform_lines import platform_name
from app.web.console.signed_in import signed_in
from app.web.console.wording import channel_label, metric_words, money_words, number_words
from app.web.parts import parts

_PAGE = 50
_COLUMNS = ("external_id", "email", "phone", "first_name", "last_name", "count", "first_at", "last_at")
_CURRENCY_LENGTH = 3
_LONGEST_CURSOR = 100


@dataclass(frozen=True, slots=True)
class Person:
    """One contact and their part in the figure."""

    name: str
    address: str
    url: str
    """What was sent to them."""
    count: str
    revenue: list[tuple[str, str]]
    first: Moment
    last: Moment


def show() -> ResponseReturnValue:
    """Show who stands behind a figure of the days and the subjects that the address names."""
    account = signed_in().account
    asked = read_filters(account.time_zone, parts().clock())
    if request.args.get("as") == "csv":
        return _file(account, asked)
    after = request.args.get("after", "")[:_LONGEST_CURSOR] or None
    with parts().reading() as session:
        found = _find(session, account, asked, after=after, limit=_PAGE + 1)
        campaign_id = asked.narrowed.get("campaign_id")
        campaign = campaign_by_id(session, account.id, campaign_id) if campaign_id else None
    said = {name: value for name, value in request.args.items() if name in _KNOWN}
    first = url_for("console.people", **said)  # type: ignore[arg-type]
    return render_template(
        "console/people.html",
        title=metric_words(request.args.get("metric", "")),
        is_money=request.args.get("metric") == MessageMetric.REVENUE,
        subject=_subject(asked, campaign),
        days=f"{day_words(asked.days.first)} to {day_words(asked.days.last)}",
        people=[_person(one, account) for one in found[:_PAGE]],
        file_url=url_for("console.people", **said, **{"as": "csv"}),  # type: ignore[arg-type]
        newest=first if after else None,
        older=url_for("console.people", **said, after=found[_PAGE - 1].key) if len(found) > _PAGE else None,  # type: ignore[arg-type]
    )


_KNOWN = ("of", "metric", "channel", "days", "from", "to", "campaign", "automation", "template", "platform", "currency")


def _find(session: Session, account: Account, asked: Asked, *, after: str | None, limit: int) -> list[ContactFigure]:
    # A last day is included whole, as everywhere.
    span = read_span(asked.days.first.isoformat(), asked.days.last.isoformat(), account.time_zone)
    narrowed = {name: "" if word == NO_TEMPLATE else word for name, word in asked.narrowed.items()}
    channel = request.args.get("channel")
    if channel in set(Channel):
        narrowed["channel"] = str(channel)
    metric, currency = request.args.get("metric", ""), request.args.get("currency", "")
    if metric == MessageMetric.REVENUE and currency:
        narrowed["currency"] = currency[:_CURRENCY_LENGTH]
    if request.args.get("of") == "channels" and metric in set(ChannelMetric):
        return behind_channels(
            session, account.id, ChannelMetric(metric), span=span, narrowed=narrowed, after=after, limit=limit
        )
    if request.args.get("of") != "messages" or metric not in set(MessageMetric):
        abort(404)
    return behind_messages(
        session, account.id, MessageMetric(metric), span=span, narrowed=narrowed, after=after, limit=limit
    )


def _subject(asked: Asked, campaign: Campaign | None) -> str:
    channel = request.args.get("channel")
    said = [channel_label(channel).word] if channel in set(Channel) else []
    if campaign:
        said.append(f"the campaign {campaign.name}")
    if "template" in asked.narrowed:
        key = asked.narrowed["template"]
        said.append("without a template" if key == NO_TEMPLATE else f"the template {key}")
    if "platform" in asked.narrowed:
        word = asked.narrowed["platform"]
        said.append(platform_name("" if word == NO_TEMPLATE else word))
    if "automation" in asked.narrowed:
        said.append(f"the automation {asked.narrowed['automation']}")
    return " · ".join(said)


def _person(one: ContactFigure, account: Account) -> Person:
    now = parts().clock()
    name, address = person_words(one)
    return Person(
        name=name or "Somebody who was erased",
        address=address,
        url=url_for("console.outbox", search=address or name) if name else "",
        count=number_words(one.count),
        revenue=[(money_words(earned["amount"], earned["currency"]), "") for earned in one.revenue],
        first=moment(one.first_at, zone=account.time_zone, now=now),
        last=moment(one.last_at, zone=account.time_zone, now=now),
    )


def _file(account: Account, asked: Asked) -> ResponseReturnValue:
    def find(after: str | None, limit: int) -> list[ContactFigure]:
        with parts().reading() as session:
            return _find(session, account, asked, after=after, limit=limit)

    columns = (*_COLUMNS, "revenue") if request.args.get("metric") == MessageMetric.REVENUE else _COLUMNS
    return csv_file("people.csv", columns, find, key=lambda one: one.key, show=_row)


def _row(one: ContactFigure) -> dict[str, Any]:
    revenue = "; ".join(f"{earned['amount']} {earned['currency']}" for earned in one.revenue)
    moments = {"first_at": one.first_at.isoformat(), "last_at": one.last_at.isoformat()}
    return {**asdict(one), **moments, "revenue": revenue}
