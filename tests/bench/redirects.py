"""Redirects in this process, journal included, beside a Flask route that answers a constant 302 and keeps nothing."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask

from app.domain.link_target import MessageLink, Referral
from app.edge.journal import Journal
from app.edge.redirect import Edge
from app.edge.resolver import Resolver
from tests.bench.turns import ratio
from tests.walk.hub import PHONE

_CALLS = 500


class _Links:
    """A store that knows every link: what is measured is the edge, not the database."""

    def account_of(self, host: str) -> str:
        return "account"

    def message_link(self, account_id: str, code: str) -> MessageLink:
        return MessageLink("message", "A" * 11, ("https://shop.example/a?b=c",), Referral())


def _flask() -> Any:
    flask = Flask("constant")
    flask.add_url_rule("/<code>", view_func=lambda code: ("", 302, {"Location": "https://shop.example/"}))
    return flask.wsgi_app


def _asks(app: Any, paths: list[str]) -> Any:
    environ = {
        "REQUEST_METHOD": "GET",
        "HTTP_HOST": "refer.shop.example",
        "HTTP_USER_AGENT": PHONE,
        "REMOTE_ADDR": "203.0.113.7",
        "QUERY_STRING": "",
        "SERVER_NAME": "refer.shop.example",
        "SERVER_PORT": "443",
        "wsgi.url_scheme": "https",
    }

    def ask() -> int:
        for path in paths:
            app({**environ, "PATH_INFO": path}, lambda *_: None)
        return len(paths)

    return ask


def run() -> Iterator[str]:
    """Yield the ratio for one link pressed again and again."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder))
        edge = Edge(Resolver(_Links(), port=8000), journal)
        paths = ["/-tAAAAAAAAAAA0"] * _CALLS
        ours, constant, share = ratio(_asks(edge, paths), _asks(_flask(), paths))
        journal.close()
    yield f"{ours:,.0f}/s ÷ {constant:,.0f}/s = {share:.1f} (one thread, no server around them)"
