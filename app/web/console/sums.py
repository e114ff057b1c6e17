"""Figures added up: for a period, a template, a platform or a day."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from app.domain.counting import Metric
from app.domain.money import from_minor
from app.store.figures import Figure
from app.web.console.wording import money_words

Key = TypeVar("Key")


@dataclass(slots=True)
class Sums:
    """What some figures come to."""

    counts: Counter[Metric] = field(default_factory=Counter)
    revenue: Counter[str] = field(default_factory=Counter)
    """Minor units by currency."""

    def add(self, figure: Figure) -> None:
        """Take one figure in."""
        if figure.metric is Metric.REVENUE:
            self.revenue[figure.currency] += figure.value
        else:
            self.counts[figure.metric] += figure.value

    def __getitem__(self, metric: Metric) -> int:
        """Return how often something was counted."""
        return self.counts[metric]

    @property
    def rate(self) -> float | None:
        """The part of the messages sent that did what they were sent for; None without a send."""
        sent = self.counts[Metric.SENT]
        return self.counts[Metric.CONVERSIONS] / sent if sent > 0 else None

    @property
    def revenue_words(self) -> list[tuple[str, str]]:
        """Each currency with its sum, in words."""
        earned = sorted((code, minor) for code, minor in self.revenue.items() if minor)
        return [(code, money_words(from_minor(minor, code), code)) for code, minor in earned]


def total(figures: Iterable[Figure]) -> Sums:
    """Return what all figures come to."""
    sums = Sums()
    for figure in figures:
        sums.add(figure)
    return sums


def totals(figures: Iterable[Figure], by: Callable[[Figure], Key]) -> dict[Key, Sums]:
    """Return what the figures come to, by whatever ``by`` reads off them."""
    found: dict[Key, Sums] = {}
    for figure in figures:
        found.setdefault(by(figure), Sums()).add(figure)
    return found
