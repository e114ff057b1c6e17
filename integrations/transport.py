"""One pooled session for each provider, and what a failed call proves about the message it carried.

Sources: https://requests.readthedocs.io/en/latest/api/#exceptions,
https://urllib3.readthedocs.io/en/stable/reference/urllib3.exceptions.html, RFC 9110 sections 10.2.3 and 15.
"""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address
from ssl import SSLCertVerificationError
from urllib.parse import urlsplit

from requests import PreparedRequest, Request, RequestException, Response, Session
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, ProxyError, SSLError

from integrations.protocol import ProviderError, RejectedError, UnavailableError, UncertainError

_CONNECTIONS = 16
"""Kept alive for each provider; threads beyond it open one of their own and close it again."""
_LATER = frozenset({429})
_UNCLEAR = frozenset({408})
"""A gateway's 408 does not say how far the request had come."""
_DELAY = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


def new_session(api_base: str) -> Session:
    """Return a session for ``api_base`` that keeps connections alive, never repeats a request and keeps no cookies."""
    session = Session()
    # A stand-in on this machine is not to be looked for through the environment's proxy.
    session.trust_env = not is_local(api_base)
    adapter = HTTPAdapter(pool_connections=2, pool_maxsize=_CONNECTIONS, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    # Threads share the session, and a cookie of one send has no business in another.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    return session


def call(session: Session, request: Request, *, timeout_s: float) -> Response:
    """Send ``request`` once, follow no redirect, and return the whole answer, whatever its status.

    Raises:
        RejectedError: it cannot be put into HTTP; nothing was sent.
        UnavailableError: no connection came about, so nothing was sent.
        UncertainError: it may have arrived.
    """
    prepared = _prepare(session, request)
    surroundings = session.merge_environment_settings(prepared.url, {}, None, None, None)
    try:
        return session.send(prepared, timeout=timeout_s, allow_redirects=False, **surroundings)
    except (RequestException, HTTPError) as error:
        raise _unanswered(error) from error


def _prepare(session: Session, request: Request) -> PreparedRequest:
    # Apart from the sending: the same exceptions mean something else once a byte has left.
    try:
        return session.prepare_request(request)
    except (RequestException, UnicodeError) as error:
        raise RejectedError(f"The request cannot be written down: {error}") from error


def _unanswered(error: Exception) -> ProviderError:
    cause = _cause(error)
    if isinstance(cause, ConnectTimeoutError | SSLCertVerificationError):
        return UnavailableError(f"No connection came about ({type(cause).__name__}).")
    # A read time-out, a reset, a connection that the other side had closed while it was idle: the request was,
    # or may have been, written.
    return UncertainError(f"The connection failed before an answer was read ({type(cause).__name__}).")


def _cause(error: BaseException) -> BaseException:
    """Return what lies beneath the wrappers of requests and urllib3.

    Refusals, unreachable networks and unknown names are all kinds of urllib3's ConnectTimeoutError. A ProxyError by
    itself proves nothing: urllib3 also makes one of a connection that broke after the request.
    """
    while True:
        if isinstance(error, MaxRetryError) and error.reason:
            error = error.reason
        elif isinstance(error, ProxyError):
            error = error.original_error
        elif isinstance(error, RequestException | SSLError) and error.args and isinstance(error.args[0], BaseException):
            error = error.args[0]
        else:
            return error


def refusal(response: Response, reason: str, code: str | None = None) -> ProviderError:
    """Return what an answer that is no success means for the message; ``reason`` is the provider's own, if it gave one.

    4xx: refused for good, but 429: not now. 408, 5xx and whatever else: it may have been taken.
    """
    reason = reason or f"HTTP {response.status_code}"
    if response.status_code in _LATER:
        return UnavailableError(reason, retry_after_s(response.headers))
    if 400 <= response.status_code < 500 and response.status_code not in _UNCLEAR:
        return RejectedError(reason, code)
    return UncertainError(reason)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that Retry-After asks for, or None; a date counts from the answer's own."""
    value = headers.get("Retry-After", "").strip()
    if _DELAY.fullmatch(value):
        return float(value)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return max(wait.total_seconds(), 0.0)


def is_local(url: str) -> bool:
    """Say whether ``url`` leads to this very machine, where nobody else's call could follow it."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if not host or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def is_plain(secret: str) -> bool:
    """Say whether ``secret`` can stand in a header as it is: printable ASCII, not empty."""
    return bool(secret) and secret.isascii() and secret.isprintable()
