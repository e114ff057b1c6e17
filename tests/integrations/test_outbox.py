"""The built-in provider."""

from app.domain.message import Receipt, Status
from integrations.outbox import Outbox


def test_the_outbox_takes_any_message_at_once(sms):
    receipt = Outbox().send(sms(id="m-7", text=None))
    assert receipt == Receipt("outbox", "outbox-m-7", Status.DELIVERED)
