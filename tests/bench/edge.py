"""Redirects by the hub's web server: cached, with every id new, and beside what one would otherwise serve."""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.bench.load import DEPTH, Slice, blocks, slice_of
from tests.bench.many_links import HOST, fill, tracked_paths
from tests.bench.postgresql import postgresql
from tests.bench.server import THREADS, Server

_LINKS = 50_000
_ROUNDS = 9
_SLICE_S = 0.4
_NEW, _BARE, _SELECT = "every id new", "bare", "bare and a SELECT"
_PAIRS = (
    ("cached", _BARE, "at least 0.6"),
    (_NEW, _BARE, "at least 0.35"),
    (_SELECT, _BARE, "what looking each id up by itself would leave, with nothing kept"),
    ("cached", "constant Flask route", "at least 3"),
    ("cached", "Flask, ORM and INSERT", "at least 10"),
)


def run() -> Iterator[str]:
    """Yield the ratios on both databases: of slices that stand side by side, so that both meet the same moment."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/throughline.db"
        yield from _compare("SQLite", Path(folder), database, f"sqlite:///{folder}/plain.db")
    with postgresql() as database, tempfile.TemporaryDirectory() as folder:
        yield from _compare(
            "PostgreSQL", Path(folder), database, database.replace("postgresql:", "postgresql+psycopg:")
        )


def _compare(name: str, folder: Path, database: str, plain: str) -> Iterator[str]:
    fill(database, _LINKS)
    surroundings = {"DATABASE_URL": database, "PLAIN_DATABASE": plain}
    # More than the edge remembers lie between two visits of the same link.
    new = blocks(tracked_paths(_LINKS), HOST)
    one = blocks(["/-tAAAAAAAAAAA0"] * 64, HOST)
    with ExitStack() as stack:

        def server(target: str) -> Server:
            return stack.enter_context(Server(f"tests.bench.served:{target}", folder, **surroundings))

        edge = server("edge")
        turns = {
            "cached": (edge, blocks(["/-t000000000000"] * 64, HOST), DEPTH),
            _NEW: (edge, new, DEPTH),
            _BARE: (server("bare"), one, DEPTH),
            _SELECT: (server("selecting"), new, DEPTH),
            "constant Flask route": (server("flask"), one, DEPTH),
            # One at a time: waiting behind seven others, a request would outlive the server's patience.
            "Flask, ORM and INSERT": (server("stored"), blocks(["/-tAAAAAAAAAAA0"] * 64, HOST, depth=1), 1),
        }
        for turn in turns.values():
            slice_of(*turn, _SLICE_S)
        slices: dict[str, list[Slice]] = {what: [] for what in turns}
        shares: dict[tuple[str, str], list[float]] = {(ours, theirs): [] for ours, theirs, _ in _PAIRS}
        for number in range(_ROUNDS):
            for pair, found in shares.items():
                for what in pair if number % 2 else reversed(pair):
                    slices[what].append(slice_of(*turns[what], _SLICE_S))
                found.append(slices[pair[0]][-1].per_second / slices[pair[1]][-1].per_second)
    yield f"{name}, a process with {THREADS} thread, medians; µs are the server's processor time for a redirect"
    yield "  " + ", ".join(
        f"{what} {statistics.median(found.per_second for found in of):,.0f}/s"
        f" {statistics.median(found.cpu_us for found in of):.0f} µs"
        for what, of in slices.items()
    )
    for ours, theirs, wanted in _PAIRS:
        yield f"  {ours} ÷ {theirs} = {statistics.median(shares[ours, theirs]):.2f} ({wanted})"
