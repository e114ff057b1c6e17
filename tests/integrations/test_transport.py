"""What a failed call proves, and what its answer asks for."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
import requests
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from requests import Request

from integrations.protocol import RejectedError, UnavailableError, UncertainError
from integrations.transport import call, is_local, new_session, retry_after_s

DATE = "Sun, 22 Nov 2026 06:00:00 GMT"


@pytest.fixture
def stranger_url(tmp_path):
    """An https address whose certificate nobody has vouched for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vendor.example")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem = tmp_path / "vendor.pem"
    pem.write_bytes(
        key.private_bytes(*private) + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=_shake_hands, args=(listener, context))
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def _shake_hands(listener, context):
    caller, _ = listener.accept()
    with caller, pytest.raises(ssl.SSLError):
        context.wrap_socket(caller, server_side=True).recv(1)


def post(url, **given):
    return call(new_session(url), Request("POST", url, data=b"x", **given), timeout_s=1)


def test_a_certificate_nobody_vouches_for_stops_the_call_before_anything_is_sent(stranger_url):
    with pytest.raises(UnavailableError, match="SSLCertVerificationError"):
        post(stranger_url)


def test_a_broken_handshake_proves_nothing(twilio_fake):
    with pytest.raises(UncertainError):
        post(twilio_fake.base_url.replace("http", "https"))


@pytest.mark.parametrize(
    "error",
    [
        requests.ReadTimeout(urllib3.exceptions.ReadTimeoutError(None, "/", "")),
        requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", ConnectionResetError())),
        requests.ConnectionError(urllib3.exceptions.ReadTimeoutError(None, "/", "while the body was read")),
        requests.exceptions.ProxyError(
            urllib3.exceptions.MaxRetryError(
                None, "/", urllib3.exceptions.ProxyError("Unable to connect", ConnectionResetError())
            )
        ),
        requests.exceptions.ChunkedEncodingError(urllib3.exceptions.InvalidChunkLength.__doc__),
        requests.exceptions.ContentDecodingError("gzip"),
        requests.exceptions.InvalidHeader("two lengths in the answer"),
        requests.ConnectionError(),
        urllib3.exceptions.ClosedPoolError(None, "closed"),
    ],
    ids=repr,
)
def test_what_may_have_happened_after_the_request_is_uncertain(monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(requests.Session, "send", fail)
    with pytest.raises(UncertainError):
        post("https://vendor.example")


def test_a_proxy_that_cannot_be_reached_carried_nothing(monkeypatch, refusing_url):
    monkeypatch.setenv("http_proxy", refusing_url)
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(UnavailableError):
        post("http://vendor.example")


def test_a_stand_in_on_this_machine_is_not_looked_for_through_a_proxy(monkeypatch, refusing_url, twilio_fake):
    monkeypatch.setenv("http_proxy", refusing_url)
    monkeypatch.setenv("no_proxy", "")
    assert post(twilio_fake.base_url).status_code == 404


@pytest.mark.parametrize(
    ("url", "headers"),
    [("ftp//nowhere", {}), ("https://", {}), ("https://vendor.example", {"X-Own": "a\r\nX-Evil: 1"})],
)
def test_a_request_that_cannot_be_written_is_refused(url, headers):
    with pytest.raises(RejectedError):
        post(url, headers=headers)


def test_no_cookie_of_one_send_reaches_another(sendgrid_fake, monkeypatch):
    answer = type(sendgrid_fake).failure(sendgrid_fake, 500)
    answer.headers = {"Set-Cookie": "seen=1"}
    monkeypatch.setattr(sendgrid_fake, "judge", lambda _: answer)
    session = new_session(sendgrid_fake.base_url)
    for _ in range(2):
        call(session, Request("POST", sendgrid_fake.base_url), timeout_s=1)
    assert [one.headers["Cookie"] for one in sendgrid_fake.calls] == [None, None]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": " 0.5 "}, 0.5),
        ({"Retry-After": "Sun, 22 Nov 2026 06:01:30 GMT", "Date": DATE}, 90.0),
        ({"Retry-After": "Sun, 22 Nov 2026 05:00:00 GMT", "Date": DATE}, 0.0),
        ({"Retry-After": "Sun, 22 Nov 2026 06:01:30 GMT"}, None),
        ({"Retry-After": "Sun, 22 Nov 2026 06:01:30 -0000", "Date": DATE}, None),
        ({"Retry-After": "-3"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "9" * 400}, None),
        ({}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_counted_from_the_answers_own(headers, seconds):
    assert retry_after_s(headers) == seconds


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:8000", True),
        ("http://demo.localhost", True),
        ("http://127.0.0.1:8000", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:8000", True),
        ("http://0.0.0.0:8000", True),
        ("https://localhost.example.com", False),
        ("https://hub.example.com", False),
        ("https://203.0.113.7", False),
    ],
)
def test_an_address_of_this_machine_is_local(url, local):
    assert is_local(url) is local
