"""The pages of the people behind figures: each figure knows its own, whatever the page was narrowed down to."""

from collections.abc import Callable
from typing import Any

from flask import request, url_for

from app.domain.behind import ChannelMetric
from app.domain.calendar import Days
from app.domain.counting import Metric
from app.web.console.filters import NARROWING, WHEN

People = Callable[..., str]
"""Returns the address of the people behind a metric, perhaps of other ``days``, and narrowed further by keywords."""


def nobody(_metric: str, **_more: object) -> str:
    """Return no address: nobody stands behind a sample."""
    return ""


def people_behind(of: str, **always: str) -> People:
    """Return what leads to the people behind the figures of a report, ``messages`` or ``channels``."""

    def people(metric: str, *, days: Days | None = None, **more: str) -> str:
        # Friends' clicks are the channel report's clicks.
        name = ChannelMetric.CLICKS if metric == Metric.FRIEND_CLICKS else metric
        kept = NARROWING if days else (*WHEN, *NARROWING)
        when = {"from": days.first.isoformat(), "to": days.last.isoformat()} if days else {}
        asked = {name: request.args[name] for name in kept if request.args.get(name)}
        said: dict[str, Any] = {**asked, **when, **always, **more, "of": of, "metric": name}
        return url_for("console.people", **said)

    return people
