"""What the tests of the providers share: a message, the vendors' stand-ins, and sockets that fail."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.domain.message import Channel, Outbound
from tests.fakes.sendgrid import SendGridFake
from tests.fakes.twilio import TwilioFake

MakeOutbound = Callable[..., Outbound]


@pytest.fixture
def sms() -> MakeOutbound:
    """Make a text message; any field can be given."""

    def make(**given: Any) -> Outbound:
        fields: dict[str, Any] = {
            "id": "m-1",
            "account_id": "a-1",
            "channel": Channel.SMS,
            "sender": None,
            "recipient": "+15005550010",
            "subject": None,
            "html": None,
            "text": "Hi Ada ☕ https://refer.example.com/-tabc0",
        }
        return Outbound(**fields | given)

    return make


@pytest.fixture
def email() -> MakeOutbound:
    """Make an email; any field can be given."""

    def make(**given: Any) -> Outbound:
        fields: dict[str, Any] = {
            "id": "m-2",
            "account_id": "a-1",
            "channel": Channel.EMAIL,
            "sender": "Ada's Shop <shop@example.com>",
            "recipient": "grace@example.com",
            "subject": "Your invitation",
            "html": '<a href="https://refer.example.com/-tabc0">Invite</a>',
            "text": "Invite: https://refer.example.com/-tabc0",
        }
        return Outbound(**fields | given)

    return make


@pytest.fixture
def twilio_fake() -> Iterator[TwilioFake]:
    """Twilio, on loopback."""
    with TwilioFake() as fake:
        yield fake


@pytest.fixture
def sendgrid_fake() -> Iterator[SendGridFake]:
    """SendGrid, on loopback."""
    with SendGridFake() as fake:
        yield fake


@pytest.fixture
def refusing_url() -> str:
    """An address at which nobody listens."""
    with socket.socket() as freed:
        freed.bind(("127.0.0.1", 0))
        port = freed.getsockname()[1]
    return f"http://127.0.0.1:{port}"


@pytest.fixture
def deaf_url() -> Iterator[str]:
    """An address whose queue of connections is full, so that connecting takes for ever."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for caller in waiting:
            caller.setblocking(False)
            caller.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        for caller in waiting:
            caller.close()


@pytest.fixture
def unknown_host(monkeypatch: pytest.MonkeyPatch) -> str:
    """An address whose name no server knows."""

    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    return "http://vendor.invalid"
