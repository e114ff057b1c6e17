"""Processor time of a process, from outside: what a benchmark goes by where others use the machine, too."""

import os
import time
from pathlib import Path
from statistics import median

import orjson

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")

_OBJECTS, _TIMES = 6_000, 9


def loop_ms() -> float:
    """Return how long the same objects take to be made and written, the median of several times: the machine's pace."""
    return median(_once_ms() for _ in range(_TIMES))


def _once_ms() -> float:
    began = time.process_time()
    made = [(f"k{number}", number, {"a": number, "b": [number]}) for number in range(_OBJECTS)]
    orjson.loads(orjson.dumps({one[0]: one for one in made}))
    return (time.process_time() - began) * 1e3


def processor_s(pid: int) -> float:
    """Return how many seconds of a processor a process, with its threads, has used so far."""
    # Behind the name in parentheses, which may hold anything: user and system time are its 12th and 13th words.
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / _TICKS_A_SECOND
