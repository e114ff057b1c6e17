"""A test send: what stands in the form goes to one address, and counts for no template."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.addresses import email_address, phone_number
from app.domain.errors import InvalidInputError
from app.domain.message import Channel, ContactDetails, Trigger
from app.flow.accept_trigger import accept_trigger
from app.web.console.forms import refused, typed
from app.web.console.signed_in import signed_in
from app.web.console.template import FIELDS, form_again
from app.web.console.template_preview import content_of
from app.web.parts import parts

_AUTOMATION = "Test send"


def submit(channel: str) -> ResponseReturnValue:
    """Send what stands in the form, saved or not."""
    if channel not in set(Channel):
        abort(404)
    values, kind = typed(FIELDS), Channel(channel)
    try:
        trigger = Trigger(
            channel=kind,
            contact=_contact(kind, values["to"]),
            content=content_of(values, is_sms=kind is Channel.SMS),
            automation=_AUTOMATION,
            campaign=values["campaign"] or None,
        )
        with parts().transaction() as session:
            accepted = accept_trigger(session, signed_in().account, trigger, now=parts().clock())
    except InvalidInputError as error:
        return form_again(kind, refused(values, error), key=request.form.get("of", "")), 422
    if accepted.is_due:
        parts().queue.send([accepted.message_id])
    flash("The test is on its way. It counts for no template.", "success")
    return redirect(url_for("console.message", message_id=accepted.message_id), 303)


def _contact(channel: Channel, typed_address: str) -> ContactDetails:
    try:
        if channel is Channel.SMS:
            return ContactDetails(phone=phone_number(typed_address.strip()))
        return ContactDetails(email=email_address(typed_address.strip()))
    except ValueError as error:
        raise InvalidInputError({"to": [str(error)]}) from error
