"""Emails and SMS: whether the messages of a channel do what they were sent for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.domain.counting import Metric
from app.domain.message import Channel
from app.store.accounts import Account
from app.store.base import Session
from app.store.campaigns import list_campaigns
from app.store.figures import Figure, compared_figures, dated_figure, has_figures, subjects
from app.store.templates import Template, list_templates
from app.web.console.chart import by_day, chart
from app.web.console.filters import NO_TEMPLATE, Asked, Menu, Option, here, menus, periods, read_filters
from app.web.console.first_message import first_message
from app.web.console.headline import headline
from app.web.console.people_links import People, nobody, people_behind
from app.web.console.platform_lines import platform_lines
from app.web.console.sample import sample_figures, sample_templates
from app.web.console.signed_in import signed_in
from app.web.console.stages import funnel
from app.web.console.sums import Sums, total, totals
from app.web.console.wording import number_words, rate_words, short_goal
from app.web.parts import parts

_MOST_TEMPLATES = 500
_MOST_CAMPAIGNS = 200
_TITLES = {Channel.EMAIL: "Emails", Channel.SMS: "SMS"}
_CHARTS = (
    ("conversions", "Goals met", Metric.CONVERSIONS),
    ("sent", "Sent", Metric.SENT),
    ("clicked", "Clicked", Metric.UNIQUE_CLICKS),
    ("shares", "Shares", Metric.SHARES),
    ("signups", "Signups", Metric.SIGNUPS),
    ("orders", "Orders", Metric.ORDERS),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of every template."""

    key: str
    label: str
    read: Callable[[Sums], Any]
    write: Callable[[Sums], Any]
    is_strong: bool = False
    metric: str = ""
    """By which the people behind it are found."""


def _counted(key: str, label: str, metric: Metric, *, is_strong: bool = False) -> Column:
    return Column(key, label, lambda sums: sums[metric], lambda sums: number_words(sums[metric]), is_strong, metric)


_OPENS = _counted("machine_opens", "Opened by machines", Metric.MACHINE_OPENS)
_OPENED = (_counted("opened", "Opened", Metric.OPENED), _OPENS)
_CLICKS = _counted("machine_clicks", "Clicks by machines", Metric.MACHINE_CLICKS)
_MACHINES = (_OPENS, _CLICKS)
_COLUMNS = (
    _counted("sent", "Sent", Metric.SENT),
    _counted("delivered", "Delivered", Metric.DELIVERED),
    *_OPENED,
    _counted("clicked", "Clicked", Metric.UNIQUE_CLICKS),
    _CLICKS,
    _counted("conversions", "Goal met", Metric.CONVERSIONS, is_strong=True),
    Column("rate", "Rate", lambda sums: sums.rate or 0, lambda sums: rate_words(sums.rate), True, Metric.CONVERSIONS),
    _counted("shares", "Shares", Metric.SHARES),
    _counted("signups", "Signups", Metric.SIGNUPS),
    _counted("orders", "Orders", Metric.ORDERS),
    Column("revenue", "Revenue", lambda sums: max(sums.revenue.values(), default=0), lambda sums: sums.revenue_words),
)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: pressed, it sorts."""

    key: str
    label: str
    url: str
    direction: str
    """ascending, descending, or empty."""


@dataclass(frozen=True, slots=True)
class Line:
    """One template."""

    name: str
    goal: str
    url: str
    cells: list[tuple[str, Any, bool, str]]
    """Label, words, whether it is what matters most, and the page of the people behind it."""
    revenue: list[tuple[str, str]]
    """Words, and the page of the people behind them."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What the store says, or the sample."""

    figures: list[Figure]
    drawn: Mapping[date, int]
    """By the day, what the chart shows."""
    templates: dict[str, Template]
    menus: list[Menu]
    is_sample: bool
    is_empty: bool


def show(channel: Channel) -> ResponseReturnValue:
    """Show one channel's headline, days, stages, platforms and templates."""
    account = signed_in().account
    asked = read_filters(account.time_zone, parts().clock())
    with parts().reading() as session:
        found = _find(session, account, asked, channel)
    figures = [figure for figure in found.figures if figure.day >= asked.days.first]
    now, before = total(figures), total(figure for figure in found.figures if figure.day < asked.days.first)
    is_opened = channel is Channel.EMAIL
    columns = [
        column
        for column in _COLUMNS
        if (asked.machines or column not in _MACHINES) and (is_opened or column not in _OPENED)
    ]
    shown = _chosen_chart()
    people = nobody if found.is_sample else people_behind("messages", channel=channel)
    sharers = nobody if found.is_sample else people_behind("channels", channel=channel)
    return render_template(
        "console/performance.html",
        title=_TITLES[channel],
        asked=asked,
        is_sample=found.is_sample,
        is_empty=found.is_empty,
        periods=periods(asked),
        menus=found.menus,
        headline=headline(now, before, asked.days, people),
        charts=[Option(label, key, key == shown[0], here(chart=key)) for key, label, _ in _CHARTS],
        chart=chart(found.drawn, asked.days, shown[2], people),
        chart_label=shown[1],
        funnel=funnel(now, people, by_machines=asked.machines, is_opened=is_opened),
        platforms=platform_lines(totals(figures, lambda figure: figure.platform), sharers, by_machines=asked.machines),
        heads=_heads(columns),
        lines=_lines(figures, found.templates, columns, people, is_whole=not asked.narrowed),
        machines_url=here(machines=None if asked.machines else "show"),
        example=first_message(parts().public_url, account.slug),
    )


def _find(session: Session, account: Account, asked: Asked, channel: Channel) -> _Found:
    narrowed, zone = {**asked.narrowed, "channel": channel}, account.time_zone
    figures = compared_figures(session, account.id, asked.days, zone, narrowed=narrowed)
    if not figures and not has_figures(session, account.id):
        if account.sample_hidden:
            return _Found([], {}, {}, [], is_sample=False, is_empty=True)
        sample = sample_figures(asked.days, channel)
        drawn = by_day(sample, _chosen_chart()[2])
        return _Found(sample, drawn, sample_templates(channel), [], is_sample=True, is_empty=False)
    drawn = dated_figure(session, account.id, asked.days, zone, _chosen_chart()[2], narrowed=narrowed)
    found = list_templates(session, account.id, after=None, limit=_MOST_TEMPLATES)
    templates = {template.key: template for template in found if template.channel == channel}
    campaigns = list_campaigns(session, account.id, after=None, limit=_MOST_CAMPAIGNS)
    names = {key: template.name for key, template in templates.items()}
    lists = menus(asked, subjects(session, account.id, asked.days, zone, channel=channel), campaigns, names)
    return _Found(figures, drawn, templates, lists, is_sample=False, is_empty=False)


def _chosen_chart() -> tuple[str, str, Metric]:
    asked = request.args.get("chart")
    return next((known for known in _CHARTS if known[0] == asked), _CHARTS[0])


def _sorting() -> tuple[Column, bool]:
    asked = request.args.get("sort")
    column = next((known for known in _COLUMNS if known.key == asked), _COLUMNS[0])
    return column, request.args.get("order") != "up"


def _heads(columns: list[Column]) -> list[Head]:
    sorted_by, falls = _sorting()
    heads = []
    for column in columns:
        is_it = column is sorted_by
        direction = ("descending" if falls else "ascending") if is_it else ""
        heads.append(
            Head(column.key, column.label, here(sort=column.key, order="up" if is_it and falls else None), direction)
        )
    return heads


def _lines(
    figures: list[Figure], templates: Mapping[str, Template], columns: list[Column], people: People, *, is_whole: bool
) -> list[Line]:
    by_template = totals(figures, lambda figure: figure.template)
    if is_whole:
        # A template that nothing was sent with yet has its line all the same: its team looks for it here.
        by_template = {key: Sums() for key in templates} | by_template
    column, falls = _sorting()
    ordered = sorted(by_template.items(), key=lambda pair: (column.read(pair[1]), pair[0]), reverse=falls)
    return [_line(key, templates.get(key), sums, columns, people) for key, sums in ordered]


def _line(key: str, template: Template | None, sums: Sums, columns: list[Column], people: People) -> Line:
    own = key or NO_TEMPLATE
    return Line(
        name=template.name if template else key or "Without a template",
        goal=short_goal(template.goal) if template else "",
        url=here(template=key) if key else "",
        cells=[
            (
                column.label,
                column.write(sums),
                column.is_strong,
                people(column.metric, template=own) if column.read(sums) > 0 else "",
            )
            for column in columns
            if column.key != "revenue"
        ],
        revenue=[(words, people(Metric.REVENUE, template=own, currency=code)) for code, words in sums.revenue_words],
    )
