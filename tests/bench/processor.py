"""Processor time of a process, from outside: what a benchmark goes by where others use the machine, too."""

import os
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def processor_s(pid: int) -> float:
    """Return how many seconds of a processor a process, with its threads, has used so far."""
    # Behind the name in parentheses, which may hold anything: user and system time are its 12th and 13th words.
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / _TICKS_A_SECOND
