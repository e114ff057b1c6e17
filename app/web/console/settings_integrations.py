"""Integrations: credentials that go in and never come out, and the addresses to paste over there."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.errors import InvalidInputError
from app.store.integrations import delete_integration, integrations, put_integration
from app.web.console.forms import Form, refused, typed
from app.web.console.signed_in import signed_in
from app.web.credentials import read_credentials
from app.web.parts import parts

_NAMES = {
    "twilio": ("Twilio", "Sends SMS. Without it they stay in the built-in outbox."),
    "sendgrid": ("SendGrid", "Sends emails. Without it they stay in the built-in outbox."),
    "shopify": ("Shopify", "Tells of orders and refunds."),
    "woocommerce": ("WooCommerce", "Tells of orders and refunds."),
    "stripe": ("Stripe", "Tells of payments and refunds."),
}
_ADDRESSES = {
    "twilio": (("Messages that come in", "twilio/inbound"),),
    "sendgrid": (("Event webhook", "sendgrid/events"),),
    "shopify": (("Webhook", "shopify"),),
    "woocommerce": (("Webhook delivery URL", "woocommerce"),),
    "stripe": (("Webhook endpoint", "stripe"),),
}
"""What each is to call, under the account's own address; Twilio's reports on messages are asked for with each one."""


@dataclass(frozen=True, slots=True)
class Field:
    """One credential; its value is never shown."""

    name: str
    label: str
    is_required: bool
    is_set: bool


@dataclass(frozen=True, slots=True)
class Integration:
    """One other system."""

    name: str
    label: str
    does: str
    is_set: bool
    fields: list[Field]
    addresses: list[tuple[str, str]]
    form: Form


def show() -> ResponseReturnValue:
    """Show which credentials are set."""
    return _page({})


def submit(name: str) -> ResponseReturnValue:
    """Store credentials; a field that is left empty keeps what it had."""
    known = parts().integration_fields.get(name)
    if known is None:
        abort(404)
    account_id = signed_in().account.id
    written = {key: value.strip() for key, value in typed((*known[0], *known[1])).items() if value.strip()}
    try:
        with parts().transaction() as session:
            kept = integrations(session, account_id).get(name, {})
            put_integration(session, account_id, name, read_credentials(name, {**kept, **written}), parts().clock())
    except InvalidInputError as error:
        return _page({name: refused(dict.fromkeys((*known[0], *known[1]), ""), error)}), 422
    flash(f"The credentials of {_NAMES.get(name, (name,))[0]} are kept, encrypted.", "success")
    return redirect(url_for("console.settings_integrations"), 303)


def check(name: str) -> ResponseReturnValue:
    """Try the stored credentials over there; nothing is sent."""
    with parts().reading() as session:
        found = integrations(session, signed_in().account.id)
    if name not in found:
        abort(404)
    works, detail = parts().check_integration(name, found[name])
    label = _NAMES.get(name, (name,))[0]
    flash(f"{label}: {detail}", "success" if works else "danger")
    return redirect(url_for("console.settings_integrations"), 303)


def remove(name: str) -> ResponseReturnValue:
    """Forget credentials."""
    with parts().transaction() as session:
        if not delete_integration(session, signed_in().account.id, name):
            abort(404)
    flash("The credentials are forgotten.", "success")
    return redirect(url_for("console.settings_integrations"), 303)


def _page(forms: Mapping[str, Form]) -> str:
    account = signed_in().account
    with parts().reading() as session:
        kept = integrations(session, account.id)
    return render_template(
        "console/settings_integrations.html",
        integrations=[
            Integration(
                name=name,
                label=_NAMES.get(name, (name.capitalize(),))[0],
                does=_NAMES.get(name, ("", ""))[1],
                is_set=name in kept,
                fields=[
                    Field(one, one.replace("_", " ").capitalize(), one in required, one in kept.get(name, {}))
                    for one in (*required, *optional)
                ],
                addresses=[
                    (label, f"{parts().public_url}/hooks/{account.slug}/{path}")
                    for label, path in _ADDRESSES.get(name, ())
                ],
                form=forms.get(name, Form({})),
            )
            for name, (required, optional) in parts().integration_fields.items()
        ],
    )
