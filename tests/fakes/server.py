"""What the vendors' stand-ins share: a kept-alive HTTP/1.1 server on loopback, and the ways in which it can fail."""

import json
import socket
import sys
import time
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from enum import Enum, auto
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, Self


class Mood(Enum):
    """How the vendor behaves until told otherwise."""

    WELL = auto()
    HANGS = auto()
    """Reads the request and never answers; nothing is accepted."""
    BUSY = auto()
    """429 with Retry-After; nothing is accepted."""
    BROKEN = auto()
    """500 with the vendor's error body; nothing is accepted."""
    CUT = auto()
    """Reads the request and closes the connection; nothing is accepted."""
    ANSWER_LOST = auto()
    """Accepts the message and closes the connection without a word."""
    GARBLED = auto()
    """Accepts the message and answers with a success that holds no JSON and no id."""
    TWICE = auto()
    """Accepts every message two times, as if it had been sent two times."""


@dataclass
class Call:
    """One request as it came over the wire."""

    method: str
    path: str
    headers: Message
    body: bytes
    port: int
    """The caller's: the same number twice is the same connection."""


@dataclass
class Answer:
    """What goes back; a ``body`` becomes JSON."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class VendorFake:
    """One vendor's stand-in: ``with TwilioFake() as fake: ... fake.base_url ... fake.messages``."""

    def __init__(self, port: int = 0, *, announce: bool = False) -> None:
        """Listen on 127.0.0.1, on a free port unless one is given; ``announce`` prints each accepted message."""
        self.messages: list[dict[str, Any]] = []
        """Every message accepted, oldest first."""
        self.calls: list[Call] = []
        """Every request, the refused ones too."""
        self.mood = Mood.WELL
        self.late_s = 0.0
        """How long each answer takes."""
        self.retry_after = "7"
        """What a busy vendor puts into Retry-After."""
        self._announce = announce
        self._released = Event()
        self._lock = Lock()
        self._open: set[socket.socket] = set()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.fake = self

    @property
    def base_url(self) -> str:
        """Where to send what would go to the vendor."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        """Serve in a thread."""
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and let go of whoever still waits."""
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self.drop_connections()

    def drop_connections(self) -> None:
        """Close every open connection, as a vendor does with idle ones."""
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # The other side was faster.

    def serve(self) -> None:
        """Serve until Ctrl-C."""
        self._say(f"{type(self).__name__} listens on {self.base_url}")
        try:
            self._server.serve_forever()
        except KeyboardInterrupt:
            self._server.server_close()

    def judge(self, call: Call) -> Answer | dict[str, Any]:
        """Return the message that ``call`` carries, or the vendor's refusal. Each vendor's own."""
        raise NotImplementedError

    def accepted(self, message: dict[str, Any]) -> Answer:
        """Return the vendor's answer to a message it takes. Each vendor's own."""
        raise NotImplementedError

    def failure(self, status: int) -> Answer:
        """Return the vendor's words for a 429 or a 500. Each vendor's own."""
        raise NotImplementedError

    def answer(self, call: Call) -> Answer | None:
        """Return what to say to ``call``, None to close the connection without a word."""
        self.calls.append(call)
        if self.late_s:
            time.sleep(self.late_s)
        match self.mood:
            case Mood.HANGS:
                self._released.wait()
                return None
            case Mood.CUT:
                return None
            case Mood.BUSY:
                busy = self.failure(HTTPStatus.TOO_MANY_REQUESTS)
                return Answer(busy.status, busy.body, {"Retry-After": self.retry_after})
            case Mood.BROKEN:
                return self.failure(HTTPStatus.INTERNAL_SERVER_ERROR)
        return self._take(self.judge(call))

    def _take(self, judged: Answer | dict[str, Any]) -> Answer | None:
        if isinstance(judged, Answer):
            return judged
        answer = self._remember(judged)
        if self.mood is Mood.TWICE:
            self._remember(dict(judged))
        if self.mood is Mood.ANSWER_LOST:
            return None
        return Answer(HTTPStatus.OK, "Welcome") if self.mood is Mood.GARBLED else answer

    def _remember(self, message: dict[str, Any]) -> Answer:
        answer = self.accepted(message)
        self.messages.append(message)
        if self._announce:
            self._say(json.dumps(message))
        return answer

    @staticmethod
    def _say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    fake: VendorFake


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        # Else the answer's two packets wait for each other's acknowledgement.
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self.server.fake._lock:
            self.server.fake._open.add(self.connection)

    def finish(self) -> None:
        with self.server.fake._lock:
            self.server.fake._open.discard(self.connection)
        super().finish()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        call = Call(self.command, self.path, self.headers, body, self.client_address[1])
        answer = self.server.fake.answer(call)
        if answer is None:
            self.close_connection = True
            return
        content = b"" if answer.body is None else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if content:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST  # noqa: N815  The name is the base class's.

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  The name is the base class's.
        """Keep the tests' output quiet."""


def run(kind: type[VendorFake], description: str | None) -> None:
    """Serve ``kind`` from the command line."""
    parser = ArgumentParser(description=description)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    kind(parser.parse_args().port, announce=True).serve()
