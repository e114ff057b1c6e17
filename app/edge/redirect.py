"""The hot path: host and path → link → who is it → journal → 302; what is not its own goes to what stands behind it.

Bare WSGI: no Flask, no ORM, no network. Whatever the path, host or headers hold, it answers; it never raises.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import orjson
import uuid_utils

from app.domain.visit import LinkKind
from app.domain.visitors import RULES_VERSION, classify
from app.edge.figures import Figures
from app.edge.journal import Journal
from app.edge.resolver import Miss, Resolver
from app.edge.target import Target
from app.edge.together import Together

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]
Headers = list[tuple[str, str]]
Answer = tuple[int, Headers, bytes]
"""Status, headers and body."""
Respond = Callable[[int, Headers, bytes], Any]
"""Sends an answer; from any thread, and also after the request was handed over."""

_NO_STORE = ("Cache-Control", "no-store")
_NO_REFERRER = ("Referrer-Policy", "no-referrer")
_NO_INDEX = ("X-Robots-Tag", "noindex")
_EMPTY = ("Content-Length", "0")
_STATUS = {302: "302 Found", 404: "404 Not Found", 500: "500 Internal Server Error", 503: "503 Service Unavailable"}
_IPV4 = re.compile(r"([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.)[0-9]{1,3}(?::[0-9]+)?")
_PREFETCH_HEADERS = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")
_KEPT = 1_000
"""So many characters of a user agent and of a referrer are kept."""
_AGENTS = 10_000
"""So many user agents are remembered, each with its verdict."""


def _page(title: str, words: str) -> bytes:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"></head>'
        f"<body><h1>{title}</h1><p>{words}</p></body></html>\n"
    ).encode()


_NOT_FOUND = _page("This link does not exist", "It may have been cut off. Try the whole link from the message again.")
_FAILED = _page("Something went wrong", "The mistake is ours, and it is written down. Please try again in a while.")
_UNAVAILABLE = _page("Just a moment", "This link cannot be looked up right now. Please try again in a few seconds.")


def not_found(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a plain 404 page; what stands behind the edge where Flask does not."""
    return _by_wsgi(_page_answer(environ, 404, _NOT_FOUND), start_response)


def _page_answer(environ: Environ, status: int, page: bytes, *more: tuple[str, str]) -> Answer:
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))]
    body = b"" if environ.get("REQUEST_METHOD") == "HEAD" else page
    return status, [*headers, _NO_STORE, _NO_INDEX, _NO_REFERRER, *more], body


def _by_wsgi(answer: Answer, start_response: StartResponse) -> Iterable[bytes]:
    status, headers, body = answer
    start_response(_STATUS[status], headers)
    # The server sends a list as it is; for any other iterable it sets up a stream.
    return [body] if body else []


def _fail(request: tuple[Environ, Respond]) -> None:
    environ, respond = request
    respond(*_page_answer(environ, 500, _FAILED))


class Edge:
    """The WSGI callable in front of everything; one for all threads of a process."""

    def __init__(
        self,
        resolver: Resolver,
        journal: Journal,
        *,
        behind: WsgiApp = not_found,
        trusted_proxies: int = 0,
        mint: Callable[[], Any] = uuid_utils.uuid7,
        figures: Figures | None = None,
    ) -> None:
        """Put the parts together.

        Args:
            resolver: finds targets.
            journal: keeps visits.
            behind: gets every request that is not for a link.
            trusted_proxies: how many proxies of our own stand in front and add to ``X-Forwarded-For``.
            mint: makes the UUIDv7 of a visit; the visit's time is the one in it.
            figures: where answers are counted, by the link's kind and how it went.
        """
        self._figures = figures or Figures()
        self._count = {kind.value: self._figures.ticker(f"{kind.value} redirected").tick for kind in LinkKind}
        self._count_miss = {miss: self._figures.ticker(f"none {miss.value}").tick for miss in Miss}
        self._find = resolver.find
        self._find_all = resolver.find_all
        # Where Flask stands behind, its pages are no work for the threads that look links up.
        self._is_alone = behind is not_found
        self._remembered = resolver.remembered
        self._append = journal.append
        self.behind = behind
        """Gets every request that is not for a link."""
        self._unknown: Together[tuple[Environ, Respond]] = Together(self._answer_all, _fail)
        self._trusted_proxies = trusted_proxies
        self._mint = mint
        self._agents: dict[str, str] = {}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        method = environ["REQUEST_METHOD"]
        if method != "GET" and method != "HEAD":
            return self.behind(environ, start_response)
        target = self._find(environ.get("HTTP_HOST", ""), environ["PATH_INFO"])
        if isinstance(target, Target):
            line, answer = self._visit(target, environ)
            self._append(line)
            return _by_wsgi(answer, start_response)
        missed = self._missed(target, environ)
        return self.behind(environ, start_response) if missed is None else _by_wsgi(missed, start_response)

    def take(self, environ: Environ, respond: Respond) -> bool:
        """Answer a request now or soon; False when it is for what stands behind.

        For a server that takes answers later, too: where a link is not remembered, its thread need not wait.
        """
        method = environ["REQUEST_METHOD"]
        if method != "GET" and method != "HEAD":
            return False
        host, path = environ.get("HTTP_HOST", ""), environ["PATH_INFO"]
        target: Target | Miss | None = self._remembered(host, path)
        if target is None:
            if self._is_alone or path[:2] == "/-":
                self._unknown.put((environ, respond))
                return True
            target = self._find(host, path)
        if isinstance(target, Target):
            line, answer = self._visit(target, environ)
            self._append(line)
            respond(*answer)
            return True
        missed = self._missed(target, environ)
        if missed is not None:
            respond(*missed)
        return missed is not None

    def _answer_all(self, requests: Sequence[tuple[Environ, Respond]]) -> None:
        """Answer requests of which none is for what stands behind, unless that is a plain 404, too."""
        answers, lines = [], []
        targets = self._find_all([(environ.get("HTTP_HOST", ""), environ["PATH_INFO"]) for environ, _ in requests])
        for (environ, respond), target in zip(requests, targets, strict=True):
            if isinstance(target, Target):
                line, answer = self._visit(target, environ)
                lines.append(line)
            else:
                answer = self._missed(target, environ) or _page_answer(environ, 404, _NOT_FOUND)
            answers.append((respond, answer))
        if lines:
            self._append(b"".join(lines))
        for respond, answer in answers:
            respond(*answer)

    def _visit(self, target: Target, environ: Environ) -> tuple[bytes, Answer]:
        """Return the journal's line of a visit, which comes first, and its answer."""
        before, after, has_source, shared_facts, facts, kind, _ = target
        visit = self._mint()
        visit_id = str(visit)
        facts += self._visitor(environ)
        line = f'{{"id":"{visit_id}","at_ms":{visit.timestamp}{shared_facts}{facts}}}\n'.encode()
        self._count[kind]()
        location = f"{before}{visit_id}{after}" if has_source else before
        return line, (302, [("Location", location), _NO_STORE, _NO_REFERRER, _NO_INDEX, _EMPTY], b"")

    def _missed(self, miss: Miss, environ: Environ) -> Answer | None:
        self._count_miss[miss]()
        self._figures.write()
        if miss is Miss.BEHIND:
            return None
        if miss is Miss.UNKNOWN:
            return _page_answer(environ, 404, _NOT_FOUND)
        return _page_answer(environ, 503, _UNAVAILABLE, ("Retry-After", "5"))

    def _visitor(self, environ: Environ) -> str:
        """Return the members of the journal line that tell of the visitor, each with a comma before it."""
        agent, method = environ.get("HTTP_USER_AGENT", ""), environ["REQUEST_METHOD"]
        if method == "GET" and environ.keys().isdisjoint(_PREFETCH_HEADERS):
            facts = self._agents.get(agent) or self._remember(agent)
        else:
            facts = _agent_facts(agent, method, _text(",".join(environ.get(name, "") for name in _PREFETCH_HEADERS)))
        referrer = environ.get("HTTP_REFERER")
        said = _json_text(referrer) if referrer else '""'
        return f'{facts},"ip":"{self._network(environ)}","referrer":{said}'

    def _remember(self, agent: str) -> str:
        if len(self._agents) >= _AGENTS:
            self._agents.clear()
        facts = self._agents[agent] = _agent_facts(agent, "GET", "")
        return facts

    def _network(self, environ: Environ) -> str:
        address: str = environ.get("REMOTE_ADDR", "")
        if self._trusted_proxies:
            # Each proxy adds on the right who spoke to it; what stands further left anybody can have written.
            named = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
            if len(named) >= self._trusted_proxies:
                address = named[-self._trusted_proxies].strip() or address
        return _network_of(address)


@lru_cache(maxsize=8_192)
def _network_of(address: str) -> str:
    """Return an address without the part that tells one connection from another: /24, or /48 for IPv6."""
    # IPv6 and oddities are rare enough to take the long way.
    plain = _IPV4.fullmatch(address)
    if plain:
        return f"{plain[1]}0"
    try:
        parsed = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    kept = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network((parsed, kept), strict=False).network_address)


def _agent_facts(agent: str, method: str, prefetch: str) -> str:
    verdict, signals = classify(_text(agent), method, prefetch)
    facts = {"verdict": verdict, "signals": signals, "rules": RULES_VERSION}
    kept = {"user_agent": _text(agent)[:_KEPT], "method": method, "prefetch": prefetch.strip(",")[:100]}
    return "," + orjson.dumps(facts | kept).decode()[1:-1]


def _json_text(header: str) -> str:
    return orjson.dumps(_text(header)[:_KEPT]).decode()


def _text(header: str) -> str:
    """Return a header's bytes, which WSGI reads as Latin-1, as the UTF-8 they are; PostgreSQL's texts hold no NUL."""
    text = header if header.isascii() else header.encode("latin-1", "replace").decode(errors="replace")
    return text.replace("\0", "")
