"""The web loads while the supervisor still prepares the database, and serves nobody before that is done.

A lock says which it is: the kernel lets go of it when a supervisor is killed midway, and nobody holds it where the web
runs by itself.
"""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

_LOCK = "preparing.lock"


@contextlib.contextmanager
def hold_back(data_dir: Path) -> Iterator[None]:
    """Let no web of this folder serve before the block ends."""
    with (data_dir / _LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def wait_until_prepared(data_dir: Path) -> None:
    """Return at once, unless somebody holds the web of this folder back: then when they let go."""
    with contextlib.suppress(FileNotFoundError), (data_dir / _LOCK).open() as file:
        fcntl.flock(file, fcntl.LOCK_SH)
