"""What runs every minute or night: duties, called in one loop when their time has come."""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from workers import lifeline

_ORPHAN_GRACE_S = 1.0
_LONGEST_WAIT_S = 3600.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Duty:
    """Something to do every ``every_s`` seconds, the first time at once."""

    name: str
    every_s: float
    function: Callable[[], object]


def run(duties: Sequence[Duty], stop: threading.Event) -> None:
    """Call every duty on time until ``stop`` is set, which SIGTERM and SIGINT do; a duty under way is finished.

    A duty that comes late, because another took long, is called once and not once for each time it missed.
    """
    lifeline.hold(grace_s=_ORPHAN_GRACE_S)
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    due = {duty: time.monotonic() for duty in duties}
    while not stop.is_set():
        for duty in sorted(duties, key=due.__getitem__):
            if not stop.is_set() and due[duty] <= time.monotonic():
                _perform(duty)
                due[duty] = _next(due[duty], duty.every_s, time.monotonic())
        stop.wait(max(0.0, min(due.values(), default=time.monotonic() + _LONGEST_WAIT_S) - time.monotonic()))


def _next(due: float, every_s: float, now: float) -> float:
    """Return the next time on the beat, or a beat from now when that has gone by already."""
    return due + every_s if due + every_s > now else now + every_s


def _perform(duty: Duty) -> None:
    try:
        duty.function()
    except Exception:  # One duty's failure, whatever it is, must not stop the others.
        log.exception("duty failed", duty=duty.name)
