"""Providers' calls: verified, kept as they came, answered; a worker reads them later."""

from flask import Response, request
from marshmallow import fields

from app.store.accounts import Account
from app.store.provider_callbacks import keep_callback
from app.web.callers import verify_sendgrid, verify_twilio
from app.web.documents import SENDGRID_SIGNATURE, TWILIO_SIGNATURE, Resource
from app.web.parts import parts
from app.web.schemas.loading import Loose
from integrations import sendgrid_events, twilio_callbacks

twilio = Resource("hooks-twilio", "/hooks/<account>/twilio", "What Twilio tells.", security=TWILIO_SIGNATURE)
sendgrid = Resource("hooks-sendgrid", "/hooks/<account>/sendgrid", "What SendGrid tells.", security=SENDGRID_SIGNATURE)

_NO_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
"""Twilio would send whatever else stood here to the person."""


class StatusQuery(Loose):
    """Which message a report is of."""

    message = fields.String(metadata={"description": "Our own id, which stands in the address that Twilio was given."})


class NoQuery(Loose):
    """Nothing."""


@twilio.view("/status", method="POST", answers=None, status=204, asks=StatusQuery)
def receive_status(account: str) -> Response:
    """Tell what became of a text; a form, signed by Twilio."""
    call = verify_twilio(account)
    _keep(call.account, twilio_callbacks.STATUS, call.raw)
    return Response(status=204)


@twilio.view("/inbound", method="POST", answers=None, status=200, asks=NoQuery)
def receive_text(account: str) -> Response:
    """Bring a text that a person sent; a form, signed by Twilio. The answer is an empty TwiML document."""
    call = verify_twilio(account)
    _keep(call.account, twilio_callbacks.INBOUND, call.raw)
    return Response(_NO_ANSWER, content_type="text/xml; charset=utf-8")


@sendgrid.view("/events", method="POST", answers=None, status=204, asks=NoQuery)
def receive_events(account: str) -> Response:
    """Tell what became of emails; a JSON array, signed by SendGrid."""
    call = verify_sendgrid(account)
    _keep(call.account, sendgrid_events.EVENTS, call.raw)
    return Response(status=204)


def _keep(account: Account, source: str, raw: bytes) -> None:
    query = request.query_string.decode("ascii", "replace")
    with parts().transaction() as session:
        callback_id = keep_callback(
            session,
            account.id,
            source,
            query=query,
            content_type=request.content_type or "",
            body=raw,
            now=parts().clock(),
        )
    if callback_id:
        parts().queue.work_off([callback_id])
