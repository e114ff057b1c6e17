"""Sample figures: what the pages look like once messages go out. They are constants and touch no table."""

from app.domain.calendar import Days
from app.domain.counting import Metric
from app.domain.message import Channel
from app.store.figures import Figure
from app.store.templates import Template

_WEEK = (100, 92, 104, 98, 88, 46, 41)
"""How busy the days from Monday to Sunday are, of a hundred."""
_GROWTH = 0.004

_PER_DAY = {
    Channel.EMAIL: (
        ("sample-invite", "", ((Metric.SENT, 210), (Metric.DELIVERED, 206), (Metric.OPENED, 96))),
        ("sample-invite", "", ((Metric.MACHINE_OPENS, 64),)),
        ("sample-invite", "", ((Metric.UNIQUE_CLICKS, 31), (Metric.CLICKS, 38), (Metric.MACHINE_CLICKS, 17))),
        ("sample-invite", "", ((Metric.CONVERSIONS, 15),)),
        ("sample-invite", "whatsapp", ((Metric.SHARES, 9), (Metric.FRIEND_CLICKS, 21), (Metric.ORDERS, 2))),
        ("sample-invite", "whatsapp", ((Metric.FRIEND_UNIQUE_CLICKS, 18), (Metric.REVENUE, 9_580))),
        ("sample-invite", "facebook", ((Metric.SHARES, 4), (Metric.FRIEND_CLICKS, 12), (Metric.ORDERS, 1))),
        ("sample-invite", "facebook", ((Metric.FRIEND_UNIQUE_CLICKS, 11), (Metric.REVENUE, 4_790))),
        ("sample-invite", "x", ((Metric.SHARES, 2), (Metric.FRIEND_CLICKS, 4), (Metric.SIGNUPS, 1))),
        ("sample-invite", "x", ((Metric.FRIEND_UNIQUE_CLICKS, 4),)),
        ("sample-basket", "", ((Metric.SENT, 120), (Metric.DELIVERED, 118), (Metric.OPENED, 61))),
        ("sample-basket", "", ((Metric.MACHINE_OPENS, 33),)),
        ("sample-basket", "", ((Metric.UNIQUE_CLICKS, 24), (Metric.CLICKS, 29), (Metric.MACHINE_CLICKS, 9))),
        ("sample-basket", "", ((Metric.ORDERS, 7), (Metric.CONVERSIONS, 7), (Metric.REVENUE, 33_530))),
    ),
    Channel.SMS: (
        ("sample-text", "", ((Metric.SENT, 90), (Metric.DELIVERED, 88), (Metric.CONVERSIONS, 11))),
        ("sample-text", "", ((Metric.UNIQUE_CLICKS, 22), (Metric.CLICKS, 25), (Metric.MACHINE_CLICKS, 3))),
        ("sample-text", "whatsapp", ((Metric.SHARES, 8), (Metric.FRIEND_CLICKS, 17), (Metric.ORDERS, 2))),
        ("sample-text", "whatsapp", ((Metric.FRIEND_UNIQUE_CLICKS, 15), (Metric.REVENUE, 9_580))),
        ("sample-text", "sms", ((Metric.SHARES, 3), (Metric.FRIEND_CLICKS, 8), (Metric.SIGNUPS, 1))),
        ("sample-text", "sms", ((Metric.FRIEND_UNIQUE_CLICKS, 7),)),
    ),
}
"""Figures of a full day by template and platform."""
_TEMPLATES = (
    Template("sample-invite", Channel.EMAIL, "Invite your friends", "share"),
    Template("sample-basket", Channel.EMAIL, "Your basket is waiting", "order"),
    Template("sample-text", Channel.SMS, "Give 10, get 10", "share"),
)


def sample_templates(channel: str) -> dict[str, Template]:
    """Return the templates that the sample figures belong to."""
    return {template.key: template for template in _TEMPLATES if template.channel == channel}


def sample_figures(days: Days, *channels: Channel) -> list[Figure]:
    """Return figures for ``days`` and as many before them: the same for everybody, a little more each week."""
    figures = []
    every = Days(days.before.first, days.last)
    for number, day in enumerate(every):
        busy = _WEEK[day.weekday()] / 100 * (1 + _GROWTH * (number - len(every)))
        for channel in channels:
            for template, platform, counted in _PER_DAY[channel]:
                for metric, full in counted:
                    currency = "USD" if metric is Metric.REVENUE else ""
                    value = round(full * max(busy, 0.1))
                    figures.append(Figure(day, channel, template, platform, metric, currency, value))
    return figures
