"""The jobs: ids in, one flow function; each may run any number of times."""

import time
from functools import cache

from app.factory import Factory
from config.settings import read_settings

# Each job imports what it does: a worker has jobs of one queue, and a third of what all of them load is for sending.


@cache
def parts() -> Factory:
    """Return this process's parts."""
    return Factory(read_settings())


def send(message_id: str) -> None:
    """Send one message; an outage of its provider puts it back for later."""
    from app.flow.send_message import send_message

    send_message(
        message_id,
        transaction=parts().transaction,
        providers=parts().providers,
        clock=parts().clock,
        lease=parts().settings.send_lease,
        link_port=parts().settings.port,
        public_url=parts().settings.public_url,
        copies=parts().link_copies,
        pacer=parts().pacer,
    )


def look_up(message_id: str) -> None:
    """Look for one message of unknown fate in its provider's list."""
    from app.flow.look_up_send import look_up_send

    look_up_send(message_id, transaction=parts().transaction, providers=parts().providers, clock=parts().clock)


def send_batch(message_ids: list[str]) -> None:
    """Send many emails of one template; those that cannot go with the others go one by one."""
    from app.flow.send_batch import send_batch as send_together

    alone = send_together(
        message_ids,
        transaction=parts().transaction,
        providers=parts().providers,
        clock=parts().clock,
        lease=parts().settings.send_lease,
        link_port=parts().settings.port,
        public_url=parts().settings.public_url,
        copies=parts().link_copies,
    )
    parts().queue.send(alone)


def record_clicks(batch_id: str, lines: list[str]) -> None:
    """Record one batch of the journal."""
    from app.edge.figures import batch_figures
    from app.flow.record_clicks import record_clicks as record_batch

    begun = time.perf_counter()
    recorded = record_batch(batch_id, lines, transaction=parts().transaction, now=parts().clock())
    took_s = time.perf_counter() - begun
    parts().figures.add(batch_figures(lines, took_s, recorded.verdicts, recorded.revised))
    parts().figures.write(at_once=True)


def work_callback(callback_id: str) -> None:
    """Work off what a provider told."""
    from app.flow.work_callback import work_callback as work_off

    due = work_off(callback_id, transaction=parts().transaction, read=parts().read_callback, clock=parts().clock)
    if due:
        parts().queue.send(due)


def attribute(subject: str, row_id: str) -> None:
    """Credit one order or signup."""
    from app.flow.credit_outcome import credit_order, credit_signup

    credit = {"order": credit_order, "signup": credit_signup}[subject]
    with parts().transaction() as session:
        credit(session, row_id, now=parts().clock())
