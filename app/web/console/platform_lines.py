"""Platforms side by side: what sharing brought through each."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.behind import ChannelMetric
from app.domain.counting import Metric
from app.domain.sharing import PLATFORMS
from app.web.console.filters import NO_PLATFORM
from app.web.console.people_links import People
from app.web.console.sums import Sums
from app.web.console.wording import number_words


@dataclass(frozen=True, slots=True)
class PlatformLine:
    """One way to share."""

    key: str
    name: str
    cells: list[tuple[str, str, str]]
    """Label, words, and the page of the people behind it."""
    revenue: list[tuple[str, str]]
    """Words, and the page of the people behind them."""
    width: str
    """Of its bar, 0 to 100: its friends' clicks beside those of the strongest."""


_CELLS = (
    ("Shares", Metric.SHARES, ChannelMetric.SHARES),
    ("Friends' clicks", Metric.FRIEND_CLICKS, ChannelMetric.CLICKS),
    ("Friends", Metric.FRIEND_UNIQUE_CLICKS, ChannelMetric.UNIQUE_CLICKS),
    ("Signups", Metric.SIGNUPS, ChannelMetric.SIGNUPS),
    ("Orders", Metric.ORDERS, ChannelMetric.ORDERS),
)
_MACHINES = ("By machines", Metric.FRIEND_MACHINE_CLICKS, ChannelMetric.MACHINE_CLICKS)


def platform_lines(
    by_platform: Mapping[str, Sums], people: People, *, by_machines: bool, with_plain: bool = False
) -> list[PlatformLine]:
    """Return a line for each platform, the strongest first; ``with_plain`` takes the advocates' plain links in."""
    cells = (*_CELLS, _MACHINES) if by_machines else _CELLS
    known = {key: sums for key, sums in by_platform.items() if key or with_plain}
    ordered = sorted(known.items(), key=lambda pair: (-_strength(pair[1]), pair[0]))
    widest = max([1, *(_strength(sums) for sums in known.values())])
    return [
        PlatformLine(
            key=key,
            name=platform_name(key),
            cells=[
                (
                    label,
                    number_words(sums[metric]),
                    people(behind, platform=key or NO_PLATFORM) if sums[metric] > 0 else "",
                )
                for label, metric, behind in cells
            ],
            revenue=[
                (words, people(ChannelMetric.REVENUE, platform=key or NO_PLATFORM, currency=code))
                for code, words in sums.revenue_words
            ],
            width=f"{_strength(sums) * 100 / widest:.2f}",
        )
        for key, sums in ordered
    ]


def platform_name(key: str | None) -> str:
    """Return what a platform is called; without one, it is an advocate's plain link."""
    if not key:
        return "Plain link"
    return PLATFORMS[key].label if key in PLATFORMS else key


def _strength(sums: Sums) -> int:
    return max(sums[Metric.FRIEND_CLICKS], 0)
