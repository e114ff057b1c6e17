"""The page behind an invitation's link: choose a password, and be let in."""

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user  # type: ignore[import-untyped]

from app.domain.errors import ConflictError, InvalidInputError, UnknownError
from app.flow.change_team import check_password, join_team
from app.store.accounts import account_by_id
from app.store.team import invitation_by_token
from app.web.console.forms import Form, refused, typed
from app.web.console.passwords import hash_password
from app.web.console.sign_in import form_page
from app.web.console.signed_in import SignedIn
from app.web.limits import limiter
from app.web.parts import parts

_NO_INVITATION = "This invitation was used, taken back, or is too old. Ask whoever sent it for another."


def show(token: str) -> ResponseReturnValue:
    """Show who is asked to join what."""
    return _page(token, Form({}))


@limiter.limit("30 per minute")
def submit(token: str) -> ResponseReturnValue:
    """Let in who was asked."""
    password = typed(["password"])["password"]
    try:
        check_password(password)
        hashed = hash_password(password)
        with parts().transaction() as writing:
            user = join_team(writing, token, password_hash=hashed, now=parts().clock())
            account = account_by_id(writing, user.account_id)
    except InvalidInputError as error:
        # Never typed back into the page.
        return _page(token, Form({}, refused({"password": ""}, error).errors), 422)
    except UnknownError:
        return form_page(_NO_INVITATION, 404)
    except ConflictError as error:
        return _page(token, Form({}, {"password": str(error)}), 409)
    session.clear()
    session.permanent = True
    login_user(SignedIn(user, account))
    return redirect(url_for("console.overview"), 303)


def _page(token: str, form: Form, status: int = 200) -> ResponseReturnValue:
    with parts().reading() as reading:
        invitation = invitation_by_token(reading, token, parts().clock())
        account = account_by_id(reading, invitation.account_id) if invitation else None
    if invitation is None or account is None:
        return form_page(_NO_INVITATION, 404)
    page = render_template("console/join.html", form=form, account=account.name, email=invitation.email, token_=token)
    return page, status
