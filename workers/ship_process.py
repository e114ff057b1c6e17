"""The shipper as a process: on its hub's own journal until SIGTERM, or on a dead machine's until it is empty."""

import signal
import threading
from collections.abc import Sequence
from pathlib import Path

import click

from app.factory import Factory
from app.store.click_batches import recorded_batches
from workers import lifeline
from workers.ship import Shipper

_ORPHAN_GRACE_S = 1.0
_PAUSE_S = 0.2


def shipper(factory: Factory, directory: Path | None = None) -> Shipper:
    """Return the shipper of ``directory``, of the hub's own journal when None."""

    def recorded(ids: Sequence[str]) -> set[str]:
        with factory.reading() as session:
            return recorded_batches(session, ids)

    return Shipper(directory or factory.settings.journal_dir, factory.queue.record, recorded)


def serve(shipper: Shipper) -> None:
    """Ship until SIGTERM or SIGINT; what is under way then stays in the folder for the next one."""
    lifeline.hold(grace_s=_ORPHAN_GRACE_S)
    shipper.run(_until_signalled())


def drain(shipper: Shipper) -> None:
    """Ship until the folder holds nothing more, saying how it goes; Ctrl-C leaves the rest where it is."""
    stop = _until_signalled()
    left = shipper.run_once()
    while left and not stop.is_set():
        why = f" ({shipper.state.error})" if shipper.state.error else ""
        click.echo(f"{left} files, {shipper.state.waiting_bytes} bytes to go{why}")
        stop.wait(_PAUSE_S)
        left = shipper.run_once()
    shipper.close()
    click.echo(f"{left} files are left." if left else "The database has every click of this journal.")


def _until_signalled() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
