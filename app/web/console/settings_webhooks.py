"""Outgoing webhooks: the addresses that are told of events."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.errors import ConflictError, InvalidInputError
from app.domain.webhooks import EventType
from app.flow.register_webhook import register_webhook
from app.store.webhooks import Webhook, list_webhooks
from app.web.console.forms import Form, refused, typed
from app.web.console.signed_in import signed_in
from app.web.console.wording import Label
from app.web.parts import parts
from app.web.schemas.loading import load
from app.web.schemas.webhooks import NewWebhookSchema

_MOST = 200


def show() -> ResponseReturnValue:
    """Show every webhook."""
    return _page(Form({}))


def add() -> ResponseReturnValue:
    """Register a webhook. The answer alone holds its secret."""
    values = typed(["url", "description"])
    body = {
        "url": values["url"].strip(),
        "events": request.form.getlist("events"),
        "description": values["description"] or None,
    }
    try:
        given = load(NewWebhookSchema(), body)
        with parts().transaction() as session:
            made = register_webhook(
                session,
                signed_in().account.id,
                given,
                private_too=parts().private_webhooks,
                now=parts().clock(),
            )
    except InvalidInputError as error:
        return _page(refused({**values, "events": ""}, error)), 422
    except ConflictError as error:
        flash(str(error), "danger")
        return redirect(url_for("console.settings_webhooks"), 303)
    return _page(Form({}), secret=made.secret)


def state_of(webhook: Webhook) -> Label:
    """Return whether a webhook is called, and whether that goes well."""
    if webhook.disabled_at:
        return Label("Switched off", "wait", "pause-circle")
    if webhook.failing_since:
        return Label("Failing", "bad", "exclamation-triangle")
    return Label("On", "good", "check2-circle")


def _page(form: Form, *, secret: str = "") -> str:
    with parts().reading() as session:
        found = list_webhooks(session, signed_in().account.id, after=None, limit=_MOST)
    chosen = request.form.getlist("events") if form.values else list(EventType)
    return render_template(
        "console/settings_webhooks.html",
        form=form,
        secret=secret,
        events=[(kind.value, kind.value in chosen) for kind in EventType],
        webhooks=[(webhook, state_of(webhook)) for webhook in found],
    )
