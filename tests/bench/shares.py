"""Whose code a process's time goes to, and at what: asked every few milliseconds of its CPU."""

import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

_ROOT = f"{Path(__file__).parents[2]}/"
_TESTS = str(Path(__file__).parents[1])
_DRIVER = frozenset({"do_execute", "do_executemany", "do_commit", "fetchall", "wait", "_exec_command"})
"""Functions of SQLAlchemy and psycopg beneath which nothing but the database works, or is waited for."""


@dataclass
class Shares:
    """CPU of this process, and the parts of it."""

    stages: Mapping[str, str]
    """What our modules (``app/store/sends.py``) or functions of theirs (``app/store/sends.py:hold_due``) work at."""
    used_s: float = 0.0
    seen: Counter[str] = field(default_factory=Counter)
    at: Counter[str] = field(default_factory=Counter)

    def microseconds(self, whose: str, count: int) -> float:
        """Return what of each of ``count`` things was ``ours``, the ``database``'s, or the ``libraries``'."""
        return self._part(self.seen[whose], count)

    def of_stages(self, count: int) -> dict[str, float]:
        """Return the microseconds of each of ``count`` things by stage, the longest first, ``""`` being the rest."""
        return {stage: self._part(asked, count) for stage, asked in self.at.most_common()}

    def _part(self, asked: int, count: int) -> float:
        return self.used_s * 1e6 / count * asked / max(self.seen.total(), 1)

    def _ask(self, _signal: int, frame: FrameType | None) -> None:
        place = frame.f_code.co_filename if frame else ""
        if place.startswith(_TESTS):
            self.seen["bench"] += 1
            return
        self.at[self._stage(frame)] += 1
        if place.startswith(_ROOT) and "/site-packages/" not in place:
            self.seen["ours"] += 1
        else:
            self.seen["database" if frame and frame.f_code.co_name in _DRIVER else "libraries"] += 1

    def _stage(self, frame: FrameType | None) -> str:
        """Return what the innermost of our functions that is in the table works at."""
        while frame:
            module = frame.f_code.co_filename.removeprefix(_ROOT)
            stage = self.stages.get(f"{module}:{frame.f_code.co_name}") or self.stages.get(module)
            if stage:
                return stage
            frame = frame.f_back
        return ""


@contextmanager
def shares(stages: Mapping[str, str]) -> Iterator[Shares]:
    """Ask while the block runs, in the main thread."""
    found = Shares(stages)
    before = signal.signal(signal.SIGPROF, found._ask)
    signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
    began = time.process_time()
    try:
        yield found
    finally:
        found.used_s = time.process_time() - began
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
