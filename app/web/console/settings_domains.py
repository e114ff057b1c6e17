"""Domains: the hosts of the account's links, the records to set for each, and where it stands."""

from urllib.parse import urlsplit

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.domain_claim import records
from app.domain.errors import ConflictError, InvalidInputError, UnavailableNowError, UnknownError
from app.flow.give_up_domain import give_up_domain
from app.flow.verify_domain import verify_domain
from app.store.accounts import add_domain, domains
from app.store.domains import is_verified
from app.web.console.forms import Form, refused, typed
from app.web.console.moments import moment
from app.web.console.signed_in import signed_in
from app.web.parts import parts
from app.web.schemas.loading import load
from app.web.schemas.resources import DomainChangeSchema


def show() -> ResponseReturnValue:
    """Show every domain."""
    return _page(Form({}))


def add() -> ResponseReturnValue:
    """Claim a domain."""
    values = typed(["host"])
    try:
        host: str = load(DomainChangeSchema(), {"host": values["host"].strip().lower()})["host"]
        with parts().transaction() as session:
            if is_verified(session, host):
                return _page(Form(values, {"host": "This domain is another account's."})), 422
            if not add_domain(session, signed_in().account.id, host, verified_at=None, now=parts().clock()):
                return _page(Form(values, {"host": "This domain stands below already."})), 422
    except InvalidInputError as error:
        return _page(refused(values, error)), 422
    flash("Set the records below, then have them checked.", "success")
    return redirect(url_for("console.settings_domains"), 303)


def check(domain_id: str) -> ResponseReturnValue:
    """Look for the records."""
    given = parts()
    try:
        domain = verify_domain(
            signed_in().account.id, domain_id, transaction=given.transaction, names=given.names, now=given.clock()
        )
        flash(f"{domain.host} is yours: links stand on it from now on.", "success")
    except UnknownError:
        abort(404)
    except (ConflictError, UnavailableNowError) as error:
        flash(str(error), "danger")
    return redirect(url_for("console.settings_domains"), 303)


def remove(domain_id: str) -> ResponseReturnValue:
    """Give a domain up."""
    try:
        with parts().transaction() as session:
            give_up_domain(session, signed_in().account.id, domain_id)
        flash("The domain is given up.", "success")
    except UnknownError:
        abort(404)
    except ConflictError as error:
        flash(str(error), "danger")
    return redirect(url_for("console.settings_domains"), 303)


def _page(form: Form) -> str:
    account = signed_in().account
    hub = urlsplit(parts().public_url).hostname or ""
    with parts().reading() as session:
        found = domains(session, account.id)
    now = parts().clock()
    return render_template(
        "console/settings_domains.html",
        form=form,
        domains=[
            (
                domain,
                moment(domain.verified_at, zone=account.time_zone, now=now) if domain.verified_at else None,
                records(domain.host, domain.id, hub),
            )
            for domain in found
        ],
    )
