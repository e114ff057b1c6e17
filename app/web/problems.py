"""How an error is worded: RFC 9457 problems for callers of the API and the webhooks, pages for people.

Source: https://www.rfc-editor.org/rfc/rfc9457
"""

from typing import Any

import orjson
from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from app.domain.errors import (
    ConflictError,
    InvalidInputError,
    ThroughlineError,
    UnauthenticatedError,
    UnavailableNowError,
    UnknownError,
)
from app.web.json_body import InvalidJsonError

MEDIA_TYPE = "application/problem+json"

_PROBLEMS: dict[type[ThroughlineError], tuple[int, str, str]] = {
    InvalidInputError: (422, "invalid-input", "Some of the input cannot be used"),
    InvalidJsonError: (400, "invalid-json", "The body is not a JSON object"),
    UnauthenticatedError: (401, "unauthenticated", "Who is calling is not known"),
    UnknownError: (404, "unknown", "There is no such thing"),
    ConflictError: (409, "conflict", "This contradicts an earlier call"),
    UnavailableNowError: (503, "unavailable", "Another system does not answer"),
    ThroughlineError: (422, "refused", "A rule says no"),
}
_STATUSES: dict[int, tuple[str, str, str]] = {
    400: ("bad-request", "The request cannot be read", "The request is not as HTTP wants it."),
    404: ("unknown", "There is no such thing", "There is nothing at this address."),
    405: ("method-not-allowed", "This address does not take this method", "The Allow header names those it takes."),
    406: ("not-acceptable", "There is no such form of the answer", "Ask for application/json."),
    413: ("body-too-large", "The body is too large", "Send less at once."),
    415: ("unsupported-media-type", "The body is of a kind that is not taken", "Send application/json."),
    429: ("too-many-requests", "Too many requests", "Wait a while, then try again."),
    500: ("internal", "Something went wrong on our side", "It was recorded; try again later."),
    503: ("unavailable", "The hub cannot do this now", "Try again later."),
}
_OWN_WORDS = {400, 415}
"""Statuses whose description is our own sentence, not the framework's."""
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")
_MACHINES = ("/api/", "/hooks/")
_PROBES = {"/healthz", "/readyz", "/metrics", "/tls"}
_NAMED_FIELDS = 5


def urn(slug: str) -> str:
    """Return the stable name of a kind of problem."""
    return f"urn:throughline:problem:{slug}"


def describe(error: ThroughlineError) -> dict[str, Any]:
    """Return the problem that ``error`` is, as JSON."""
    status, slug, title = next(_PROBLEMS[kind] for kind in type(error).__mro__ if kind in _PROBLEMS)
    problem: dict[str, Any] = {"type": urn(slug), "title": title, "status": status, "detail": str(error)}
    if isinstance(error, InvalidInputError):
        named = list(error.errors)
        more = f" and {len(named) - _NAMED_FIELDS} more" if len(named) > _NAMED_FIELDS else ""
        problem["detail"] = f"See errors: {', '.join(named[:_NAMED_FIELDS])}{more}."
        problem["errors"] = error.errors
    elif isinstance(error, InvalidJsonError):
        problem["errors"] = {"body": [str(error)]}
    return problem


def register(app: Flask) -> None:
    """Word the errors of our own rules; those of HTTP itself come through ``answer_http``."""
    app.register_error_handler(ThroughlineError, _answer_rule)


def answer_http(error: HTTPException) -> ResponseReturnValue:
    """Answer an error of HTTP: a problem for machines, the plain page for people."""
    status = error.code or 500
    if status < 400 or not _is_for_machines():
        return error
    slug, title, detail = _STATUSES.get(status, ("http-error", error.name, error.name))
    if status in _OWN_WORDS and error.description and error.description != type(error).description:
        detail = error.description
    problem = {"type": urn(slug), "title": title, "status": status, "detail": detail}
    given = dict(error.get_headers())
    return _answer(problem, {name: given[name] for name in _KEPT_HEADERS if name in given})


def _answer_rule(error: ThroughlineError) -> ResponseReturnValue:
    problem = describe(error)
    if not _is_for_machines():
        page = HTTPException(problem["detail"])
        page.code = problem["status"]
        return page
    return _answer(problem, {"WWW-Authenticate": "Bearer"} if problem["status"] == 401 else {})


def _answer(problem: dict[str, Any], headers: dict[str, str]) -> Response:
    return Response(orjson.dumps(problem), problem["status"], headers, content_type=MEDIA_TYPE)


def _is_for_machines() -> bool:
    return request.path.startswith(_MACHINES) or request.path in _PROBES
