"""What the processes of a hub count, in one small file each: at next to no cost for a visitor, and summed when asked.

A file is locked by the process that writes it. One that is gone leaves its file to the next that starts, which goes on
from its figures: the sums never fall, and there are no more files than there were processes at once.
"""

import fcntl
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import orjson

from app.domain.ids import new_id
from app.domain.visit import Verdict
from app.edge.journal import JournalState

_BYTES = 8_192
"""A file always has this size, so that a full disk cannot take it away and a reader never sees half of it."""


class Ticker:
    """Counts calls; ``next`` of a ``count`` is one step that no other thread can come between."""

    __slots__ = ("_count", "_read", "tick")

    def __init__(self, start: int = 0) -> None:
        self._count = count(start)
        self._read = 0
        self.tick: Callable[[], int] = self._count.__next__

    def value(self) -> int:
        """Return how often it ticked; asking is a tick, too, and is taken off again. For one thread at a time."""
        self._read += 1
        return next(self._count) - self._read + 1


class Figures:
    """This process's figures; without a folder they are kept for nobody."""

    def __init__(
        self, directory: Path | None = None, *, every_s: float = 1.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._directory = directory
        self._every_s = every_s
        self._monotonic = monotonic
        self._due = 0.0
        self._file = -1
        self._lock = threading.Lock()
        self._tickers: dict[str, Ticker] = {}
        self._sums: Counter[str] = Counter()
        self._journal: JournalState | None = None

    def ticker(self, name: str) -> Ticker:
        """Return what counts ``name`` one by one."""
        return self._tickers.setdefault(name, Ticker())

    def add(self, amounts: Mapping[str, float]) -> None:
        """Count what comes in larger numbers."""
        with self._lock:
            self._sums.update(amounts)

    def write(self, journal: JournalState | None = None, *, at_once: bool = False) -> None:
        """Write the figures down, ``at_once`` or if that was not done lately; a disk that refuses is left alone.

        Without ``journal`` what was last said of it stands: whoever asks a page must not hide how it does.
        """
        self._journal = journal or self._journal
        if self._directory is None or not (at_once or self._monotonic() >= self._due):
            return
        if not self._lock.acquire(blocking=at_once):
            return
        try:
            self._due = self._monotonic() + self._every_s
            self._write(self._directory, self._journal)
        except OSError:
            self._close()
        finally:
            self._lock.release()

    def _write(self, directory: Path, journal: JournalState | None) -> None:
        if self._file < 0:
            self._take_file(directory)
        counts = dict(self._sums)
        for name, ticker in self._tickers.items():
            counts[name] = counts.get(name, 0) + ticker.value()
        state = {"error": journal.error, "held": journal.held, "lost": journal.lost} if journal else {}
        os.pwrite(self._file, orjson.dumps({"counts": counts, "journal": state}).ljust(_BYTES), 0)

    def _take_file(self, directory: Path) -> None:
        """Go on with the file of a process that is gone, or make one."""
        directory.mkdir(parents=True, exist_ok=True)
        for path in [*sorted(directory.glob("*.json")), directory / f"{new_id()}.json"]:
            file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                continue
            self._file = file
            self._sums.update(_read(file).get("counts", {}))
            return

    def _close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


@dataclass(frozen=True, slots=True)
class HubFigures:
    """The figures of all processes on this machine together."""

    counts: Mapping[str, float]
    held: int
    """Clicks that wait in the memory of living processes, because their disk does not take them."""
    lost: int
    errors: tuple[str, ...]
    """What the disk says to living processes."""


def sum_up(directory: Path) -> HubFigures:
    """Return what all processes have counted; files that cannot be read are left out."""
    counts: Counter[str] = Counter()
    held = lost = 0
    errors = set()
    for path in directory.glob("*.json"):
        try:
            file = os.open(path, os.O_RDONLY)
        except OSError:
            continue
        try:
            said = _read(file)
            counts.update(said.get("counts", {}))
            journal = said.get("journal", {})
            lost += journal.get("lost", 0)
            if _is_held(file):
                held += journal.get("held", 0)
                errors |= {journal["error"]} if journal.get("error") else set()
        finally:
            os.close(file)
    return HubFigures(counts, held, lost, tuple(sorted(errors)))


def _read(file: int) -> dict[str, Any]:
    try:
        found = orjson.loads(os.pread(file, _BYTES, 0))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_held(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def batch_figures(
    lines: Iterable[str],
    took_s: float,
    recorded: Mapping[Verdict, int],
    revised: Mapping[tuple[Verdict, Verdict], int],
) -> dict[str, float]:
    """Return what a worker counts of a batch of the journal that it stored.

    Args:
        lines: the batch, with the verdicts of the edge.
        took_s: how long it took to store.
        recorded: the verdicts with which its visits were stored, those that were new.
        revised: how many earlier verdicts it revised, by the old and the new one.
    """
    # Nowhere else in a line: inside a text its quotation marks would have backslashes before them.
    whole = "\n".join(lines)
    found = {verdict: number for verdict in Verdict if (number := whole.count(f'"verdict":"{verdict.value}"'))}
    return {
        "batches": 1,
        "batch seconds": took_s,
        **{f"visits {verdict}": number for verdict, number in found.items()},
        **{f"recorded {verdict}": number for verdict, number in recorded.items()},
        **{f"revised {old} {new}": number for (old, new), number in revised.items()},
    }


@dataclass(frozen=True, slots=True)
class Backlog:
    """What lies in a journal's folder and is not known to be in the database."""

    clicks: int
    oldest_s: float
    """How long ago the oldest file was begun; 0 when there is none."""
    damaged: int
    """Files of half-written lines that were set aside."""


def backlog(directory: Path, now_s: float) -> Backlog:
    """Return what waits in a journal.

    Args:
        directory: the journal's.
        now_s: the time, in seconds since 1970; a file's name tells when it was begun.
    """
    waiting = [*directory.glob("*.log"), *directory.glob("*.open")]
    begun = [int(path.stem.replace("-", "")[:12], 16) / 1000 for path in waiting if _is_ours(path)]
    oldest_s = max(0.0, now_s - min(begun)) if begun else 0.0
    return Backlog(_lines(waiting), oldest_s, sum(1 for _ in directory.glob("*.damaged")))


def _is_ours(path: Path) -> bool:
    digits = path.stem.replace("-", "")
    return len(digits) == 32 and all(digit in "0123456789abcdef" for digit in digits)


def _lines(paths: Iterable[Path]) -> int:
    lines = 0
    for path in paths:
        try:
            with path.open("rb") as file:
                while piece := file.read(1 << 20):
                    lines += piece.count(b"\n")
        except OSError:
            continue  # It was shipped this very moment.
    return lines
