"""The shipper as a process: on its hub's own journal until SIGTERM, or on a dead machine's until it is empty."""

import signal
import threading
from collections.abc import Sequence
from pathlib import Path

import click

from app.factory import Factory
from app.flow.record_clicks import record_clicks
from app.store.click_batches import recorded_batches
from workers import lifeline
from workers.ship import Recorded, Shipper

_ORPHAN_GRACE_S = 1.0
_PAUSE_S = 0.2


def shipper(factory: Factory) -> Shipper:
    """Return the shipper of the hub's own journal: it hands batches to the queue."""
    return Shipper(factory.settings.journal_dir, factory.queue.record, _recorded(factory))


def shipper_by_hand(factory: Factory, directory: Path) -> Shipper:
    """Return a shipper of another machine's journal: it needs no queue and no worker, for it records by itself."""

    def record(batch_id: str, lines: list[str]) -> None:
        record_clicks(batch_id, lines, transaction=factory.transaction, now=factory.clock())

    journal = directory / "journal"
    return Shipper(journal if journal.is_dir() else directory, record, _recorded(factory))


def _recorded(factory: Factory) -> Recorded:
    def recorded(ids: Sequence[str]) -> set[str]:
        with factory.reading() as session:
            return recorded_batches(session, ids)

    return recorded


def serve(shipper: Shipper) -> None:
    """Ship until SIGTERM or SIGINT; what is under way then stays in the folder for the next one."""
    lifeline.hold(grace_s=_ORPHAN_GRACE_S)
    shipper.run(_until_signalled())


def drain(shipper: Shipper) -> bool:
    """Ship until only what a living process writes is left; Ctrl-C leaves the rest. Return whether all is recorded."""
    stop = _until_signalled()
    left, why = shipper.run_once(), ""
    while left and not stop.is_set() and not (why := shipper.hindrance()):
        trouble = f" ({shipper.state.error})" if shipper.state.error else ""
        click.echo(f"{left} files, {shipper.state.waiting_bytes} bytes to go{trouble}")
        stop.wait(_PAUSE_S)
        left = shipper.run_once()
    shipper.close()
    if shipper.state.damaged:
        click.echo(f"{shipper.state.damaged} half-written lines were set aside in *.damaged files.")
    if not left:
        click.echo("The database has every click of this journal.")
    else:
        click.echo(f"{left} files are left{f': {why}' if why else ''}.")
    return not left


def _until_signalled() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
