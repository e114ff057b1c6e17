"""Reports: what messages and channels did, from the counters."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.counting import Metric, Span
from app.domain.money import from_minor
from app.store.counters import sums
from app.store.templates import TemplateRow

_Figures = dict[Metric, int]
_Revenue = dict[str, int]


def message_report(
    session: Session,
    account_id: str,
    *,
    span: Span,
    channel: str | None = None,
    narrowed: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Return one row per template, those without a message yet included; inline messages share a row each channel.

    ``clicked`` counts people's clicks and ``unique_clicks`` the messages they clicked; a conversion is what the
    message's own goal asked for when it was sent; ``conversion_rate`` is conversions / sent, None without a send.
    ``narrowed`` leaves what belongs to one template, automation, campaign_id or platform.
    """
    narrowed = narrowed or {}
    figures: dict[tuple[str, ...], _Figures] = defaultdict(dict)
    revenue: dict[tuple[str, ...], _Revenue] = defaultdict(dict)
    found = sums(
        session,
        account_id,
        ("channel", "template"),
        first_quarter=span.first_quarter,
        end_quarter=span.end_quarter,
        narrowed={"channel": channel, **narrowed} if channel else narrowed,
    )
    for group, metric, currency, value in found:
        if metric is Metric.REVENUE:
            revenue[group][currency] = value
        else:
            figures[group][metric] = value
    templates = _templates(session, account_id, channel)
    # A template of which nothing was counted belongs to no automation, campaign or platform.
    blank = {} if narrowed.keys() - {"template"} else templates
    blank = {group: known for group, known in blank.items() if group[1] == narrowed.get("template", group[1])}
    # Counts without a channel belong to no message: they stand in the channel report.
    groups = {group for group in (*figures, *revenue) if group[0]} | blank.keys()
    return [_message_row(group, templates.get(group), figures[group], revenue[group]) for group in sorted(groups)]


def _templates(session: Session, account_id: str, channel: str | None) -> dict[tuple[str, ...], tuple[str, str | None]]:
    query = select(TemplateRow.channel, TemplateRow.key, TemplateRow.name, TemplateRow.goal).where(
        TemplateRow.account_id == account_id
    )
    if channel is not None:
        query = query.where(TemplateRow.channel == channel)
    return {(row[0], row[1]): (row[2], row[3]) for row in session.execute(query)}


def _message_row(
    group: tuple[str, ...], template: tuple[str, str | None] | None, figures: _Figures, revenue: _Revenue
) -> dict[str, Any]:
    channel, key = group
    sent = figures.get(Metric.SENT, 0)
    conversions = figures.get(Metric.CONVERSIONS, 0)
    return {
        "template": key or None,
        "name": template[0] if template else None,
        "channel": channel,
        "sent": sent,
        "delivered": figures.get(Metric.DELIVERED, 0),
        "failed": figures.get(Metric.FAILED, 0),
        "untracked": figures.get(Metric.UNTRACKED, 0),
        "opened": figures.get(Metric.OPENED, 0),
        "machine_opens": figures.get(Metric.MACHINE_OPENS, 0),
        "clicked": figures.get(Metric.CLICKS, 0),
        "unique_clicks": figures.get(Metric.UNIQUE_CLICKS, 0),
        "machine_clicks": figures.get(Metric.MACHINE_CLICKS, 0),
        "goal": template[1] if template else None,
        "conversions": conversions,
        "conversion_rate": round(conversions / sent, 4) if sent else None,
        "shares": figures.get(Metric.SHARES, 0),
        "machine_shares": figures.get(Metric.MACHINE_SHARES, 0),
        "signups": figures.get(Metric.SIGNUPS, 0),
        "orders": figures.get(Metric.ORDERS, 0),
        "revenue": _money(revenue),
    }


def _money(revenue: _Revenue) -> list[dict[str, str]]:
    return [{"currency": code, "amount": from_minor(minor, code)} for code, minor in sorted(revenue.items())]


def channel_report(
    session: Session, account_id: str, *, span: Span, narrowed: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Return one row per platform on which something was shared; platform None is the advocates' plain links.

    Clicks are friends' clicks; what a message's own links earned stands in the message report.
    """
    figures: dict[str, _Figures] = defaultdict(lambda: defaultdict(int))
    revenue: dict[str, _Revenue] = defaultdict(lambda: defaultdict(int))
    found = sums(
        session,
        account_id,
        ("platform", "channel"),
        first_quarter=span.first_quarter,
        end_quarter=span.end_quarter,
        narrowed=narrowed or {},
    )
    for (platform, channel), metric, currency, value in found:
        if not platform and channel:
            continue
        if metric is Metric.REVENUE:
            revenue[platform][currency] += value
        else:
            figures[platform][metric] += value
    return [
        _channel_row(platform, figures[platform], revenue[platform])
        for platform in sorted(figures.keys() | revenue.keys())
    ]


def _channel_row(platform: str, figures: _Figures, revenue: _Revenue) -> dict[str, Any]:
    return {
        "platform": platform or None,
        "shares": figures.get(Metric.SHARES, 0),
        "clicks": figures.get(Metric.FRIEND_CLICKS, 0),
        "unique_clicks": figures.get(Metric.FRIEND_UNIQUE_CLICKS, 0),
        "machine_clicks": figures.get(Metric.FRIEND_MACHINE_CLICKS, 0),
        "signups": figures.get(Metric.SIGNUPS, 0),
        "orders": figures.get(Metric.ORDERS, 0),
        "conversions": figures.get(Metric.CONVERSIONS, 0),
        "revenue": _money(revenue),
    }
