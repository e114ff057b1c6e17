"""Whether the port is free, and who has it: granian would share a taken one in silence."""

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path

_LISTENING = "0A"  # TCP_LISTEN in /proc/net/tcp, see the kernel's include/net/tcp_states.h.
_POLL_S = 0.05


class PortTakenError(Exception):
    """Something else listens on the port already; the message is one clear line."""


def ensure_port_free(host: str, port: int, *, patience_s: float = 0.0) -> None:
    """Return when ``port`` can be listened on, waiting ``patience_s`` seconds for those who are about to leave it.

    Raises:
        PortTakenError: somebody listens there, or the address cannot be listened on at all.
    """
    deadline = time.monotonic() + patience_s
    while (reason := _obstacle(host, port)) is not None:
        if time.monotonic() >= deadline:
            holder = _holder(port)
            by = f" (process {holder})" if holder else ""
            raise PortTakenError(f"cannot listen on {host}:{port}{by}: {reason}; choose another PORT")
        time.sleep(_POLL_S)


def _obstacle(host: str, port: int) -> str | None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            # Connections that are still closing do not count, listeners do.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        return error.strerror or str(error)
    return None


def _holder(port: int) -> int | None:
    """Return the process that listens on ``port``, where the system lets us see it (Linux)."""
    inodes = {f"socket:[{inode}]" for inode in _listening(port)}
    for link in Path("/proc").glob("[0-9]*/fd/*") if inodes else ():
        with contextlib.suppress(OSError):
            if str(link.readlink()) in inodes:
                return int(link.parts[2])
    return None


def _listening(port: int) -> Iterator[str]:
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        with contextlib.suppress(OSError):
            for line in table.read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTENING and int(fields[1].rsplit(":", 1)[1], 16) == port:
                    yield fields[9]
