"""What Prometheus learns of redirects and journal: all processes of this machine together, whichever is asked."""

from collections.abc import Callable, Iterator
from itertools import permutations

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from app.domain.visit import LinkKind, Verdict
from app.edge.figures import Backlog, HubFigures

_MISSES = ("unknown", "unavailable")


class EdgeFigures(Collector):
    """Figures that are read when they are asked for; none where there is no edge on this machine."""

    def __init__(self, figures: Callable[[], tuple[HubFigures, Backlog]] | None) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Yield redirects, verdicts, batches and the journal's lag."""
        if self._figures is None:
            return
        hub, backlog = self._figures()
        redirects = CounterMetricFamily(
            "throughline_redirects", "Links that were followed, and how it went.", labels=["kind", "result"]
        )
        for kind in LinkKind:
            redirects.add_metric([kind.value, "redirected"], hub.counts.get(f"{kind.value} redirected", 0))
        for miss in _MISSES:
            redirects.add_metric(["none", miss], hub.counts.get(f"none {miss}", 0))
        yield redirects
        yield from _verdicts(hub)
        yield SummaryMetricFamily(
            "throughline_batch_seconds",
            "How long batches of clicks took to store.",
            count_value=int(hub.counts.get("batches", 0)),
            sum_value=hub.counts.get("batch seconds", 0.0),
        )
        yield from _journal(hub, backlog)


def _verdicts(hub: HubFigures) -> Iterator[Metric]:
    for name, counted, words in (
        ("visits", "visits", "Visits in recorded batches, as the edge judged them."),
        ("visits_recorded", "recorded", "Visits as they were stored, judged in the company they came in."),
    ):
        visits = CounterMetricFamily(f"throughline_{name}", words, labels=["verdict"])
        for verdict in Verdict:
            visits.add_metric([verdict.value], hub.counts.get(f"{counted} {verdict.value}", 0))
        yield visits
    revised = CounterMetricFamily(
        "throughline_verdicts_revised",
        "Verdicts on stored visits that were revised in the light of later batches.",
        labels=["old", "new"],
    )
    for old, new in permutations(Verdict, 2):
        if number := hub.counts.get(f"revised {old.value} {new.value}", 0):
            revised.add_metric([old.value, new.value], number)
    yield revised


def _journal(hub: HubFigures, backlog: Backlog) -> Iterator[Metric]:
    for name, words, value in (
        ("clicks", "Clicks on disk that the database is not known to have.", backlog.clicks),
        ("oldest_seconds", "How long ago the oldest file of such clicks was begun.", backlog.oldest_s),
        ("held_clicks", "Clicks that wait in memory because the disk does not take them.", hub.held),
        ("damaged_files", "Half-written lines that were set aside.", backlog.damaged),
    ):
        yield GaugeMetricFamily(f"throughline_journal_{name}", words, value=value)
    yield CounterMetricFamily(
        "throughline_journal_lost_clicks", "Clicks that neither disk nor memory had a place for.", value=hub.lost
    )
