"""What recording a click costs: processor time, the database's own included, in batches as the shipper cuts them."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, text

from app.clock import now
from app.domain.ids import new_id
from app.edge.redirect import Edge
from app.edge.resolver import Resolver
from app.flow.record_clicks import record_clicks
from app.store.base import open_engine, transactions
from app.store.link_reader import LinkReader
from tests.bench.many_links import HOST, fill, tracked_paths
from tests.bench.postgresql import postgresql
from tests.bench.processor import processor_s
from tests.walk.hub import PHONE
from workers import memory

_CLICKS = 40_000
_BATCH = 2_000


def run() -> Iterator[str]:
    """Yield the figures on both databases."""
    with tempfile.TemporaryDirectory() as folder:
        yield _measure("SQLite", f"sqlite:///{folder}/throughline.db")
    with postgresql() as database:
        yield _measure("PostgreSQL", database)


def _measure(name: str, database: str) -> str:
    fill(database, _CLICKS)
    engine = open_engine(database, ("a-secret-key-for-benchmarks-only",))
    lines = _lines(engine)
    batches = [lines[start : start + _BATCH] for start in range(0, _CLICKS, _BATCH)]
    transaction = transactions(engine)
    # As in the worker after its first job: all is loaded, and every statement is prepared.
    record_clicks(new_id(), batches.pop(), transaction=transaction, now=now())
    memory.settle()
    took, servers_s = [], _server_s(engine)
    for batch in batches:
        start = time.process_time()
        record_clicks(new_id(), batch, transaction=transaction, now=now())
        took.append((time.process_time() - start) / _BATCH * 1e6)
    server_us = (_server_s(engine) - servers_s) / (len(batches) * _BATCH) * 1e6
    engine.dispose()
    return (
        f"{name}: {statistics.median(took):.0f} µs a click in the worker (from {min(took):.0f} to {max(took):.0f}),"
        f" {server_us:.0f} in the server"
    )


def _lines(engine: Engine) -> list[str]:
    """Return what the edge writes down of one visit to each message's first link."""
    lines: list[str] = []

    class Kept:
        def append(self, line: bytes) -> None:
            lines.append(line.decode().rstrip("\n"))

    edge = Edge(Resolver(LinkReader(engine), port=8000), Kept())  # type: ignore[arg-type]  # All it needs of a journal.
    asked = {"REQUEST_METHOD": "GET", "HTTP_HOST": HOST, "HTTP_USER_AGENT": PHONE, "REMOTE_ADDR": "203.0.113.7"}
    for path in tracked_paths(_CLICKS):
        edge({**asked, "PATH_INFO": path}, lambda *_: None)
    return lines


def _server_s(engine: Engine) -> float:
    """Return what PostgreSQL's process behind our one connection has used; nothing for SQLite, which is in ours."""
    if engine.dialect.name == "sqlite" or not Path("/proc/self/stat").exists():
        return 0.0
    with engine.connect() as connection:
        return processor_s(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
