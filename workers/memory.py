"""What a process has loaded stays until it ends, so Python's collector of cycles need not walk through it again."""

import atexit
import gc

_YOUNG = 20_000
"""Objects after which the collector looks at the latest; Python's own 700 are less than one list of triggers has."""


def begin() -> None:
    """Collect seldom from the start, for what a process imports stays, and not at all when it ends.

    With Python's own threshold the collector looked through it hundreds of times, a tenth of what a start costs. At the
    end it would look for cycles in all of it, several times over: 0.2 s of a worker's, 0.8 s of a web's.
    """
    gc.set_threshold(_YOUNG, 20, 20)
    atexit.register(gc.freeze)


def settle() -> None:
    """Leave everything that is there by now out of all collections, and collect what comes later less often.

    A thousand triggers, or messages, at once are tens of thousands of objects without a cycle; for each such list the
    collector would walk through all that the process has loaded several times, which takes as long as the work itself.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 20)
