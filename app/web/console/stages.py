"""The stages from a message sent to an order: how many got how far."""

from dataclasses import dataclass

from app.domain.counting import Metric
from app.web.console.people_links import People
from app.web.console.sums import Sums
from app.web.console.wording import number_words, rate_words


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage."""

    word: str
    hint: str
    figure: str
    part: str
    """Of what was sent."""
    width: str
    """0 to 100."""
    by_machines: str
    url: str
    """The people behind it."""
    machines_url: str
    """Those whose messages machines met."""


_STAGES = (
    ("Sent", "The provider took them.", Metric.SENT, None),
    ("Delivered", "They arrived.", Metric.DELIVERED, None),
    ("Opened", "By people, as far as mail programs say.", Metric.OPENED, Metric.MACHINE_OPENS),
    ("Clicked", "Messages whose reader followed a link.", Metric.UNIQUE_CLICKS, Metric.MACHINE_CLICKS),
    ("Shared", "Presses of a share button.", Metric.SHARES, Metric.MACHINE_SHARES),
    ("Signed up", "Friends and readers who enrolled.", Metric.SIGNUPS, None),
    ("Ordered", "Orders credited to them.", Metric.ORDERS, None),
)


def funnel(sums: Sums, people: People, *, by_machines: bool, is_opened: bool) -> list[Stage]:
    """Return the stages, each beside the messages sent; what machines did stands apart, when it is asked for.

    Of a text nobody learns whether it was opened.
    """
    widest = max([1, *(sums[metric] for _, _, metric, _ in _STAGES)])
    sent = sums[Metric.SENT]
    return [
        Stage(
            word=word,
            hint=hint,
            figure=number_words(sums[metric]),
            part=rate_words(sums[metric] / sent if sent > 0 else None),
            width=f"{max(sums[metric], 0) * 100 / widest:.2f}",
            by_machines=f"{number_words(sums[machines])} by machines" if by_machines and machines else "",
            url=people(metric) if sums[metric] > 0 else "",
            machines_url=people(machines) if machines and sums[machines] > 0 else "",
        )
        for word, hint, metric, machines in _STAGES
        if is_opened or metric is not Metric.OPENED
    ]
