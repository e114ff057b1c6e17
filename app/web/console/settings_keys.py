"""API keys: made, shown once, revoked."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.ids import new_api_key
from app.store.accounts import add_api_key
from app.store.api_keys import api_keys, revoke_api_key
from app.web.console.moments import moment
from app.web.console.signed_in import signed_in
from app.web.parts import parts


def show(new_key: str = "") -> ResponseReturnValue:
    """Show the keys by their first characters; a new one whole, this once."""
    account = signed_in().account
    with parts().reading() as session:
        found = api_keys(session, account.id)
    return render_template(
        "console/settings_keys.html",
        new_key=new_key,
        hook=f"{parts().public_url}/hooks/{account.slug}/triggers",
        keys=[(key, moment(key.created_at, zone=account.time_zone, now=parts().clock())) for key in found],
    )


def add() -> ResponseReturnValue:
    """Make a key. The answer alone holds it: a redirect would have to keep it somewhere."""
    key = new_api_key()
    with parts().transaction() as session:
        add_api_key(session, signed_in().account.id, key, parts().clock())
    return show(key)


def revoke(key_id: str) -> ResponseReturnValue:
    """Let a key open nothing any more."""
    with parts().transaction() as session:
        if not revoke_api_key(session, signed_in().account.id, key_id, parts().clock()):
            abort(404)
    flash("The key opens nothing any more.", "success")
    return redirect(url_for("console.settings_keys"), 303)
