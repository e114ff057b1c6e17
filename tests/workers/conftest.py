"""Real processes to test with: each test has its own data folder and port, and leaves nothing running."""

import dataclasses
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from config.settings import Settings, read_settings
from workers import valkey

_PATIENCE_S = 30.0
_BEGIN = "from workers import memory\nmemory.begin()\n"
"""With what the throughline command begins, too."""


def _eventually(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def _is_alive(pid: int) -> bool:
    """Return whether the process runs; one that ended and waits for its parent to notice does not."""
    if not Path("/proc/self/stat").exists():
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, check=False).stdout.strip()
        return bool(state) and not state.startswith(b"Z")
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], None]:
    """Wait until a condition holds, and fail when it does not within some seconds."""
    return _eventually


@pytest.fixture
def is_alive() -> Callable[[int], bool]:
    """Tell whether a process runs."""
    return _is_alive


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings of a hub of this test alone; child processes read the same from the environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for name in ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PORT", str(port))
    monkeypatch.setenv("SECRET_KEY", "a key for tests alone")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    settings = dataclasses.replace(read_settings(), send_workers=1)
    yield settings
    shutil.rmtree(settings.embedded_socket.parent, ignore_errors=True)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start Python code as a process of its own; what is left of it when the test ends is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *, shell: str = "") -> subprocess.Popen[str]:
        script = tmp_path / f"script_{len(started)}.py"
        script.write_text(_BEGIN + code)
        argv = [sys.executable, str(script)]
        if shell:
            argv = ["sh", "-c", f'{shell} "$0" "$1"', *argv]
        process = subprocess.Popen(
            argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


class Server:
    """The embedded Valkey of a test, to be killed and started again."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.client = redis.Redis.from_url(settings.effective_redis_url)
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(valkey.prepare(self.settings))
        valkey.await_answer(self.settings, self.process, lambda: False)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.client.close()
        self.kill()


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    """Run an embedded Valkey for the time of a test."""
    server = Server(settings)
    yield server
    server.stop()
