"""One press takes the sample figures away, for everybody of the account."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from app.store.accounts import change_account
from app.web.console.signed_in import signed_in
from app.web.parts import parts


def submit() -> ResponseReturnValue:
    """Show no sample from now on."""
    with parts().transaction() as session:
        change_account(session, signed_in().account.id, {"sample_hidden": True})
    return redirect(url_for("console.overview"), 303)
