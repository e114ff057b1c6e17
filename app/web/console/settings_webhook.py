"""One outgoing webhook: the log of its deliveries, and what can be done with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.errors import ConflictError, UnknownError
from app.domain.ids import normal_uuid
from app.domain.webhooks import DeliveryStatus
from app.flow.redeliver_event import ping_webhook, redeliver_event
from app.flow.register_webhook import change_webhook, remove_webhook, rotate_secret
from app.store.base import Session
from app.store.webhook_log import Delivery, list_deliveries
from app.store.webhooks import webhook_by_id
from app.web.console.moments import Moment, moment
from app.web.console.settings_webhooks import state_of
from app.web.console.signed_in import signed_in
from app.web.console.wording import Label
from app.web.parts import parts

_PAGE = 25
_STATUS = {
    DeliveryStatus.PENDING: Label("Waiting", "wait", "hourglass-split"),
    DeliveryStatus.SENDING: Label("On its way", "info", "send"),
    DeliveryStatus.DELIVERED: Label("Delivered", "good", "check2-circle"),
    DeliveryStatus.FAILED: Label("Given up", "bad", "x-circle"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One delivery."""

    id: str
    type: str
    at: Moment
    status: Label
    attempts: list[str]
    body: str


def show(webhook_id: str, secret: str = "") -> ResponseReturnValue:
    """Show a webhook and what it was told."""
    account = signed_in().account
    before = normal_uuid(request.args.get("before"))
    with parts().reading() as session:
        webhook = webhook_by_id(session, account.id, webhook_id)
        if webhook is None:
            abort(404)
        found = list_deliveries(session, account.id, webhook_id, before=before, limit=_PAGE + 1, status=None)
    here = url_for("console.settings_webhook", webhook_id=webhook_id)
    return render_template(
        "console/settings_webhook.html",
        webhook=webhook,
        state=state_of(webhook),
        secret=secret,
        lines=[_line(delivery, account.time_zone) for delivery in found[:_PAGE]],
        newest=here if before else None,
        older=url_for("console.settings_webhook", webhook_id=webhook_id, before=found[_PAGE - 1].id)
        if len(found) > _PAGE
        else None,
    )


def ping(webhook_id: str) -> ResponseReturnValue:
    """Try it out."""
    return _done(webhook_id, lambda session, account_id: ping_webhook(session, account_id, webhook_id, now=_now()))


def redeliver(webhook_id: str, delivery_id: str) -> ResponseReturnValue:
    """Deliver once more."""
    return _done(
        webhook_id,
        lambda session, account_id: redeliver_event(session, account_id, webhook_id, delivery_id, now=_now()),
    )


def switch(webhook_id: str) -> ResponseReturnValue:
    """Switch it off, or on again."""
    wanted = {"enabled": request.form.get("enabled") == "on"}
    private = parts().private_webhooks
    return _done(
        webhook_id,
        lambda session, account_id: change_webhook(
            session, account_id, webhook_id, wanted, private_too=private, now=_now()
        ),
    )


def rotate(webhook_id: str) -> ResponseReturnValue:
    """Give it a new secret; the answer alone holds it."""
    try:
        with parts().transaction() as session:
            made = rotate_secret(session, signed_in().account.id, webhook_id, now=_now())
    except UnknownError:
        abort(404)
    return show(webhook_id, made.secret)


def remove(webhook_id: str) -> ResponseReturnValue:
    """Delete it with its log."""
    try:
        with parts().transaction() as session:
            remove_webhook(session, signed_in().account.id, webhook_id)
    except UnknownError:
        abort(404)
    flash("The webhook is deleted.", "success")
    return redirect(url_for("console.settings_webhooks"), 303)


def _now() -> datetime:
    return parts().clock()


def _done(webhook_id: str, work: Callable[[Session, str], object]) -> ResponseReturnValue:
    try:
        with parts().transaction() as session:
            work(session, signed_in().account.id)
        flash("Done. The log below tells how it goes.", "success")
    except UnknownError:
        abort(404)
    except ConflictError as error:
        flash(str(error), "danger")
    return redirect(url_for("console.settings_webhook", webhook_id=webhook_id), 303)


def _line(delivery: Delivery, zone: str) -> Line:
    now = parts().clock()
    return Line(
        id=delivery.id,
        type=delivery.type,
        at=moment(delivery.created_at, zone=zone, now=now),
        status=_STATUS.get(DeliveryStatus(delivery.status), Label(delivery.status, "quiet", "clock")),
        attempts=[
            f"{moment(one.at, zone=zone, now=now).words}: {one.error or one.status_code} in {one.duration_ms} ms"
            for one in delivery.attempts
        ],
        body=delivery.body,
    )
