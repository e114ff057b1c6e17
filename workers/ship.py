"""From the journal to the queue, again and again until the database has it; only then is a file deleted.

Nothing is remembered that the folder and the database do not say: a shipper that was killed is followed by one that
cuts the same files into the same batches, under the same ids, so whatever is handed over twice is recorded once.
"""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from app.domain.visit import Visit

Record = Callable[[str, list[str]], None]
"""Hands one batch over: (batch id, lines without their newlines)."""
Recorded = Callable[[Sequence[str]], set[str]]
"""Tells which of these batches the database has."""

_BATCH_LINES = 2_000
_IN_FLIGHT = 64
"""So many batches may be under way; more would only fill the queue's memory."""
_FIRST_WAIT_S = 10.0
_LONGEST_WAIT_S = 60.0
# What an outage of Redis or the database raises; anything else is a mistake of ours and must be seen.
_OUTAGES = (OSError, RedisError, SQLAlchemyError)

_log = structlog.get_logger()


@dataclass(slots=True)
class _Batch:
    """A piece of a sealed file."""

    id: str
    offset: int
    size: int
    """Both in bytes."""
    next_at: float = 0.0
    """When it is handed over (again); seconds, monotonic."""
    wait_s: float = _FIRST_WAIT_S


@dataclass(slots=True)
class _File:
    path: Path
    batches: list[_Batch]
    """Those that are not known to be recorded."""


@dataclass(slots=True)
class ShipperState:
    """How the shipper does, for ``/readyz`` and the metrics."""

    is_shipping: bool = False
    """False while another shipper has the folder."""
    files: int = 0
    waiting_bytes: int = 0
    error: str = ""
    damaged: int = field(default=0)
    """Half-written lines that were set aside in ``*.damaged`` files."""


class Shipper:
    """Ships one folder; a second one on the same folder waits until the first is gone."""

    def __init__(
        self,
        directory: Path,
        record: Record,
        recorded: Recorded,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._directory = directory
        self._record = record
        self._recorded = recorded
        self._monotonic = monotonic
        self._lock = -1
        self._files: dict[str, _File] = {}
        self.state = ShipperState()

    def run(self, stop: threading.Event, every_s: float = 0.2) -> None:
        """Ship until ``stop`` is set."""
        while not stop.is_set():
            self.run_once()
            stop.wait(every_s)
        self.close()

    def run_once(self) -> int:
        """Do one round and return how many files are left; an outage ends the round and is told in ``state``."""
        try:
            self.state.is_shipping = self._own_folder()
            if self.state.is_shipping:
                self._seal_abandoned()
                self._take_up()
                self._settle()
                self._hand_over()
            self.state.error = ""
        except _OUTAGES as error:
            if not self.state.error:
                _log.warning("journal_not_shipped", reason=type(error).__name__)
            self.state.error = f"{type(error).__name__}: {error}"
        return self._look_around()

    def hindrance(self) -> str:
        """Return what keeps the rest from being shipped and will not end by itself; empty when nothing does."""
        if self.state.error:
            return ""
        if not self.state.is_shipping:
            return "another shipper, of a running hub perhaps, has this folder"
        return "" if any(self._directory.glob("*.log")) else "a living process still writes to them"

    def close(self) -> None:
        """Let another shipper have the folder."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
        self._files.clear()

    def _own_folder(self) -> bool:
        if self._lock >= 0:
            return True
        self._directory.mkdir(parents=True, exist_ok=True)
        lock = os.open(self._directory / ".shipper", os.O_CREAT | os.O_RDWR, 0o600)
        if not _locked(lock):
            os.close(lock)
            return False
        self._lock = lock
        return True

    def _seal_abandoned(self) -> None:
        """Seal the files of processes that are gone: nobody holds their lock any more."""
        for path in sorted(self._directory.glob("*.open")):
            try:
                file = os.open(path, os.O_RDWR)
            except FileNotFoundError:
                continue  # Its process sealed it this very moment.
            try:
                if _locked(file) and path.exists():
                    self._seal(file, path)
            finally:
                os.close(file)
        for path in self._directory.glob("*.new"):
            # Its process died, or it is just being made: then it finds it gone and makes another.
            path.unlink(missing_ok=True)

    def _seal(self, file: int, path: Path) -> None:
        size = os.fstat(file).st_size
        tail = _last_line(file, size)
        if tail and _is_visit(tail):
            # The newline alone was missing.
            os.lseek(file, 0, os.SEEK_END)
            os.write(file, b"\n")
        elif tail:
            self._set_aside(tail, path)
            size -= len(tail)
            os.ftruncate(file, size)
        os.fsync(file)
        if size:
            path.rename(path.with_suffix(".log"))
        else:
            path.unlink()

    def _set_aside(self, tail: bytes, path: Path) -> None:
        with path.with_suffix(".damaged").open("wb") as damaged:
            damaged.write(tail)
            damaged.flush()
            os.fsync(damaged.fileno())
        self.state.damaged += 1
        _log.warning("journal_line_damaged", file=path.name, bytes=len(tail))

    def _take_up(self) -> None:
        """Cut sealed files into batches, oldest first, while there is room under way."""
        under_way = sum(len(file.batches) for file in self._files.values())
        for path in sorted(self._directory.glob("*.log")):
            if under_way >= _IN_FLIGHT:
                return
            if path.stem not in self._files:
                taken = self._files[path.stem] = _File(path, _cut(path))
                under_way += len(taken.batches)

    def _settle(self) -> None:
        """Forget the batches that the database has, and delete the files that have none left."""
        ids = [batch.id for file in self._files.values() for batch in file.batches]
        known: set[str] = set()
        for start in range(0, len(ids), 500):
            known |= self._recorded(ids[start : start + 500])
        for stem, file in list(self._files.items()):
            file.batches = [batch for batch in file.batches if batch.id not in known]
            if not file.batches:
                file.path.unlink(missing_ok=True)
                del self._files[stem]

    def _hand_over(self) -> None:
        handed = 0
        for stem, file in list(self._files.items()):
            for batch in file.batches:
                now = self._monotonic()
                if batch.next_at > now:
                    continue
                if handed >= _IN_FLIGHT:
                    return
                try:
                    lines = _read(file.path, batch)
                except FileNotFoundError:
                    # Somebody moved the file away; whoever puts it back finds it taken up anew.
                    del self._files[stem]
                    break
                self._record(batch.id, lines)
                handed += 1
                batch.next_at, batch.wait_s = now + batch.wait_s, min(batch.wait_s * 2, _LONGEST_WAIT_S)

    def _look_around(self) -> int:
        sizes = []
        for path in [*self._directory.glob("*.log"), *self._directory.glob("*.open")]:
            try:
                sizes.append(path.stat().st_size)
            except FileNotFoundError:
                continue
        self.state.files, self.state.waiting_bytes = len(sizes), sum(sizes)
        return len(sizes)


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _last_line(file: int, size: int) -> bytes:
    """Return what stands behind the last newline."""
    start = size
    tail = b""
    while start and b"\n" not in tail:
        step = min(65_536, start)
        start -= step
        tail = os.pread(file, step, start) + tail
    return tail[tail.rfind(b"\n") + 1 :]


def _is_visit(line: bytes) -> bool:
    try:
        Visit.from_line(line)
    except ValueError:
        return False
    return True


def _cut(path: Path) -> list[_Batch]:
    """Return the batches of a sealed file; the same file is always cut the same way."""
    batches: list[_Batch] = []
    offset = 0
    with path.open("rb") as file:
        while size := sum(map(len, islice(file, _BATCH_LINES))):
            # Another version may cut it otherwise: what it recorded under its names must not pass for ours.
            batches.append(_Batch(f"{path.stem}-{_BATCH_LINES}-{len(batches)}", offset, size))
            offset += size
    return batches


def _read(path: Path, batch: _Batch) -> list[str]:
    with path.open("rb") as file:
        file.seek(batch.offset)
        lines = file.read(batch.size).decode(errors="replace")
    # Not splitlines(): a user agent may hold one of Unicode's other line ends.
    return lines.removesuffix("\n").split("\n")
