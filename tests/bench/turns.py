"""Functions measured in turns, so that a machine which slows down slows all of them."""

import statistics
import time
from collections.abc import Callable

_ROUNDS = 5
_SLICE_S = 0.4

Work = Callable[[], int]
"""Does some work and returns how many items it did."""


def per_second(work: Work) -> float:
    """Return how many items a second ``work`` does."""
    done, start = 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < _SLICE_S:
        done += work()
    return done / passed


def in_turns(*works: Work) -> list[tuple[float, ...]]:
    """Return the items a second of each of ``works``, once for each round."""
    return [tuple(map(per_second, works)) for _ in range(_ROUNDS)]


def ratio(ours: Work, theirs: Work) -> tuple[float, float, float]:
    """Return the medians of items a second of both, and of the ratio of each pair of turns."""
    pairs = in_turns(ours, theirs)
    mine, others = (statistics.median(column) for column in zip(*pairs, strict=True))
    return mine, others, statistics.median(one / other for one, other in pairs)
