"""What the schedule does, and how often."""

from app.factory import Factory
from app.flow.requeue_stuck import requeue_stuck
from workers.schedule import Duty

_SWEEP_S = 1.0


def duties(factory: Factory) -> tuple[Duty, ...]:
    """Return the duties of a hub."""

    def sweep() -> None:
        woken = requeue_stuck(transaction=factory.transaction, now=factory.clock())
        for wake, ids in (
            (factory.queue.send, woken.messages),
            (lambda ids: factory.queue.attribute("order", ids), woken.orders),
            (lambda ids: factory.queue.attribute("signup", ids), woken.signups),
        ):
            if ids:
                wake(ids)

    return (Duty("sweep", _SWEEP_S, sweep),)
