"""The overview: what each template earned, and through which channels."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from app.domain.counting import Span
from app.domain.sharing import PLATFORMS
from app.store.reports import channel_report, message_report
from app.web.console.first_message import first_message
from app.web.console.signed_in import signed_in
from app.web.console.wording import Label, channel_label, money_words, number_words, rate_words, short_goal
from app.web.parts import parts

_TOTALS = (
    ("Sent", "sent"),
    ("Clicks", "clicked"),
    ("Shares", "shares"),
    ("Signups", "signups"),
    ("Orders", "orders"),
    ("Goals met", "conversions"),
)


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """What one template earned."""

    name: str
    key: str
    channel: Label
    goal: str
    sent: str
    clicks: str
    shares: str
    signups: str
    orders: str
    conversions: str
    rate: str
    revenue: list[str]


@dataclass(frozen=True, slots=True)
class PlatformLine:
    """What came in through one way of sharing."""

    name: str
    shares: str
    clicks: str
    signups: str
    orders: str
    revenue: list[str]


def show() -> ResponseReturnValue:
    """Show every template beside its goal, and the platforms side by side."""
    account = signed_in().account
    with parts().reading() as session:
        messages = message_report(session, account.id, span=Span(), channel=None)
        platforms = channel_report(session, account.id, span=Span())
    return render_template(
        "console/overview.html",
        has_news=bool(platforms) or any(row["sent"] for row in messages),
        totals=[(word, number_words(sum(row[key] for row in messages))) for word, key in _TOTALS],
        revenue=_total_revenue(messages),
        templates=[_template_line(row) for row in messages],
        platforms=[_platform_line(row) for row in platforms],
        example=first_message(parts().public_url, account.slug),
    )


def _template_line(row: Mapping[str, Any]) -> TemplateLine:
    return TemplateLine(
        name=row["name"] or row["template"] or "Without a template",
        key=row["template"] or "",
        channel=channel_label(row["channel"]),
        goal=short_goal(row["goal"]),
        sent=number_words(row["sent"]),
        clicks=number_words(row["clicked"]),
        shares=number_words(row["shares"]),
        signups=number_words(row["signups"]),
        orders=number_words(row["orders"]),
        conversions=number_words(row["conversions"]),
        rate=rate_words(row["conversion_rate"]),
        revenue=_revenue(row),
    )


def _platform_line(row: Mapping[str, Any]) -> PlatformLine:
    platform = PLATFORMS.get(row["platform"])
    return PlatformLine(
        name=platform.label if platform else row["platform"] or "Plain link",
        shares=number_words(row["shares"]),
        clicks=number_words(row["clicks"]),
        signups=number_words(row["signups"]),
        orders=number_words(row["orders"]),
        revenue=_revenue(row),
    )


def _revenue(row: Mapping[str, Any]) -> list[str]:
    return [money_words(earned["amount"], earned["currency"]) for earned in row["revenue"]]


def _total_revenue(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        for earned in row["revenue"]:
            totals[earned["currency"]] += Decimal(earned["amount"])
    return [money_words(totals[currency], currency) for currency in sorted(totals)]
