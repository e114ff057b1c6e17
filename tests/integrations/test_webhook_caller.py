"""Calls of somebody's webhook: what arrives, and whatever the other side may do."""

import socket
import ssl
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from threading import Event, Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from integrations.protocol import WebhookCall
from integrations.standard_webhooks import new_secret, verify
from integrations.webhook_caller import HttpWebhookCaller
from tests.fakes.receiver import Receiver
from tests.fakes.server import Mood

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NEW, OLD = new_secret(), new_secret()
BODY = '{"type":"ping","timestamp":"2026-11-22T09:00:00+00:00","data":{"name":"Zoë ☕"}}'


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def pem(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver.example")])
    now = datetime.now(UTC)
    names = [x509.DNSName("receiver.example"), x509.IPAddress(ip_address("127.0.0.1"))]
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem = tmp_path_factory.mktemp("tls") / "receiver.pem"
    signed = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    pem.write_bytes(key.private_bytes(*private) + signed)
    return pem


def made(url):
    return WebhookCall(url, (NEW, OLD), "evt-1", AT, BODY)


def here(url, timeout_s=1.0):
    return HttpWebhookCaller(private_too=True, timeout_s=timeout_s).call(made(url))


@contextmanager
def server(behave):
    """Listen on loopback, do to each caller what ``behave`` does, and yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            while True:
                try:
                    caller, _ = listener.accept()
                except OSError:
                    return
                with caller:
                    try:
                        behave(caller)
                    except OSError:
                        continue

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(2)


def test_a_call_arrives_signed_by_both_secrets_of_a_rotation(receiver):
    answer = here(receiver.url)
    assert (answer.status_code, answer.error) == (200, None)
    [call] = receiver.calls
    assert (call.method, call.path, call.body.decode()) == ("POST", "/hook?key=1", BODY)
    assert call.headers["Content-Type"] == "application/json"
    assert call.headers["Host"] == receiver.base_url.removeprefix("http://")
    for secret in (NEW, OLD):
        assert verify(dict(call.headers), call.body, [secret], AT) == "evt-1"


@pytest.mark.parametrize("status", [201, 204, 299])
def test_any_2xx_is_success(receiver, status):
    receiver.status = status
    assert here(receiver.url).error is None


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_failure_and_is_not_followed(receiver, status):
    receiver.status, receiver.headers = status, {"Location": f"{receiver.base_url}/elsewhere"}
    answer = here(receiver.url)
    assert (answer.status_code, "redirects" in answer.error) == (status, True)
    assert len(receiver.calls) == 1


def test_a_refusal_keeps_its_status_the_beginning_of_its_words_and_when_to_come_back(receiver):
    receiver.status, receiver.says, receiver.headers = 429, "\0☕" * 5_000, {"Retry-After": "7"}
    answer = here(receiver.url)
    assert (answer.status_code, answer.error, answer.retry_after_s) == (429, "HTTP 429.", 7.0)
    assert len(answer.excerpt) == 1_000
    assert "\0" not in answer.excerpt


def test_no_proxy_of_the_environment_is_asked(receiver, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert here(receiver.url).error is None


def test_who_never_answers_is_left_alone_in_time(receiver):
    receiver.mood = Mood.HANGS
    assert "No whole answer" in here(receiver.url, timeout_s=0.1).error


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"], ids=["head", "body"])
def test_an_answer_that_comes_drop_by_drop_is_no_answer(start):
    over = Event()

    def drip(caller):
        caller.recv(65536)
        caller.sendall(start or b"HTTP/1.1 200 OK\r\nX-Drop: ")
        while not over.wait(0.02):
            caller.sendall(b"x")

    with server(drip) as port:
        answer = here(f"http://127.0.0.1:{port}/", timeout_s=0.2)
        over.set()
    assert "No whole answer" in answer.error


def test_an_endless_answer_is_read_no_further_than_needed():
    def pour(caller):
        caller.recv(65536)
        caller.sendall(b"HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\n")
        while True:
            caller.sendall(b"x" * 65536)

    with server(pour) as port:
        answer = here(f"http://127.0.0.1:{port}/")
    assert (answer.status_code, answer.excerpt) == (500, "x" * 1_000)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"SSH-2.0-OpenSSH_9\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["nothing", "ssh", "no status", "many headers", "a long header", "a broken chunk"],
)
def test_whatever_is_no_http_is_a_failure(said):
    def say(caller):
        caller.recv(65536)
        caller.sendall(said)

    with server(say) as port:
        answer = here(f"http://127.0.0.1:{port}/")
    assert "The connection failed" in answer.error


def test_nobody_listening_is_a_failure(refusing_url):
    assert "ConnectionRefusedError" in here(refusing_url).error


class TestWhereACallMayGo:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]"])
    def test_this_machine_is_not_called_however_it_is_spelled(self, receiver, host):
        url = receiver.url.replace("127.0.0.1", host)
        assert "not on the public internet" in HttpWebhookCaller(timeout_s=1).call(made(url)).error
        assert receiver.calls == []

    def test_one_private_address_among_others_is_enough_to_refuse(self):
        asked = []

        def resolve(host, port):
            asked.append((host, port))
            return ["93.184.215.14", "10.0.0.1"]

        answer = HttpWebhookCaller(timeout_s=1, resolve=resolve).call(made("https://rebind.example/"))
        assert "not on the public internet" in answer.error
        assert asked == [("rebind.example", 443)]

    def test_a_name_is_looked_up_once_and_the_call_goes_to_that_very_address(self, receiver):
        answers = iter([["127.0.0.1"], ["127.0.0.2"]])
        caller = HttpWebhookCaller(private_too=True, timeout_s=1, resolve=lambda *_: next(answers))
        port = receiver.base_url.rpartition(":")[2]
        assert caller.call(made(f"http://receiver.example:{port}/")).error is None
        assert receiver.calls[0].headers["Host"] == f"receiver.example:{port}"
        assert next(answers) == ["127.0.0.2"]

    def test_where_one_address_refuses_the_next_is_called(self, receiver):
        port = int(receiver.base_url.rpartition(":")[2])
        caller = HttpWebhookCaller(private_too=True, timeout_s=1, resolve=lambda *_: ["::1", "127.0.0.1"])
        assert caller.call(made(f"http://receiver.example:{port}/")).error is None

    def test_a_name_nobody_knows_is_a_failure(self):
        def resolve(*_):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        assert "not found" in HttpWebhookCaller(timeout_s=1, resolve=resolve).call(made("https://no.example/")).error

    def test_a_slow_look_up_counts_too(self):
        over = Event()
        caller = HttpWebhookCaller(timeout_s=0.05, resolve=lambda *_: over.wait(2) and [])
        assert "No whole answer" in caller.call(made("https://slow.example/")).error
        over.set()


class TestEncrypted:
    @pytest.fixture
    def asked(self):
        return []

    @pytest.fixture
    def port(self, pem, asked):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        context.sni_callback = lambda _, name, __: asked.append(name)

        def answer(caller):
            with context.wrap_socket(caller, server_side=True) as encrypted, encrypted.makefile("rb") as request:
                headers = list(iter(request.readline, b"\r\n"))
                # Whoever hangs up on what is still being said is not heard.
                request.read(
                    sum(int(line.split(b":")[1]) for line in headers if line[:15].lower() == b"content-length:")
                )
                encrypted.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        with server(answer) as port:
            yield port

    def call(self, port, host, pem=None):
        tls = ssl.create_default_context(cafile=pem) if pem else None
        caller = HttpWebhookCaller(private_too=True, timeout_s=1, resolve=lambda *_: ["127.0.0.1"], tls=tls)
        return caller.call(made(f"https://{host}:{port}/"))

    def test_the_certificate_must_be_for_the_name_and_not_for_the_address(self, port, pem, asked):
        assert self.call(port, "receiver.example", pem).error is None
        assert asked == ["receiver.example"]
        assert "certificate" in self.call(port, "other.example", pem).error

    def test_a_certificate_nobody_vouches_for_is_refused(self, port):
        assert "certificate" in self.call(port, "receiver.example").error
