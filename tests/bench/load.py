"""Load on loopback: keep-alive connections in one thread, which count answers and take their time.

A generator in Python costs as much as a small answer does, so for throughput each connection sends several requests
at once; whoever is compared gets the same load.
"""

import select
import socket
import time
from collections.abc import Iterator
from itertools import cycle
from typing import NamedTuple, Self

from tests.bench.server import Server
from tests.walk.hub import PHONE

CONNECTIONS = 64
DEPTH = 8
_ANSWER = b"HTTP/1.1 "


def request(path: str, host: str) -> bytes:
    """Return one request as a telephone's browser sends it."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {PHONE}\r\nAccept: */*\r\n\r\n".encode()


def blocks(paths: list[str], host: str, depth: int = DEPTH) -> Iterator[bytes]:
    """Return an endless supply of requests for ``paths``, in turn, ``depth`` at once."""
    asked = [request(path, host) for path in paths]
    return cycle([b"".join(asked[start : start + depth]) for start in range(0, len(asked) - depth + 1, depth)])


class Load:
    """Open connections to one server; for one slice, for a server closes those that rest."""

    def __init__(self, port: int, connections: int = CONNECTIONS) -> None:
        self._sockets = {}
        self._poll = select.epoll()
        for _ in range(connections):
            one = socket.create_connection(("127.0.0.1", port))
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            one.setblocking(False)
            self._sockets[one.fileno()] = one
            self._poll.register(one, select.EPOLLIN)
        self.odd = 0
        """Answers that were no redirect."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._poll.close()
        for one in self._sockets.values():
            one.close()

    def count(self, supply: Iterator[bytes], seconds: float, depth: int = DEPTH) -> tuple[int, float]:
        """Return how many answers came, and in how many seconds."""
        waiting, tails = dict.fromkeys(self._sockets, depth), dict.fromkeys(self._sockets, b"")
        start = time.perf_counter()
        for one in self._sockets.values():
            one.sendall(next(supply))
        open_count, end, answered = len(waiting), start + seconds, 0
        while open_count:
            for number, _ in self._poll.poll():
                data = tails[number] + self._sockets[number].recv(262_144)
                if data == tails[number]:
                    raise ConnectionError("the server closed a connection")
                found = data.count(_ANSWER)
                self.odd += found - data.count(_ANSWER + b"302")
                tails[number] = data[-11:] if not data.endswith(_ANSWER) else data[-9:]
                if _ANSWER in tails[number]:
                    tails[number] = b""
                answered += found
                waiting[number] -= found
                # The body of a connection's last answer may come by itself, and ends nothing a second time.
                if found and waiting[number] <= 0:
                    if time.perf_counter() < end:
                        waiting[number] = depth
                        self._sockets[number].sendall(next(supply))
                    else:
                        open_count -= 1
        return answered, time.perf_counter() - start

    def latencies(self, supply: Iterator[bytes], seconds: float) -> list[float]:
        """Return how long each answer took, in ms, sorted; one request at a time on each connection."""
        sent: dict[int, float] = {}
        took: list[float] = []
        end = time.perf_counter() + seconds
        for number, one in self._sockets.items():
            sent[number] = time.perf_counter()
            one.sendall(next(supply))
        while sent:
            for number, _ in self._poll.poll():
                self._sockets[number].recv(65_536)
                now = time.perf_counter()
                took.append((now - sent.pop(number)) * 1000)
                if now < end:
                    sent[number] = now
                    self._sockets[number].sendall(next(supply))
        return sorted(took)

    def paced(self, supply: Iterator[bytes], per_second: int, seconds: float) -> list[float]:
        """Ask so often and no oftener; return how long each answer took, in ms, from when its question was due."""
        resting, due = list(self._sockets), {}
        took: list[float] = []
        asked, wanted, start = 0, int(per_second * seconds), time.perf_counter()
        while len(took) < wanted:
            while asked < wanted and resting and start + asked / per_second <= time.perf_counter():
                number = resting.pop()
                due[number] = start + asked / per_second
                self._sockets[number].sendall(next(supply))
                asked += 1
            for number, _ in self._poll.poll(0.001):
                self._sockets[number].recv(65_536)
                took.append((time.perf_counter() - due.pop(number)) * 1000)
                resting.append(number)
        return sorted(took)


class Slice(NamedTuple):
    """What a server did in a short time."""

    per_second: float
    cpu_us: float
    """Of the server's processor time, for one answer."""


def slice_of(server: Server, supply: Iterator[bytes], depth: int, seconds: float) -> Slice:
    """Return what ``server`` does for ``seconds``.

    Raises:
        ValueError: something else than redirects was answered.
    """
    before = server.cpu_s()
    with Load(server.port) as load:
        answered, passed = load.count(supply, seconds, depth)
        if load.odd:
            raise ValueError(f"{load.odd} answers were no redirect")
    return Slice(answered / passed, (server.cpu_s() - before) / answered * 1e6)


def p99(sorted_times: list[float]) -> float:
    """Return the 99th percentile."""
    return sorted_times[int(len(sorted_times) * 0.99)]
