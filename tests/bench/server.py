"""A WSGI callable behind the hub's own web server, in processes of its own."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from tests.faults.test_kill import family
from tests.walk.hub import free_port

THREADS = 1
"""As many as the edge is served by."""


class Server:
    """Serves ``target`` on a port between entering and leaving; every one with the same settings."""

    def __init__(self, target: str, data_dir: Path, **environment: str) -> None:
        self.port = free_port()
        self._target = target
        self._environment = {**os.environ, "DATA_DIR": str(data_dir), "PORT": str(self.port), **environment}

    def __enter__(self) -> Self:
        # Its own session, as each process of a hub has: the kernel may share the processor out between sessions.
        self.process = subprocess.Popen(
            [sys.executable, "-m", __name__, self._target], env=self._environment, start_new_session=True
        )
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return self

    def cpu_s(self) -> float:
        """Return the processor time that its processes took so far, in seconds."""
        ticks = 0
        for process in (self.process.pid, *family(self.process.pid)):
            # Behind the name, which may hold anything: user and system time are the 14th and 15th field.
            times = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
            ticks += sum(map(int, times))
        return ticks / os.sysconf("SC_CLK_TCK")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=15)


def main() -> None:
    """Serve what the command line names."""
    from config.settings import read_settings
    from workers.web import serve

    serve(read_settings(), sys.argv[1], threads=THREADS, processes=1)


if __name__ == "__main__":
    main()
