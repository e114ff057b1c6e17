"""The journal: a visit is on disk before it is answered.

One ``os.write`` appends each visit, or the visits of one moment, to a file of this process. A thread flushes it to the
disk at least every ``flush_interval_s`` and hands it over, so a kill loses nothing and a power cut at most that
interval. Files:

- ``*.new``: being made; never holds a line.
- ``*.open``: written by the process that holds its lock (flock); when that process is gone, so is the lock.
- ``*.log``: sealed, never written again; the shipper's to take and delete.
"""

import fcntl
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.domain.ids import new_id


@dataclass(frozen=True, slots=True)
class JournalState:
    """How the journal of this process does."""

    writable: bool
    error: str
    """What the system said to the last write that failed; empty when all is well."""
    held: int
    """Lines that wait in memory because the disk does not take them."""
    lost: int
    """Lines that had no place in memory either."""


class Journal:
    """This process's file, and the thread that flushes and seals it; both are made at the first write."""

    def __init__(
        self,
        directory: Path,
        *,
        flush_interval_s: float = 0.1,
        seal_after_s: float = 0.5,
        seal_bytes: int = 4 * 1024 * 1024,
        held_bytes: int = 64 * 1024 * 1024,
        monotonic: Callable[[], float] = time.monotonic,
        beat: Callable[[JournalState], None] | None = None,
    ) -> None:
        """Make nothing yet; ``beat`` is called at every flush."""
        self._beat = beat
        self._directory = directory
        self._flush_interval_s = flush_interval_s
        self._seal_after_s = seal_after_s
        self._seal_bytes = seal_bytes
        self._held_bytes = held_bytes
        self._monotonic = monotonic
        self._begin()
        journal = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _begin_again(journal))

    def _begin(self) -> None:
        """Start with no file: in a new process the parent's file, lock and lines stay the parent's."""
        self._lock = threading.Lock()
        self._file = -1
        self._path = Path()
        self._size = 0
        self._opened_at = 0.0
        self._held: deque[bytes] = deque()
        self._held_size = 0
        self._lost = 0
        self._error = ""
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()

    def append(self, line: bytes) -> None:
        """Write one line or several, newlines included; it never raises: what the disk refuses waits in memory."""
        with self._lock:
            if self._file < 0 or self._held:
                self._append_slowly(line)
                return
            try:
                written = os.write(self._file, line)
            except OSError as error:
                self._refused(line, error)
                return
            self._size += written
            if written != len(line):
                self._complete(line, written)

    def state(self) -> JournalState:
        """Return how it does, for ``/readyz`` and the metrics."""
        with self._lock:
            return JournalState(not self._error, self._error, len(self._held), self._lost)

    def close(self) -> None:
        """Seal what there is; the journal may be written to again afterwards."""
        thread = self._thread
        if thread is not None:
            self._closing.set()
            thread.join()
        with self._lock:
            self._thread = None
            self._closing = threading.Event()
        # Twice, for sealing may find that a file is gone and its lines have to be written again.
        for _ in range(2):
            with self._lock:
                self._write_held()
            self._seal()

    def _append_slowly(self, line: bytes) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
            self._thread.start()
        if self._file < 0 and not self._held:
            self._open()
            if self._file >= 0:
                self._write_whole(line)
                return
        self._hold(line)

    def _open(self) -> None:
        made = self._directory / f"{new_id()}.new"
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            file = os.open(made, os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_RDWR, 0o600)
        except OSError as error:
            self._error = _words(error)
            return
        try:
            # Locked before it gets the name under which a shipper looks for files that nobody holds.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path = made.rename(made.with_suffix(".open"))
        except OSError as error:
            os.close(file)
            self._error = _words(error)
            return
        self._file, self._path, self._size, self._opened_at = file, path, 0, self._monotonic()

    def _write_whole(self, line: bytes) -> bool:
        try:
            written = os.write(self._file, line)
        except OSError as error:
            self._refused(line, error)
            return False
        self._size += written
        return written == len(line) or self._complete(line, written)

    def _complete(self, line: bytes, written: int) -> bool:
        """Write the rest of a line that the disk took in part, or take its beginning back."""
        start = self._size - written
        try:
            while written < len(line):
                more = os.write(self._file, line[written:])
                written += more
                self._size += more
        except OSError as error:
            os.ftruncate(self._file, start)
            self._size = start
            self._refused(line, error)
            return False
        return True

    def _refused(self, line: bytes, error: OSError) -> None:
        self._error = _words(error)
        self._hold(line)

    def _hold(self, lines: bytes) -> None:
        for line in lines.splitlines(keepends=True):
            self._hold_one(line)

    def _hold_one(self, line: bytes) -> None:
        if self._held_size + len(line) > self._held_bytes:
            self._lost += 1
            return
        self._held.append(line)
        self._held_size += len(line)

    def _write_held(self) -> None:
        """Try again what waits in memory, oldest first; all of it, or up to the first refusal."""
        while self._held:
            if self._file < 0:
                self._open()
            line = self._held.popleft()
            self._held_size -= len(line)
            waiting = len(self._held)
            if self._file < 0:
                self._held.appendleft(line)
                self._held_size += len(line)
                return
            if not self._write_whole(line):
                self._held.rotate(len(self._held) - waiting)
                return
        self._error = ""

    def _run(self) -> None:
        closing = self._closing
        while not closing.wait(self._flush_interval_s):
            self._flush()
            if self._beat:
                self._beat(self.state())

    def _flush(self) -> None:
        with self._lock:
            self._write_held()
            file, size = self._file, self._size
            due = size >= self._seal_bytes or self._monotonic() - self._opened_at >= self._seal_after_s
        if file < 0 or not size:
            return
        if due:
            self._seal()
        else:
            self._sync(file)

    def _sync(self, file: int) -> None:
        # Outside the lock: only this thread closes the file, and the visitors go on writing meanwhile.
        try:
            os.fsync(file)
        except OSError as error:
            self._error = _words(error)

    def _seal(self) -> None:
        with self._lock:
            file, path, size, self._file = self._file, self._path, self._size, -1
        if file < 0:
            return
        self._sync(file)
        try:
            if size:
                path.rename(path.with_suffix(".log"))
            else:
                path.unlink()
        except OSError as error:
            self._rescue(file, size, error)
        os.close(file)

    def _rescue(self, file: int, size: int, error: OSError) -> None:
        """Take the lines of a file that cannot be handed over back into memory: its folder may be gone."""
        if not isinstance(error, FileNotFoundError):
            # It keeps its name; the lock goes with the descriptor, so the shipper finds it.
            self._error = _words(error)
            return
        lines = os.pread(file, size, 0).splitlines(keepends=True)
        with self._lock:
            for line in lines:
                self._hold_one(line)


def _begin_again(journal: weakref.ref[Journal]) -> None:
    inherited = journal()
    if inherited is None:
        return
    file = inherited._file  # noqa: SLF001 - the same module; a child must not keep the parent's lock alive
    inherited._begin()  # noqa: SLF001 - as above
    if file >= 0:
        os.close(file)


def _words(error: OSError) -> str:
    return error.strerror or str(error)
