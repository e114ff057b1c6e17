"""Joins the readers of providers' calls; who only reads does not load what sends."""

from collections.abc import Mapping

from integrations import sendgrid_events, twilio_callbacks
from integrations.protocol import Callback, CallbackReader, DeliveryEvent, InboundText

_READERS: Mapping[str, CallbackReader] = {
    twilio_callbacks.STATUS: twilio_callbacks.read_callback,
    twilio_callbacks.INBOUND: twilio_callbacks.read_callback,
    sendgrid_events.EVENTS: sendgrid_events.read_events,
}


def read_callback(callback: Callback) -> list[DeliveryEvent | InboundText]:
    """Return what a verified call says.

    Raises:
        UnreadableError: nothing that could be read.
    """
    return _READERS[callback.source](callback)
