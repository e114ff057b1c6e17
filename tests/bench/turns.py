"""Two functions measured in turns, so that a machine which slows down slows both."""

import statistics
import time
from collections.abc import Callable

_ROUNDS = 5
_SLICE_S = 0.4


def per_second(work: Callable[[], int]) -> float:
    """Return how many items a second ``work`` does; each call returns how many it did."""
    done, start = 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < _SLICE_S:
        done += work()
    return done / passed


def ratio(ours: Callable[[], int], theirs: Callable[[], int]) -> tuple[float, float, float]:
    """Return the medians of items a second of both, and of the ratio of each pair of turns."""
    pairs = [(per_second(ours), per_second(theirs)) for _ in range(_ROUNDS)]
    mine, others = (statistics.median(column) for column in zip(*pairs, strict=True))
    return mine, others, statistics.median(one / other for one, other in pairs)
