"""The web server: granian inside this process, with its own worker processes on one port."""

import functools
import importlib
import multiprocessing
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import granian.server.mp
import granian.wsgi
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from config.settings import Settings
from workers import lifeline, memory, preparing, priority
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
    priority.step_back(priority.steps_of_target(target))
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
    if multiprocessing.get_start_method() == "fork":
        # Once for all processes, which begin as copies of this one.
        _import_parts(target)
    server.serve(target_loader=functools.partial(_load, settings.data_dir))


def _import_parts(target: str) -> None:
    """Import what ``target`` is made of, by the list ``PARTS`` of its module where there is one."""
    module, _, name = target.partition(":")
    for part in getattr(importlib.import_module(module), "PARTS", {}).get(name, ()):
        importlib.import_module(part)


def _load(data_dir: Path, target: str) -> Callable[..., Any]:
    """Return the WSGI callable; runs in each of granian's processes, which must not outlive the one above."""
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        lifeline.follow_parent(parent.pid)
    # Granian would add this process's environment, the secret key included, to the environ of every request.
    vars(granian.wsgi)["os"] = SimpleNamespace(environ={})
    # Without this, as where another granian has no such name, the edge is called as any WSGI callable is: it answers
    # the same, but each of its threads waits for its own link.
    vars(granian.server.mp)["_wsgi_call_wrap"] = _serve_with
    module, _, name = target.partition(":")
    loaded: Callable[..., Any] = getattr(importlib.import_module(module), name)
    memory.settle()
    preparing.wait_until_prepared(data_dir)
    return loaded


def _serve_with(app: Any, scope_options: dict[str, Any], access_log_format: str | None) -> Callable[[Any, Any], Any]:
    """Return what answers granian's requests; an app that can ``take`` them gets them first, and may answer later."""
    take = getattr(app, "take", None)
    plain: Callable[[Any, Any], Any] = granian.wsgi._callback_wrapper(  # noqa: SLF001 - there is no other way in.
        app.behind if take else app, scope_options, access_log_format
    )
    if take is None:
        return plain

    def serve(protocol: Any, scope: dict[str, Any]) -> None:
        if not take(scope, protocol.response_bytes):
            plain(protocol, scope)

    return serve
