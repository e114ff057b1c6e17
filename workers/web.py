"""The web server: granian inside this process, with its own worker processes on one port."""

import importlib
import multiprocessing
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import granian.wsgi
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from config.settings import Settings
from workers import lifeline, memory
from workers.port import ensure_port_free

_STOP_S = 8
# Granian lets one process keep backlog / processes connections open, so the backlog grows with the processes.
_CONNECTIONS_PER_PROCESS = 1024


def serve(settings: Settings, target: str, *, threads: int, processes: int) -> None:
    """Serve the WSGI callable ``target`` ("wsgi:application") until SIGTERM; a worker that dies is replaced.

    Raises:
        PortTakenError: the port is in use; two servers would share its connections in silence.
    """
    lifeline.hold()
    ensure_port_free(settings.host, settings.port, patience_s=2.0)
    server = Granian(
        target,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        http=HTTPModes.http1,
        websockets=False,
        backlog=_CONNECTIONS_PER_PROCESS * processes,
        # Its one warning at this place is that there are more threads than cores, which is meant.
        log_level=LogLevels.error,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_S,
    )
    server.serve(target_loader=_load)


def _load(target: str) -> Callable[..., Any]:
    """Return the WSGI callable; runs in each of granian's processes, which must not outlive the one above."""
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        lifeline.follow_parent(parent.pid)
    # Granian would add this process's environment, the secret key included, to the environ of every request.
    vars(granian.wsgi)["os"] = SimpleNamespace(environ={})
    module, _, name = target.partition(":")
    loaded: Callable[..., Any] = getattr(importlib.import_module(module), name)
    memory.settle()
    return loaded
