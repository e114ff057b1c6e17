"""A Redis of the tests' own: the server that a hub brings along, on a socket in a folder of the system's."""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

import redis

from workers.valkey import find_binary


class EmbeddedRedis:
    """Runs between entering and leaving; may be killed in between."""

    def __init__(self) -> None:
        # A socket's path must be short, which pytest's own folders are not.
        self.folder = Path(tempfile.mkdtemp(prefix="throughline-redis-"))
        self.url = f"unix://{self.folder}/socket"
        self.client = redis.Redis.from_url(self.url)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.kill()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Start it, empty."""
        words = ("--port", "0", "--unixsocket", f"{self.folder}/socket", "--save", "", "--dir", str(self.folder))
        self.process = subprocess.Popen((find_binary(), *words), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while True:
            try:
                self.client.ping()
            except redis.RedisError:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            else:
                return

    def kill(self) -> None:
        """End it as a crash does."""
        self.process.kill()
        self.process.wait()
