"""Who comes first where there is not enough processor for all; where there is, nobody notices.

What records clicks (shipper, its workers, the stores) comes before what makes them, and both before pages. Otherwise
the edge, which never waits, takes on a machine that is busy all over what its clicks' way into the database needs, and
these come later and later; so it answers a little fewer instead, and they keep up.
Workers that send or credit never step back: behind a flood of clicks, no message would go out.
"""

import os
import threading
import time
from pathlib import Path

REDIRECTS = 4
"""Steps of niceness, of which each leaves others a quarter more; 4 are less than half the share of who takes none."""
PAGES = 8
_OF_TARGETS = {"wsgi:edge": REDIRECTS, "wsgi:application": REDIRECTS, "wsgi:web": PAGES}
_GROUP = Path("/proc/self/autogroup")
_PAUSE_S = 0.2
_TRIES = 50


def steps_of_target(target: str) -> int:
    """Return how far whoever serves a WSGI callable steps back."""
    return _OF_TARGETS.get(target, 0)


def step_back(steps: int) -> None:
    """Let others come first, by so many steps of niceness; what this process forks later does, too.

    Linux may divide the processor between sessions before it looks at niceness, so a process that leads one, as every
    process of a hub does, steps back as a session as well. Source: sched(7), "The autogroup feature".
    """
    os.nice(steps)
    if steps and os.getsid(0) == os.getpid():
        threading.Thread(target=_step_back_together, args=(steps,), name="priority", daemon=True).start()


def _step_back_together(steps: int) -> None:
    for _ in range(_TRIES):
        try:
            _GROUP.write_text(f"{steps}\n")
        except BlockingIOError:
            # The kernel takes ten such wishes a second, from all processes together.
            time.sleep(_PAUSE_S)
        except OSError:
            return  # A kernel without such groups goes by niceness alone.
        else:
            return
