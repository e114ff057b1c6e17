"""The processes a supervisor keeps alive: started again when they end, stopped in order when they shall."""

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import Protocol, Self

import structlog

from workers.lifeline import Lifeline

_STEADY_S = 10.0
_LONGEST_PAUSE_S = 5.0
_HURRIED_GRACE_S = 0.2
_NOTHING_TO_DO_S = 60.0

log = structlog.get_logger(__name__)


class Hurry(Protocol):
    """What may cut the waiting for a child's end short."""

    hurried: bool

    def wait(self, timeout_s: float) -> None:
        """Sleep until something happens, at most ``timeout_s`` seconds."""


@dataclass(frozen=True)
class Child:
    """A process to keep alive: lower ``stop_order`` stops first, with ``grace_s`` seconds to finish what it does."""

    name: str
    argv: tuple[str, ...]
    stop_order: int
    grace_s: float


class Member:
    """A child, its process, and when to start it again once it has ended."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.process: subprocess.Popen[bytes] | None = None
        self.code: int | None = None
        self.started_at = 0.0
        self.due_at = 0.0
        self.quick_ends = 0

    def start(self, lifeline: Lifeline) -> subprocess.Popen[bytes]:
        """Start its process, tied to this one's life."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - the argv is ours, and there is no shell.
            self.child.argv,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **lifeline.environment()},
            stdin=subprocess.DEVNULL,
            pass_fds=(lifeline.read_end,),
            # Its own session, so that the terminal's Ctrl-C reaches the supervisor alone.
            start_new_session=True,
        )
        return self.process

    def is_gone(self) -> bool:
        """Return whether it has ended; what it left behind in its group is ended with it, once."""
        if self.process is not None and self.process.poll() is not None:
            self.kill()
            self.code, self.process = self.process.returncode, None
        return self.process is None

    def kill(self) -> None:
        """End it, and all it started, without asking."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def plan_restart(self) -> float:
        """Set when to start it again: at once, but later and later while it keeps ending young."""
        now = time.monotonic()
        self.quick_ends = self.quick_ends + 1 if now - self.started_at < _STEADY_S else 1
        pause_s = 0.0 if self.quick_ends == 1 else min(0.25 * 2 ** (self.quick_ends - 2), _LONGEST_PAUSE_S)
        self.due_at = now + pause_s
        return pause_s


class Family:
    """The children that run, all of them gone when this context ends."""

    def __init__(self, hurry: Hurry) -> None:
        self._hurry = hurry
        self._lifeline = Lifeline()
        self._members: list[Member] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for order in sorted({member.child.stop_order for member in self._members}):
            self._stop([member for member in self._members if member.child.stop_order == order])
        self._lifeline.close()

    def add(self, child: Child) -> subprocess.Popen[bytes]:
        """Start ``child``, and keep it running from now on."""
        member = Member(child)
        self._members.append(member)
        return member.start(self._lifeline)

    def tend(self) -> float:
        """Start again what has ended; return how many seconds from now there may be more to do."""
        for member in self._members:
            if member.process is not None and member.is_gone():
                pause_s = member.plan_restart()
                log.warning("child ended", child=member.child.name, code=member.code, restart_in_s=pause_s)
            if member.process is None and time.monotonic() >= member.due_at:
                try:
                    member.start(self._lifeline)
                except OSError as error:  # No memory or no process to be had just now.
                    log.warning("child not started", child=member.child.name, error=str(error))
                    member.plan_restart()
        waiting = [member.due_at for member in self._members if member.process is None]
        return max(0.0, min(waiting) - time.monotonic()) if waiting else _NOTHING_TO_DO_S

    def _stop(self, members: list[Member]) -> None:
        """Ask these to end, wait for them as long as each may take, and end what is left."""
        begun = time.monotonic()
        for member in members:
            if member.process is not None and not member.is_gone():
                member.process.send_signal(signal.SIGTERM)
        while left := [member for member in members if not member.is_gone()]:
            waited_s = time.monotonic() - begun
            for member in left:
                grace_s = _HURRIED_GRACE_S if self._hurry.hurried else member.child.grace_s
                if waited_s >= grace_s:
                    log.warning("child killed", child=member.child.name, after_s=round(waited_s, 1))
                    member.kill()
            self._hurry.wait(0.05)
