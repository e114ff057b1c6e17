"""Everything in one foreground process: it starts the children, starts again what ends, and stops them in order."""

import contextlib
import fcntl
import http.client
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import IO

from config.settings import Settings
from workers import preparing, valkey
from workers.family import Child, Family
from workers.port import PortTakenError, ensure_port_free

_READY_S = 120.0
_SAME_CTRL_C_S = 0.5
_VALKEY = "valkey"
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - compared with, never bound to.


class StartError(Exception):
    """The hub cannot start; the message is one clear line."""


def children(settings: Settings) -> tuple[Child, ...]:
    """Return what makes up the hub: the web, a worker or more for each kind of work, the shipper and the schedule."""
    sends = [_worker(f"sends-{number}", "sends") for number in range(1, settings.send_workers + 1)]
    # While one waits for the server, the other reads its batch; SQLite has one writer at a time and no server.
    recorders = ("clicks",) if settings.database_url.startswith("sqlite") else ("clicks-1", "clicks-2")
    return (
        Child("web", _throughline("web", "--with-edge"), stop_order=1, grace_s=10.0),
        *sends,
        *(_worker(name, "clicks") for name in recorders),
        _worker("outcomes", "outcomes"),
        _worker("webhooks", "webhooks"),
        Child("ship", _throughline("ship"), stop_order=3, grace_s=5.0),
        Child("schedule", _throughline("schedule"), stop_order=3, grace_s=10.0),
    )


def _worker(name: str, queue: str) -> Child:
    # A job that is at a provider may take the provider's whole time-out.
    return Child(name, _throughline("worker", queue), stop_order=2, grace_s=20.0)


def _throughline(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "app.cli", *words)


def run(
    settings: Settings,
    *,
    children: Sequence[Child],
    prepare: Callable[[], None],
    announce: Callable[[], None],
) -> int:
    """Run Valkey and ``children``, the web first, in the foreground until SIGINT or SIGTERM; return the exit code.

    ``prepare`` is called once Valkey answers, while the web loads; ``announce`` once the web answers.
    To be called from the main thread, whose end is what the kernel takes for the end of a parent.
    """
    signals = _Signals()
    try:
        with hold_folder(settings.data_dir) as after_crash, Family(signals) as family:
            ensure_port_free(settings.host, settings.port, patience_s=3.0 if after_crash else 0.0)
            # The web alone first: on a small machine the others' imports would keep it from answering for seconds.
            web, *others = children
            with preparing.hold_back(settings.data_dir):
                _start(family, signals, [web])
                _start_server(settings, family, signals, prepare)
            is_up = _await_web(settings, family, signals)
            _start(family, signals, others)
            if is_up:
                with contextlib.suppress(BrokenPipeError):  # Whoever read our output has left, which ends nothing.
                    announce()
            while not signals.stopping:
                signals.wait(family.tend())
            _say("stopping; another Ctrl-C hurries")
    except (StartError, PortTakenError, valkey.ValkeyError) as error:
        _say(str(error))
        return 1
    return 0


def _say(line: str) -> None:
    with contextlib.suppress(OSError):  # Nobody reads it any more.
        sys.stderr.write(f"throughline: {line}\n")
        sys.stderr.flush()


def _start_server(settings: Settings, family: Family, signals: "_Signals", prepare: Callable[[], None]) -> None:
    if valkey.is_needed(settings):
        server = family.add(Child(_VALKEY, valkey.prepare(settings), stop_order=9, grace_s=5.0))
        valkey.await_answer(settings, server, signals.is_stopping)
    if not signals.stopping:
        prepare()


def _start(family: Family, signals: "_Signals", children: Sequence[Child]) -> None:
    for child in children:
        if not signals.stopping:
            family.add(child)


def _await_web(settings: Settings, family: Family, signals: "_Signals") -> bool:
    """Return True once the web answers, False when we are to stop before that."""
    deadline = time.monotonic() + _READY_S
    while not signals.stopping:
        if _is_healthy(settings):
            return True
        if time.monotonic() >= deadline:
            raise StartError(f"nothing answers at {settings.host}:{settings.port}/healthz after {_READY_S:.0f} s")
        signals.wait(min(family.tend(), 0.05))
    return False


def _is_healthy(settings: Settings) -> bool:
    connection = http.client.HTTPConnection(_ANY.get(settings.host, settings.host), settings.port, timeout=1.0)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextlib.contextmanager
def hold_folder(data_dir: Path) -> Iterator[bool]:
    """Hold the data folder for this process; yield whether the last one to hold it was killed.

    Raises:
        StartError: another process holds it, or it cannot be written to.
    """
    with contextlib.ExitStack() as stack:
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context((data_dir / "supervisor.lock").open("a+"))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError(f"already running on {data_dir} (process {_read(file) or 'unknown'})") from None
        except OSError as error:
            raise StartError(f"cannot use the data folder {data_dir}: {error.strerror}") from error
        after_crash = bool(_read(file))
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield after_crash
        file.truncate(0)


def _read(file: IO[str]) -> str:
    file.seek(0)
    return file.read().strip()


class _Signals:
    """What a supervisor waits for: the end of a child, and the wish to stop."""

    def __init__(self) -> None:
        self.stopping = False
        self.hurried = False
        self._asked_at = 0.0
        self._woken, wake = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self._ask)
        # Also where a shell has set SIGINT to be ignored (`make run &`): whoever sends it there by hand means it.
        signal.signal(signal.SIGINT, self._ask)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # Ignored under nohup, which means it.
            signal.signal(signal.SIGHUP, self._ask)

    def is_stopping(self) -> bool:
        return self.stopping

    def wait(self, timeout_s: float) -> None:
        """Sleep until a signal arrives, at most ``timeout_s`` seconds."""
        if select.select([self._woken], [], [], timeout_s)[0]:
            with contextlib.suppress(BlockingIOError):
                while os.read(self._woken, 512):
                    pass

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        # Make passes on a signal that its whole group got too, so the second of a pair is no second wish.
        self.hurried = self.hurried or (self.stopping and time.monotonic() - self._asked_at > _SAME_CTRL_C_S)
        if not self.stopping:
            self.stopping, self._asked_at = True, time.monotonic()
