"""A process ends when the one above it is gone, even when that one was killed with ``kill -9``.

The supervisor alone holds the write end of a pipe and never writes to it; each child holds the read end, where the end
of file means that the supervisor is gone. Programs of our own watch it from a thread (``hold``), what they fork watches
its parent (``follow_parent``), and a program of others is started through this file, which ties itself to the
supervisor and then becomes that program (``become``). Where the kernel can do it (Linux), it ends orphans itself.
"""

import contextlib
import ctypes
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Sequence
from typing import NoReturn

VARIABLE = "THROUGHLINE_LIFELINE"
"""The environment variable in which a child finds the number of the pipe's read end."""

_PR_SET_PDEATHSIG = 1  # From linux/prctl.h.
_POLL_S = 0.2


class Lifeline:
    """The supervisor's side: as long as this object's process lives, its children may."""

    def __init__(self) -> None:
        """Open the pipe; only ``read_end`` may be handed to children."""
        self.read_end, self._write_end = os.pipe()

    def environment(self) -> dict[str, str]:
        """Return what a child's environment needs in addition."""
        return {VARIABLE: str(self.read_end)}

    def close(self) -> None:
        """Let go of the pipe; children that still run end themselves."""
        os.close(self._write_end)
        os.close(self.read_end)


def hold(grace_s: float = 0.0) -> None:
    """Tie this process, and its process group when it leads one, to the supervisor that started it.

    When the supervisor is gone, the process gets SIGTERM and ``grace_s`` seconds, then SIGKILL; with no grace, SIGKILL
    at once. A process that no supervisor started is left as it is.
    """
    read_end = _take_read_end()
    if read_end is not None:
        threading.Thread(target=_outlast, args=(read_end, grace_s), name="lifeline", daemon=True).start()


def follow_parent(parent: int) -> None:
    """End this forked process as soon as ``parent``, the process id it was forked by, has ended."""
    if not _die_with_parent():
        threading.Thread(target=_outlive_nobody, args=(parent,), name="lifeline", daemon=True).start()
    if os.getppid() != parent:
        _end()  # It was gone before the kernel knew that we care.


def become(argv: Sequence[str]) -> NoReturn:
    """Replace this process by the program ``argv``, which then ends with the supervisor that started it."""
    read_end = _take_read_end()
    if read_end is not None:
        if not _die_with_parent():
            _fork_watcher(read_end)
        if _is_over(read_end, 0.0):
            _end()
        os.close(read_end)
    os.execv(argv[0], list(argv))  # noqa: S606 - becoming that program, without a shell, is what this is for.


def guarded(argv: Sequence[str]) -> tuple[str, ...]:
    """Return the command that starts the program ``argv`` through ``become``; its process id stays the same."""
    return (sys.executable, "-I", "-S", __file__, *argv)


def _take_read_end() -> int | None:
    """Return the pipe's read end, once: what this process starts in its turn is not the supervisor's child."""
    value = os.environ.pop(VARIABLE, "")
    if not value.isdecimal():
        return None
    try:
        os.set_inheritable(int(value), False)
    except OSError:
        return None  # The variable came down through a program that closed the pipe.
    return int(value)


def _is_over(read_end: int, timeout_s: float | None) -> bool:
    """Return whether the supervisor is gone, waiting up to ``timeout_s`` seconds; None waits for ever."""
    readable, _, _ = select.select([read_end], [], [], timeout_s)
    return bool(readable)


def _outlast(read_end: int, grace_s: float) -> None:
    with contextlib.suppress(OSError):
        _is_over(read_end, None)
        if grace_s:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(grace_s)
        _end()


def _outlive_nobody(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL_S)
    _end()


def _end() -> NoReturn:
    """End this process, and what else is in its group when it leads one, without asking anybody."""
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
    os._exit(1)


def _die_with_parent() -> bool:
    """Ask the kernel for SIGKILL when the parent's thread that started us ends; False where it cannot do that."""
    if sys.platform != "linux":
        return False
    answer: int = ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    return answer == 0


def _fork_watcher(read_end: int) -> None:
    """Leave a child behind that kills this process when the supervisor is gone, and ends when this process does."""
    guarded_pid = os.getpid()
    if os.fork():
        return
    while os.getppid() == guarded_pid:
        if _is_over(read_end, _POLL_S):
            os.kill(guarded_pid, signal.SIGKILL)
            break
    os._exit(0)


if __name__ == "__main__":
    become(sys.argv[1:])
