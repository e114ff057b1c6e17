"""A whole hub under load: clicks stored while redirecting, how long the slowest wait, and what memory each takes."""

import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests
from sqlalchemy import create_engine, text

from app.edge.figures import backlog
from tests.bench.load import Load, blocks, p99
from tests.bench.many_links import HOST, fill, tracked_paths
from tests.bench.postgresql import postgresql
from tests.bench.processor import processor_s
from tests.bench.server import THREADS, Server
from tests.faults.test_kill import family
from tests.walk.hub import Caller, Hub

_LINKS = 40_000
_SOAK_S = float(os.environ.get("BENCH_SECONDS", "60"))
_PACE = 5_000
_PACED_S = 15
_SLICE_S = 2.0
_ROUNDS = 5


def run() -> Iterator[str]:
    """Yield the figures on both databases."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _measure("SQLite", Path(folder) / "data", f"sqlite:///{folder}/throughline.db")
    with postgresql() as database, tempfile.TemporaryDirectory() as folder:
        yield from _measure("PostgreSQL", Path(folder) / "data", database)


def _measure(name: str, folder: Path, database: str) -> Iterator[str]:
    fill(database, _LINKS)
    with Hub(folder, DATABASE_URL=database) as hub, Server("wsgi:edge", folder, DATABASE_URL=database) as edge:
        yield f"{name}: an edge process that serves with {THREADS} thread, and the whole hub beside it"
        workers = [pid for pid, command in family(hub.process.pid).items() if "worker clicks" in command]
        edges = [*family(edge.process.pid)]
        yield from _soak(edge.port, folder, database, edges=edges, workers=workers)
        yield _paced(edge.port, folder, edges=edges, workers=workers)
        yield from _slowest(edge.port, hub.account("Other", "other.shop.example"))
        yield from _memory({**family(hub.process.pid), edge.process.pid: "edge", **family(edge.process.pid)})


def _stored(database: str) -> int:
    engine = create_engine(database)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT count(*) FROM clicks")).scalar_one()
    engine.dispose()
    return int(found)


def _soak(port: int, folder: Path, database: str, *, edges: Sequence[int], workers: Sequence[int]) -> Iterator[str]:
    """Redirect for a minute; a second process looks at the journal meanwhile."""
    supply = blocks(tracked_paths(_LINKS), HOST, depth=1)
    before = _stored(database)
    lags: list[float] = []
    answered, passed = 0, 0.0
    edges_s, workers_s = sum(map(processor_s, edges)), sum(map(processor_s, workers))
    with Load(port) as load:
        while passed < _SOAK_S:
            found, took = load.count(supply, 1.0, depth=1)
            answered, passed = answered + found, passed + took
            lags.append(backlog(folder / "journal", time.time()).oldest_s)
        at_the_end = _stored(database) - before
        odd = load.odd
    edges_s = sum(map(processor_s, edges)) - edges_s
    deadline = time.monotonic() + 120
    while (stored := _stored(database) - before) < answered and time.monotonic() < deadline:
        time.sleep(0.1)
    yield f"  {answered / passed:,.0f} redirects/s for {passed:.0f} s ({odd} odd), every id new"
    yield f"  {at_the_end / passed:,.0f} clicks stored/s = {at_the_end / answered:.2f} of the redirects (at least 0.8)"
    yield f"  lag: median {statistics.median(lags):.1f} s, longest {max(lags):.1f} s (under 2)"
    workers_s = sum(map(processor_s, workers)) - workers_s
    yield (
        f"  processor time: {edges_s / answered * 1e6:.0f} µs a redirect in the edge, {workers_s / stored * 1e6:.0f} µs"
        f" a click in its workers; the machine's load was {os.getloadavg()[0]:.1f}"
    )
    yield f"  in the end {answered:,} redirects answered, {stored:,} clicks stored: {stored - answered} differ"


def _paced(port: int, folder: Path, *, edges: Sequence[int], workers: Sequence[int]) -> str:
    """Return how it does where nothing is short: so many redirects a second and no more."""
    supply = blocks(tracked_paths(_LINKS), HOST, depth=1)
    lags, slowest = [], []
    edges_s, workers_s, start = sum(map(processor_s, edges)), sum(map(processor_s, workers)), time.monotonic()
    with Load(port) as load:
        for _ in range(_PACED_S):
            slowest.append(p99(load.paced(supply, _PACE, 1.0)))
            lags.append(backlog(folder / "journal", time.time()).oldest_s)
    passed = time.monotonic() - start
    edges_s, workers_s = sum(map(processor_s, edges)) - edges_s, sum(map(processor_s, workers)) - workers_s
    return (
        f"  at {_PACE * _PACED_S / passed:,.0f} redirects/s: lag median {statistics.median(lags):.1f} s, longest"
        f" {max(lags):.1f} s; p99 {statistics.median(slowest):.1f} ms; of one processor the edge takes"
        f" {edges_s / passed:.0%}, the clicks' workers {workers_s / passed:.0%}"
    )


def _ask_for_slow_pages(url: str, api_key: str) -> None:
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {api_key}"
        while True:
            session.get(f"{url}/api/v1/openapi.json", timeout=20)
            session.get(f"{url}/api/v1/reports/visitors?limit=1000", timeout=20)


@contextmanager
def _slow_pages(caller: Caller) -> Iterator[None]:
    key = str(caller.session.headers["Authorization"]).removeprefix("Bearer ")
    process = multiprocessing.get_context("spawn").Process(target=_ask_for_slow_pages, args=(caller.hub.url, key))
    process.start()
    time.sleep(1.0)
    yield
    process.terminate()
    process.join()


def _slowest(port: int, caller: Caller) -> Iterator[str]:
    """Compare the 99th percentile alone with that beside somebody who asks the web for one slow page after another."""
    supply = blocks(["/-t000000000000"] * 64, HOST, depth=1)

    def slice_ms() -> float:
        with Load(port) as load:
            return p99(load.latencies(supply, _SLICE_S))

    alone, beside = [], []
    for _ in range(_ROUNDS):
        alone.append(slice_ms())
        with _slow_pages(caller):
            beside.append(slice_ms())
    share = statistics.median(one / other for one, other in zip(beside, alone, strict=True))
    yield f"  p99 at 64 connections, workers running: {statistics.median(alone):.1f} ms"
    yield f"  beside slow pages of the web: {statistics.median(beside):.1f} ms = {share:.2f} times (at most 2.5)"


def _memory(processes: dict[int, str]) -> Iterator[str]:
    for pid, command in processes.items():
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        kilobytes = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)
        words = command.split("app.cli ")[-1].split("/")[-1]
        yield f"  {kilobytes / 1024:5.0f} MB  {words[:60]}"
