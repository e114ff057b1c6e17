"""The Flask application: everything but the redirects."""

from typing import Any
from urllib.parse import quote

from flask import Flask, Request, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import BadRequest, NotFound

from app.web import health, problems
from app.web.api import (
    account,
    advocates,
    campaigns,
    contacts,
    conversations,
    domains,
    integrations,
    link_reports,
    messages,
    orders,
    preview,
    reports,
    signups,
    specification,
    suppressions,
    templates,
    webhooks,
)
from app.web.console.pages import blueprint as console
from app.web.console.pages import install_login
from app.web.headers import install_headers
from app.web.hooks import orders as order_hooks
from app.web.hooks import providers as provider_hooks
from app.web.hooks import shops as shop_hooks
from app.web.hooks import signups as signup_hooks
from app.web.hooks import triggers as trigger_hooks
from app.web.parts import Parts, install
from app.web.public.pages import blueprint as public

_VERSION = "1"
_ASCII = "".join(map(chr, range(128)))
_RESOURCES = (
    trigger_hooks.resource,
    order_hooks.resource,
    *shop_hooks.resources,
    signup_hooks.resource,
    provider_hooks.twilio,
    provider_hooks.sendgrid,
    account.resource,
    advocates.resource,
    campaigns.resource,
    contacts.resource,
    conversations.resource,
    domains.resource,
    integrations.resource,
    messages.resource,
    orders.resource,
    preview.resource,
    link_reports.resource,
    reports.resource,
    signups.resource,
    suppressions.resource,
    templates.resource,
    webhooks.resource,
)


class _Json(DefaultJSONProvider):
    """Compact JSON in UTF-8, its keys as they stand."""

    ensure_ascii = False
    sort_keys = False
    compact = True


class _Request(Request):
    """A request whose query may hold any bytes: those that browsers encode and others send as they are."""

    def __init__(self, environ: dict[str, Any], *args: Any, **more: Any) -> None:
        query = environ.get("QUERY_STRING", "")
        if not query.isascii():
            environ["QUERY_STRING"] = quote(query.encode("latin-1", "replace"), safe=_ASCII)
        super().__init__(environ, *args, **more)


def create_app(parts: Parts) -> Flask:
    """Return the application that stands on ``parts``."""
    app = Flask(__name__)
    app.json = _Json(app)
    app.request_class = _Request
    app.config["MAX_CONTENT_LENGTH"] = parts.max_body_bytes
    # An order's number may hold two slashes in a row.
    app.url_map.merge_slashes = False
    install(app, parts)
    app.before_request(_refuse_nul)
    install_headers(app, is_https=parts.public_url.startswith("https://"))
    problems.register(app)
    api = specification.describe(app, _VERSION)
    for resource in _RESOURCES:
        api.register_blueprint(resource.blueprint)
    app.register_blueprint(specification.blueprint)
    app.register_blueprint(health.blueprint)
    install_login(app)
    app.register_blueprint(console)
    app.register_blueprint(public)
    return app


def _refuse_nul() -> None:
    # PostgreSQL takes no NUL in any text, so nothing can be known by one.
    if "\0" in request.path:
        raise NotFound
    if any("\0" in value for values in request.args.lists() for value in (values[0], *values[1])):
        raise BadRequest("The query must not hold a NUL character.")
