"""The WSGI callables: ``edge`` (redirects alone), ``web`` (Flask), ``application`` (the edge in front, Flask behind).

Each is built when a server first asks for it, so that a process of the edge alone never loads Flask.
"""

from functools import cache
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from app.edge.figures import Backlog, HubFigures, backlog, sum_up
from app.factory import Factory
from config.logs import configure_logs
from config.settings import read_settings

_EDGE = ("app.edge.redirect", "app.edge.resolver", "app.store.link_copies", "app.store.link_reader")
_WEB = ("app.web.application", "integrations.dns", "integrations.registry")
PARTS = {"edge": _EDGE, "web": _WEB, "application": (*_EDGE, *_WEB)}
"""What takes long to import, by the callable that needs it: a server imports it once before it forks."""
_LATE_S = 60.0
"""Clicks reach the database within two seconds; a minute is no hiccup any more."""


@cache
def _factory() -> Factory:
    configure_logs()
    return Factory(read_settings())


def _web() -> Any:
    # Here, for the edge alone must not load Flask.
    from werkzeug.middleware.proxy_fix import ProxyFix

    from app.web.application import create_app
    from app.web.parts import Parts
    from integrations.dns import Dns
    from integrations.registry import INTEGRATIONS

    factory = _factory()
    settings = factory.settings
    parts = Parts(
        transaction=factory.transaction,
        reading=factory.reading,
        queue=factory.queue,
        clock=factory.clock,
        public_url=settings.public_url,
        link_port=settings.port,
        integration_fields={name: (fields.required, fields.optional) for name, fields in INTEGRATIONS.items()},
        integration_words={name: fields.also_called for name, fields in INTEGRATIONS.items()},
        journal_state=_journal_state,
        edge_figures=_edge_figures,
        database_state=_database_state,
        names=Dns(),
        check_integration=lambda name, credentials: factory.providers.check(name, credentials),
        max_body_bytes=settings.max_body_bytes,
        secret_key=settings.secret_keys[0],
        country=factory.country,
        secure_cookies=settings.public_url.startswith("https://"),
        private_webhooks=settings.webhooks_allow_private,
    )
    app = create_app(parts)
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0)  # type: ignore[method-assign]
    return app


def _edge_figures() -> tuple[HubFigures, Backlog]:
    settings = _factory().settings
    return sum_up(settings.figures_dir), backlog(settings.journal_dir, _factory().clock().timestamp())


def _journal_state() -> str | None:
    own = _factory().journal.state()
    hub, waiting = _edge_figures()
    errors = sorted({*hub.errors, own.error} - {""})
    if errors:
        return f"{'; '.join(errors)}; {max(hub.held, own.held)} clicks wait in memory, {hub.lost} lost"
    if waiting.oldest_s > _LATE_S:
        return (
            f"{waiting.clicks} clicks wait, the oldest for {waiting.oldest_s:.0f} s; do ship and the clicks worker run?"
        )
    return None


def _database_state() -> str | None:
    try:
        with _factory().engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1 FROM accounts LIMIT 1")
    except SQLAlchemyError as error:
        return type(error).__name__
    return None


@cache
def _build(name: str) -> Any:
    if name == "web":
        return _web()
    if name == "edge":
        return _factory().edge()
    if name == "application":
        return _factory().edge(behind=_build("web").wsgi_app)
    raise AttributeError(name)


def __getattr__(name: str) -> Any:
    return _build(name)
