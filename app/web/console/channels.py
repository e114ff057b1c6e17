"""Channels: what sharing brought, platform by platform, the advocates' plain links among them."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.domain.counting import Metric
from app.domain.message import Channel
from app.store.campaigns import list_campaigns
from app.store.figures import Figure, compared_figures, dated_figure, has_figures, subjects
from app.store.templates import list_templates
from app.web.console.chart import by_day, chart
from app.web.console.filters import Option, here, menus, periods, read_filters
from app.web.console.first_message import first_message
from app.web.console.headline import sharing_headline
from app.web.console.people_links import nobody, people_behind
from app.web.console.platform_lines import platform_lines
from app.web.console.sample import sample_figures
from app.web.console.signed_in import signed_in
from app.web.console.sums import total, totals
from app.web.parts import parts

_MOST = 500
_CHARTS = (
    ("friends", "Friends' clicks", Metric.FRIEND_CLICKS),
    ("shares", "Shares", Metric.SHARES),
    ("signups", "Signups", Metric.SIGNUPS),
    ("orders", "Orders", Metric.ORDERS),
)


def show() -> ResponseReturnValue:
    """Show the platforms side by side."""
    account = signed_in().account
    asked = read_filters(account.time_zone, parts().clock())
    key, label, metric = _chosen_chart()
    with parts().reading() as session:
        whose = (session, account.id, asked.days, account.time_zone)
        figures = compared_figures(*whose, narrowed=asked.narrowed)
        drawn = dated_figure(*whose, metric, narrowed=asked.narrowed, is_shared=True)
        is_empty = not figures and not has_figures(session, account.id)
        found = subjects(*whose, channel=None)
        names = {one.key: one.name for one in list_templates(session, account.id, after=None, limit=_MOST)}
        campaigns = list_campaigns(session, account.id, after=None, limit=_MOST)
    is_sample = is_empty and not account.sample_hidden
    if is_sample:
        figures = sample_figures(asked.days, *Channel)
    shared = [figure for figure in figures if _is_shared(figure)]
    if is_sample:
        drawn = by_day(shared, metric)
    now = [figure for figure in shared if figure.day >= asked.days.first]
    before = total(figure for figure in shared if figure.day < asked.days.first)
    people = nobody if is_sample else people_behind("channels")
    return render_template(
        "console/channels.html",
        asked=asked,
        is_sample=is_sample,
        is_empty=is_empty and not is_sample,
        periods=periods(asked),
        menus=menus(asked, found, campaigns, names),
        headline=sharing_headline(total(now), before, asked.days, people),
        charts=[Option(word, known, known == key, here(chart=known)) for known, word, _ in _CHARTS],
        chart=chart(drawn, asked.days, metric, people),
        chart_label=label,
        platforms=platform_lines(
            totals(now, lambda figure: figure.platform), people, by_machines=asked.machines, with_plain=True
        ),
        machines_url=here(machines=None if asked.machines else "show"),
        example=first_message(parts().public_url, account.slug),
    )


def _is_shared(figure: Figure) -> bool:
    # Without a platform, what belongs to a message came of its own links; the rest of advocates' plain ones.
    return bool(figure.platform) or not figure.channel


def _chosen_chart() -> tuple[str, str, Metric]:
    asked = request.args.get("chart")
    return next((known for known in _CHARTS if known[0] == asked), _CHARTS[0])
