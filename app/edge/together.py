"""Requests whose answers have to be looked up are looked up together: one question to the database for all who wait.

The thread that serves hands such a request over and goes on with the next one, whose answer it may know. What comes
while a question is under way is the next question: under load each is for dozens of links and costs little more than
one for a single link; without load nobody waits for company.
"""

import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

import structlog

_log = structlog.get_logger(__name__)
Item = TypeVar("Item")

_AT_MOST = 64
_PATIENCE_S = 0.05
"""A question that takes longer waits for a database that may not answer: whoever comes meanwhile is helped."""


class Together(Generic[Item]):
    """Hands items to a thread of its own, as many at once as wait; the thread begins with the first item.

    One thread, and a second for the time that the first is held up: two that ask in turn would find half as many items
    each, and between them and the threads that serve, the interpreter's lock would change hands for each of these.
    """

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
        self._waiting: deque[Item] = deque()
        self._bell: SimpleQueue[None] = SimpleQueue()
        self._is_awake = False
        self._held_up_at = 0.0

    def put(self, item: Item) -> None:
        """Hand over one item; returns at once."""
        self._waiting.append(item)
        # Whoever falls asleep says so first and then looks once more: nothing that comes meanwhile is left lying.
        if not self._is_awake:
            if not self._has_threads:
                self._start()
            self._wake()

    def _wake(self) -> None:
        self._is_awake = True
        self._bell.put(None)

    def _start(self) -> None:
        with self._lock:
            if not self._has_threads:
                for run in (self._run, self._help):
                    threading.Thread(target=run, name="links", daemon=True).start()
                self._has_threads = True

    def _run(self) -> None:
        while True:
            self._bell.get()
            while self._waiting:
                self._work_off()
            self._is_awake = False
            if self._waiting:
                self._wake()

    def _help(self) -> None:
        while True:
            time.sleep(_PATIENCE_S)
            if self._waiting and time.monotonic() >= self._held_up_at:
                self._work_off()

    def _work_off(self) -> None:
        items: list[Item] = []
        waiting = self._waiting
        try:
            while len(items) < _AT_MOST:
                items.append(waiting.popleft())
        except IndexError:
            if not items:
                return
        self._held_up_at = time.monotonic() + _PATIENCE_S
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
