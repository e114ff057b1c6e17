"""One call of an address that a customer chose: signed, never led astray, and over after 15 seconds.

A name is resolved once, every address it has must be one that the hub may call, and the connection goes to one of
those very addresses: nothing is looked up a second time. No proxy of the environment and no redirect can change where
a call ends. The time limit holds for everything together, for an answer that comes drop by drop, too.
Sources: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, RFC 9110.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from http import HTTPStatus
from ipaddress import ip_address
from threading import Thread
from typing import Any, cast
from urllib.parse import SplitResult, urlsplit

import certifi

from app.domain.public_addresses import is_callable
from integrations.protocol import WebhookAnswer, WebhookCall
from integrations.standard_webhooks import sign
from integrations.transport import retry_after_s

TIMEOUT_S = 15.0
_LONGEST_ANSWER = 64 * 1024
_EXCERPT = 1_000
_TRIED_ADDRESSES = 3
_CHUNK = 16 * 1024
_USER_AGENT = "Throughline-Webhooks/1"

Resolve = Callable[[str, int], Sequence[str]]


class _RefusedError(Exception):
    """The hub may not call there."""


def resolve(host: str, port: int) -> list[str]:
    """Return every address of ``host``, in the order in which the system would try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]).partition("%")[0] for *_, address in found))


class HttpWebhookCaller:
    """Calls webhooks over the public internet; may be used by many threads at once."""

    def __init__(
        self,
        *,
        private_too: bool = False,
        timeout_s: float = TIMEOUT_S,
        resolve: Resolve = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """``private_too`` lets private networks be called, for trying things out; the rest is for tests."""
        self._private_too = private_too
        self._timeout_s = timeout_s
        self._resolve = resolve
        self._tls = tls or _trusted()

    def call(self, call: WebhookCall) -> WebhookAnswer:
        """Make one call; 2xx is success, whatever else happens is said in ``error``."""
        deadline = time.monotonic() + self._timeout_s
        try:
            parts = urlsplit(call.url)
            with self._connect(parts, deadline) as connection:
                return _exchange(_Timed(connection, deadline), parts, call)
        except TimeoutError:
            return WebhookAnswer(error=f"No whole answer within {self._timeout_s:g} s.")
        except ssl.SSLCertVerificationError as error:
            return WebhookAnswer(error=f"The certificate is not trusted: {error.verify_message}.")
        except _RefusedError as error:
            return WebhookAnswer(error=str(error))
        except socket.gaierror as error:
            return WebhookAnswer(error=f"The name of the host was not found ({error.strerror}).")
        except (OSError, http.client.HTTPException, ValueError) as error:
            return WebhookAnswer(error=f"The connection failed ({type(error).__name__}).")

    def _connect(self, parts: SplitResult, deadline: float) -> socket.socket:
        """Return a connection to one of the host's addresses, encrypted where the URL says so."""
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        plain = _reach(self._addresses(host, port, deadline), port, deadline)
        if parts.scheme != "https":
            return plain
        try:
            plain.settimeout(_left(deadline))
            return self._tls.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def _addresses(self, host: str, port: int, deadline: float) -> Sequence[str]:
        found = _in_time(lambda: self._resolve(host, port), deadline)
        # One forbidden address among others is somebody's trick: the next look-up may be answered by it alone.
        if not found or not all(is_callable(ip_address(each), private_too=self._private_too) for each in found):
            raise _RefusedError("The host has an address that is not on the public internet.")
        return found


def _trusted() -> ssl.SSLContext:
    """Trust what the system trusts, and the usual authorities, for a slim system has none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _in_time(look_up: Callable[[], Sequence[str]], deadline: float) -> Sequence[str]:
    """Return what ``look_up`` returns, but wait no longer than allowed: the system's resolver knows no time limit."""
    answer: Future[Sequence[str]] = Future()

    def look() -> None:
        try:
            answer.set_result(look_up())
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for.
            answer.set_exception(error)

    Thread(target=look, name="resolve", daemon=True).start()
    return answer.result(timeout=_left(deadline))


def _reach(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    """Connect to the first address that takes the connection; an address that is deaf leaves time for the next."""
    tried = addresses[:_TRIED_ADDRESSES]
    failure: OSError = OSError("no address")
    for place, address in enumerate(tried):
        try:
            return socket.create_connection((address, port), timeout=_left(deadline) / (len(tried) - place))
        except OSError as error:
            failure = error
    raise failure


def _exchange(connection: "_Timed", parts: SplitResult, call: WebhookCall) -> WebhookAnswer:
    """Send the call over a connection that stands, and read what comes back."""
    request = http.client.HTTPConnection(parts.hostname or "")
    request.sock = cast(socket.socket, connection)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    request.request("POST", target, call.body.encode(), _headers(parts.netloc, call))
    response = request.getresponse()
    excerpt = response.read(_LONGEST_ANSWER)[: _EXCERPT * 4].decode(errors="replace")[:_EXCERPT]
    return WebhookAnswer(
        status_code=response.status,
        # PostgreSQL takes no NUL in a text.
        excerpt=excerpt.replace("\0", "\ufffd"),
        error=_judge(response.status),
        retry_after_s=retry_after_s(dict(response.headers)),
    )


def _headers(host: str, call: WebhookCall) -> dict[str, str]:
    return {
        "Host": host,
        "User-Agent": _USER_AGENT,
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
        "Connection": "close",
        **sign(call.secrets, call.id, call.at, call.body),
    }


def _judge(status: int) -> str | None:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return f"HTTP {status}: redirects are not followed."
    return f"HTTP {status}."


class _Timed:
    """A connection on which everything together must be over by ``deadline``; as much of a socket as HTTP needs."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        for start in range(0, len(data), _CHUNK):
            self._connection.settimeout(_left(self._deadline))
            self._connection.sendall(data[start : start + _CHUNK])

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._connection, self._deadline))

    def close(self) -> None:
        """Leave the connection open: what was not read yet is still to come, and whoever opened it closes it."""


class _TimedReader(io.RawIOBase):
    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(_left(self._deadline))
        return self._connection.recv_into(buffer)
