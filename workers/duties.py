"""What the schedule does, and how often."""

import contextlib
from collections.abc import Callable

from app.factory import Factory
from app.flow.copy_links import copy_links
from app.flow.forget_calls import forget_calls
from app.flow.forget_deliveries import forget_deliveries
from app.flow.keep_statistics import keep_statistics
from app.flow.let_visits_go import let_visits_go
from app.flow.make_click_months import make_click_months
from app.flow.requeue_stuck import requeue_stuck
from app.store.link_reader import LinksUnavailableError
from workers.schedule import Duty

_SWEEP_S = 1.0
_COPY_S = 15.0
_TIDYING: tuple[tuple[str, float, Callable[..., object]], ...] = (
    ("make months of clicks", 3_600.0, make_click_months),
    ("let visits go", 300.0, let_visits_go),
    ("forget deliveries", 3_600.0, forget_deliveries),
    ("forget calls", 300.0, forget_calls),
    ("keep statistics", 86_400.0, keep_statistics),
)
"""What keeps the database in shape: name, pause in seconds, work."""


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

    return (
        Duty("sweep", _SWEEP_S, sweep),
        Duty("copy links", _COPY_S, copy),
        *(Duty(name, every_s, _tidy(factory, work)) for name, every_s, work in _TIDYING),
    )


def _tidy(factory: Factory, work: Callable[..., object]) -> Callable[[], object]:
    return lambda: work(transaction=factory.transaction, now=factory.clock())
