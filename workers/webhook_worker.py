"""Calls the accounts' webhooks, some at once, in threads of one process that looks into the database for work.

Its own process, because receivers are strangers' machines: the slowest of them would hold up the credit of orders if
the two shared a worker. Not an RQ worker, because that makes one call after the other, and a receiver that takes its
15 seconds would hold up all others; a process for each call under way would cost 60 MB. Threads that wait cost nothing,
a webhook gets only a few of them, and one whose calls fail gets one. An event is found within half a second.
"""

import signal
import threading
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.factory import Factory
from app.flow.notify_webhooks import Due, claim_calls, notify_webhook
from workers import lifeline

_THREADS = 32
_EACH = 4
_POLL_S = 0.5
_ORPHAN_GRACE_S = 1.0

log = structlog.get_logger(__name__)


def work(factory: Factory) -> None:
    """Call webhooks until SIGTERM, then let the calls under way end."""
    lifeline.hold(grace_s=_ORPHAN_GRACE_S)
    worker = WebhookWorker(factory)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    worker.run()


class WebhookWorker:
    """Hands what is due to threads; what it claims, it calls at once."""

    def __init__(self, factory: Factory) -> None:
        self._factory = factory
        self._stopping = False
        self._news = threading.Event()
        """A call has ended."""
        self._troubled = False
        self._lock = threading.Lock()
        self._under_way: Counter[str] = Counter()
        """By webhook."""

    def stop(self) -> None:
        """Claim nothing more; a signal's handler may call it, for it waits for no lock."""
        self._stopping = True

    def run(self) -> None:
        """Work until stopped."""
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="webhook") as pool:
            while not self._stopping:
                self._news.clear()
                for due in self._claim():
                    with self._lock:
                        self._under_way[due.claimed.webhook_id] += 1
                    pool.submit(self._call, due).add_done_callback(self._ended)
                self._news.wait(_POLL_S)

    def _claim(self) -> list[Due]:
        with self._lock:
            room = {webhook_id: _EACH - calls for webhook_id, calls in self._under_way.items()}
            free = _THREADS - self._under_way.total()
        if free <= 0:
            return []
        try:
            found = claim_calls(
                transaction=self._factory.transaction,
                reading=self._factory.reading,
                now=self._factory.clock(),
                room=room,
                each=_EACH,
                limit=free,
            )
        except (SQLAlchemyError, OSError) as error:  # The database is away; the next look is due soon.
            if not self._troubled:
                log.warning("webhooks cannot be looked for", error=f"{type(error).__name__}: {error}")
            self._troubled = True
            return []
        self._troubled = False
        return found

    def _call(self, due: Due) -> None:
        try:
            notify_webhook(
                due,
                caller=self._factory.webhook_caller,
                transaction=self._factory.transaction,
                clock=self._factory.clock,
            )
        finally:
            with self._lock:
                self._under_way[due.claimed.webhook_id] -= 1
                self._under_way += Counter()  # Lets go of those that count nothing.

    def _ended(self, call: Future[None]) -> None:
        if error := call.exception():
            # Its lease ends, and it is made again.
            log.warning("a call's end was not written down", error=f"{type(error).__name__}: {error}")
        self._news.set()
