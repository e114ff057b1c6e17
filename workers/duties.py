"""What the schedule does, and how often."""

import contextlib

from app.factory import Factory
from app.flow.copy_links import copy_links
from app.flow.forget_deliveries import forget_deliveries
from app.flow.make_click_months import make_click_months
from app.flow.requeue_stuck import requeue_stuck
from app.store.link_reader import LinksUnavailableError
from workers.schedule import Duty

_SWEEP_S = 1.0
_COPY_S = 15.0
_FORGET_S = 3_600.0
_MONTHS_S = 3_600.0


def duties(factory: Factory) -> tuple[Duty, ...]:
    """Return the duties of a hub."""

    def sweep() -> None:
        woken = requeue_stuck(transaction=factory.transaction, now=factory.clock())
        if woken.messages:
            factory.queue.send_batches(woken.messages)
        for wake, ids in (
            (factory.queue.look_up, woken.doubtful),
            (lambda ids: factory.queue.attribute("order", ids), woken.orders),
            (lambda ids: factory.queue.attribute("signup", ids), woken.signups),
            (factory.queue.work_off, woken.callbacks),
        ):
            if ids:
                wake(ids)

    def copy() -> None:
        # While Redis is down there is nowhere to copy to.
        with contextlib.suppress(LinksUnavailableError):
            copy_links(factory.link_copies, reading=factory.reading, now=factory.clock())

    def forget() -> None:
        forget_deliveries(transaction=factory.transaction, now=factory.clock())

    def make_months() -> None:
        make_click_months(transaction=factory.transaction, now=factory.clock())

    return (
        Duty("sweep", _SWEEP_S, sweep),
        Duty("copy links", _COPY_S, copy),
        Duty("make months of clicks", _MONTHS_S, make_months),
        Duty("forget deliveries", _FORGET_S, forget),
    )
