"""Requests whose answers have to be looked up are looked up together: one question to the database for all who wait.

The threads that serve hand such a request over and go on with the next one, whose answer they may know. What comes
while a question is under way is the next question: under load each is for dozens of links and costs little more than
one for a single link; without load nobody waits for company.
"""

import os
import threading
import weakref
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

import structlog

_log = structlog.get_logger(__name__)
Item = TypeVar("Item")

_AT_MOST = 64
_THREADS = 2
"""While one waits for its answer, or for a time-out, the other asks."""


class Together(Generic[Item]):
    """Hands items to threads of its own, as many at once as wait; the threads begin with the first item."""

    def __init__(self, work: Callable[[Sequence[Item]], None], fail: Callable[[Item], None]) -> None:
        """Begin nothing yet; where ``work`` raises, ``fail`` is called for each item of it."""
        self._work = work
        self._fail = fail
        self._begin()
        together = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _begin_again(together))

    def _begin(self) -> None:
        """Start with no thread: in a new process they, and what waits for them, stay the parent's."""
        self._lock = threading.Lock()
        self._has_threads = False
        self._waiting: SimpleQueue[Item] = SimpleQueue()

    def put(self, item: Item) -> None:
        """Hand over one item; returns at once."""
        if not self._has_threads:
            self._start()
        self._waiting.put(item)

    def _start(self) -> None:
        with self._lock:
            if not self._has_threads:
                for _ in range(_THREADS):
                    threading.Thread(target=self._run, name="links", daemon=True).start()
                self._has_threads = True

    def _run(self) -> None:
        waiting = self._waiting
        while True:
            items = [waiting.get()]
            try:
                while len(items) < _AT_MOST:
                    items.append(waiting.get_nowait())
            except Empty:
                pass
            try:
                self._work(items)
            except BaseException:  # noqa: BLE001 - logged; without this thread all who come later would wait for ever.
                _log.exception("requests could not be answered", number=len(items))
                for item in items:
                    self._fail(item)


def _begin_again(together: "weakref.ref[Together[Any]]") -> None:
    inherited = together()
    if inherited is not None:
        inherited._begin()  # noqa: SLF001 - the same module
