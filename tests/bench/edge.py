"""Redirects by the hub's web server: cached, with every id new, and beside what one would otherwise serve."""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.bench.load import DEPTH, blocks, throughput
from tests.bench.many_links import HOST, fill, tracked_paths
from tests.bench.postgresql import postgresql
from tests.bench.server import THREADS, Server

_LINKS = 50_000
_ROUNDS = 5
_SLICE_S = 1.0


def run() -> Iterator[str]:
    """Yield the ratios, measured in turns of a second, on both databases."""
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
    one = ["/-tAAAAAAAAAAA0"] * 64
    cached = ["/-t000000000000"] * 64
    with ExitStack() as stack:

        def port(target: str) -> int:
            return stack.enter_context(Server(f"tests.bench.served:{target}", folder, **surroundings)).port

        edge, bare, selecting, flask, stored = map(port, ("edge", "bare", "selecting", "flask", "stored"))
        turns = {
            "cached": (edge, blocks(cached, HOST), DEPTH),
            "bare": (bare, blocks(one, HOST), DEPTH),
            "every id new": (edge, new, DEPTH),
            "bare and a SELECT": (selecting, new, DEPTH),
            "constant Flask route": (flask, blocks(one, HOST), DEPTH),
            # One at a time: waiting behind seven others, a request would outlive the server's patience.
            "Flask, ORM and INSERT": (stored, blocks(one, HOST, depth=1), 1),
        }
        for supply in turns.values():
            throughput(*supply, _SLICE_S / 2)
        rounds = []
        for number in range(_ROUNDS):
            # The bare callable stands between ours, so that both of a pair meet the same moment.
            order = list(turns) if number % 2 else list(reversed(turns))
            rounds.append({what: throughput(*turns[what], _SLICE_S) for what in order})
    yield f"{name}, one process with {THREADS} threads, medians of {_ROUNDS}"
    medians = {what: statistics.median(turn[what] for turn in rounds) for what in turns}
    yield "  " + ", ".join(f"{what} {median:,.0f}/s" for what, median in medians.items())
    for ours, theirs, least in (
        ("cached", "bare", 0.6),
        ("every id new", "bare", 0.35),
        ("cached", "constant Flask route", 3),
        ("cached", "Flask, ORM and INSERT", 10),
    ):
        share = statistics.median(turn[ours] / turn[theirs] for turn in rounds)
        yield f"  {ours} ÷ {theirs} = {share:.2f} (at least {least})"
    possible = statistics.median(turn["bare and a SELECT"] / turn["bare"] for turn in rounds)
    yield f"  bare and a SELECT ÷ bare = {possible:.2f}: what looking each id up by itself would leave, nothing kept"
