"""Signing in with email address and password, and out again."""

from flask import Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user, logout_user  # type: ignore[import-untyped]

from app.store.accounts import User, account_by_id, user_by_email
from app.web.console.own_paths import own_path
from app.web.console.passwords import fits
from app.web.console.signed_in import SignedIn
from app.web.limits import limiter
from app.web.parts import parts

_REFUSED = 401
_LONGEST_EMAIL = 254
NOT_KNOWN = "We do not know this email address and password together. Check both and try again."
TOO_MANY = "That was tried too often. Wait a quarter of an hour, then try again."
TOO_OLD = "This page was open for too long, so nothing was sent. Try again."


def show() -> ResponseReturnValue:
    """Show the form; who is signed in goes on."""
    if current_user.is_authenticated:
        return redirect(own_path(request.args.get("next")), 303)
    return form_page()


def form_page(error: str = "", status: int = 200) -> ResponseReturnValue:
    """Answer with the form, what was typed still in it; never the password."""
    wanted = own_path(request.values.get("next"))
    return render_template("console/sign_in.html", error=error, email=_typed_email(), wanted=wanted), status


def _typed_email() -> str:
    return request.form.get("email", "").strip()[:_LONGEST_EMAIL]


def _address_and_email() -> str:
    return f"{get_remote_address()} {_typed_email().lower()}"


def _is_refused(response: Response) -> bool:
    return response.status_code == _REFUSED


def _known(email: str) -> User | None:
    # PostgreSQL takes no NUL, and nobody's address has one.
    if "\0" in email:
        return None
    with parts().reading() as reading:
        return user_by_email(reading, email)


@limiter.limit("30 per minute; 200 per hour", deduct_when=_is_refused)
@limiter.limit("10 per 15 minutes", key_func=_address_and_email, deduct_when=_is_refused)
@limiter.limit("50 per hour", key_func=lambda: _typed_email().lower(), deduct_when=_is_refused)
def submit() -> ResponseReturnValue:
    """Sign in whoever knows the password."""
    user = _known(_typed_email())
    is_right = fits(request.form.get("password", ""), user.password_hash if user else None)
    if user is None or not is_right:
        return form_page(NOT_KNOWN, _REFUSED)
    with parts().reading() as reading:
        account = account_by_id(reading, user.account_id)
    session.clear()
    session.permanent = True
    login_user(SignedIn(user, account))
    return redirect(own_path(request.form.get("next")), 303)


def sign_out() -> ResponseReturnValue:
    """Forget who is signed in."""
    logout_user()
    session.clear()
    return redirect(url_for("console.sign_in"), 303)
