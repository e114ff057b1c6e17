"""What watches over the hub asks: is the process up, can it work, and how much waits."""

from collections.abc import Iterator
from datetime import timedelta

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from app.domain import counting
from app.domain.counting import quarter_of
from app.store.click_batches import last_recorded
from app.store.counters import totals_since
from app.store.domains import is_verified
from app.web.answers import json_response
from app.web.edge_metrics import EdgeFigures
from app.web.parts import parts

_CLOCKS_DIFFER_S = 60.0
"""Clocks that are kept in time differ by less."""

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Answer as long as the process does."""
    return json_response({"status": "ok"})


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Say of each part whether it works; 503 while one does not. A wrong clock is told of, but stops nothing."""
    states = _states()
    works = all(state == "ok" for part, state in states.items() if part != "clock")
    return json_response(states, 200 if works else 503)


@blueprint.get("/tls")
def tls() -> ResponseReturnValue:
    """Tell a proxy whether to get a certificate for ``?domain=``: 200 for a verified domain, else 404."""
    host = request.args.get("domain", "").lower().rstrip(".")
    with parts().reading() as session:
        known = is_verified(session, host)
    return json_response({"domain": host, "verified": known}, 200 if known else 404)


@blueprint.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Return gauges for Prometheus, taken now: any process may be asked, and all of them say the same."""
    registry = CollectorRegistry()
    registry.register(_Gauges())
    registry.register(EdgeFigures(parts().edge_figures))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _states() -> dict[str, str]:
    return {
        "database": parts().database_state() or "ok",
        "queue": "ok" if parts().queue.ping() else "Redis does not answer; a sweep of the database goes on without it.",
        "journal": parts().journal_state() or "ok",
        "clock": _clock_state(_clock_behind_s()),
    }


def _clock_behind_s() -> float:
    """Return how far this machine's clock is behind the last batch of clicks that any machine recorded, in seconds."""
    if parts().database_state():
        return 0.0
    with parts().reading() as session:
        last = last_recorded(session)
    return max(0.0, (last - parts().clock()).total_seconds()) if last else 0.0


def _clock_state(behind_s: float) -> str:
    if behind_s <= _CLOCKS_DIFFER_S:
        return "ok"
    return (
        f"It is {behind_s:.0f} s behind the last batch of clicks: it was set back, or another machine's runs ahead."
        " No click is lost or counted twice; their times are wrong till the clocks agree."
    )


_COUNTED = (
    counting.Metric.SENT,
    counting.Metric.DELIVERED,
    counting.Metric.FAILED,
    counting.Metric.UNTRACKED,
    counting.Metric.OPENED,
    counting.Metric.MACHINE_OPENS,
    counting.Metric.DOUBLE_TRACKED,
    counting.Metric.CLICKS,
    counting.Metric.MACHINE_CLICKS,
    counting.Metric.SHARES,
    counting.Metric.FRIEND_CLICKS,
    counting.Metric.FRIEND_MACHINE_CLICKS,
    counting.Metric.ORDERS,
)


class _Gauges(Collector):
    """Figures that are worked out when they are asked for."""

    def collect(self) -> Iterator[Metric]:
        """Yield which parts work, how many jobs wait, and what was counted of late."""
        up = GaugeMetricFamily("throughline_up", "1 while a part works.", labels=["part"])
        for part, state in _states().items():
            up.add_metric([part], state == "ok")
        yield up
        words = "By how much this machine's clock is behind the last batch of clicks that any machine recorded."
        yield GaugeMetricFamily("throughline_clock_behind_seconds", words, value=_clock_behind_s())
        waiting = GaugeMetricFamily("throughline_queue_jobs", "Jobs that wait for a worker.", labels=["queue"])
        for name, depth in parts().queue.depths().items():
            waiting.add_metric([name], depth)
        yield waiting
        counted = GaugeMetricFamily(
            "throughline_last_day", "What was counted in the last 24 hours, all accounts together.", labels=["what"]
        )
        if parts().database_state():
            return
        with parts().reading() as session:
            figures = totals_since(session, quarter_of(parts().clock() - timedelta(days=1)))
        for metric in _COUNTED:
            counted.add_metric([metric], figures.get(metric, 0))
        yield counted
