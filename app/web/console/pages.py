"""The console: who may see its pages, and what guards every form."""

from datetime import timedelta

from flask import Blueprint, Flask, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_bootstrap import Bootstrap5  # type: ignore[import-untyped]
from flask_login import LoginManager, current_user  # type: ignore[import-untyped]
from flask_wtf.csrf import CSRFError, CSRFProtect  # type: ignore[import-untyped]
from werkzeug.exceptions import NotFound, TooManyRequests

from app.domain.roles import may_manage, may_write
from app.web.console import sign_in, stylesheet
from app.web.console.icons import icon
from app.web.console.navigation import navigation, settings_pages
from app.web.console.passwords import nobodys_hash
from app.web.console.routes import ROUTES, For
from app.web.console.signed_in import load_signed_in, signed_in
from app.web.limits import limiter
from app.web.parts import parts

_WHOM = {f"console.{route.name}": route.whom for route in ROUTES}
_STAYS_SIGNED_IN = timedelta(hours=12)
_POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

csrf = CSRFProtect()
blueprint = Blueprint("console", __name__, url_prefix="/console")
for route in ROUTES:
    blueprint.add_url_rule(route.rule, route.name, route.view, methods=[route.method], defaults=dict(route.defaults))


@blueprint.get("/<path:unknown>")
def nowhere(unknown: str) -> ResponseReturnValue:
    """Answer an address that is no page here with a page that says so."""
    abort(404)


@blueprint.before_request
def admit() -> ResponseReturnValue | None:
    """Take no form that is not ours, and show nothing but the sign-in to strangers."""
    csrf.protect()
    whom = _WHOM.get(request.endpoint or "", For.VIEWERS)
    if whom is For.STRANGERS:
        return None
    if not current_user.is_authenticated:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("console.sign_in", next=wanted), 303)
    role = signed_in().user.role
    may = {For.VIEWERS: True, For.MEMBERS: may_write(role), For.OWNERS: may_manage(role)}
    return None if may[whom] else (render_template("console/not_allowed.html", role=role), 403)


@blueprint.context_processor
def surroundings() -> dict[str, object]:
    """Give every page its navigation, and what whoever reads it may do."""
    role = signed_in().user.role if current_user.is_authenticated else ""
    return {
        "navigation": navigation(request.endpoint or ""),
        "settings_pages": settings_pages(request.endpoint or ""),
        "may_write": may_write(role),
        "may_manage": may_manage(role),
    }


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Let nobody keep a page, frame it, or learn from it where somebody was."""
    response.headers.setdefault("Cache-Control", "private, no-store")
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response


@blueprint.errorhandler(NotFound)
def not_found(_error: NotFound) -> ResponseReturnValue:
    """Say that there is no such page, whether it never was or is another account's."""
    if not current_user.is_authenticated:
        # An address that nobody is admitted to; the page below names the account it is shown to.
        return redirect(url_for("console.sign_in"), 303)
    return render_template("console/not_found.html"), 404


@blueprint.errorhandler(TooManyRequests)
def too_many(_error: TooManyRequests) -> ResponseReturnValue:
    """Say when to try again; only the sign-in is limited."""
    return sign_in.form_page(sign_in.TOO_MANY, 429)


@blueprint.errorhandler(CSRFError)
def not_our_form(_error: CSRFError) -> ResponseReturnValue:
    """Offer the form anew: nearly always it was open for too long."""
    return sign_in.form_page(sign_in.TOO_OLD, 400)


def install_login(app: Flask) -> None:
    """Give an application that has its parts the console's ground: sessions, sign-in, form guard, look."""
    with app.app_context():
        own = parts()
    app.secret_key = app.secret_key or own.secret_key
    app.permanent_session_lifetime = _STAYS_SIGNED_IN
    app.config.update(
        SESSION_COOKIE_NAME="throughline",
        SESSION_COOKIE_SECURE=own.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # A template's HTML is typed into a form.
        MAX_FORM_MEMORY_SIZE=own.max_body_bytes,
        BOOTSTRAP_SERVE_LOCAL=True,
        # The blueprints that have forms ask for the check; API and webhooks prove who they are in other ways.
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=int(_STAYS_SIGNED_IN.total_seconds()),
        # The token alone decides: browsers that are told to send no referrer must be able to sign in.
        WTF_CSRF_SSL_STRICT=False,
    )
    csrf.init_app(app)
    login = LoginManager(app)
    login.user_loader(load_signed_in)
    limiter.init_app(app)
    Bootstrap5(app)
    app.jinja_env.globals["icon"] = icon
    app.jinja_env.globals["sheet_version"] = stylesheet.sheet_version
    nobodys_hash()
