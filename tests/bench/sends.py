"""Messages accepted over HTTP, composed, and handed to a stand-in of their vendor: together, one by one, as texts."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine, event

from app.domain.message import Channel
from app.flow.create_account import create_account
from app.flow.put_campaign import put_campaign
from app.flow.put_template import put_template
from app.flow.send_batch import send_batch
from app.flow.send_message import send_message
from app.store.accounts import add_api_key
from app.store.base import open_engine, readings, transactions
from app.store.link_copies import LinkCopies
from app.store.schema import upgrade
from app.store.templates import Template
from app.web.application import create_app
from app.web.parts import Parts
from tests.bench.postgresql import postgresql
from tests.bench.shares import Shares, shares
from tests.embedded_redis import EmbeddedRedis
from tests.fakes.names import Names
from tests.flow.vendors import registry
from tests.web.conftest import RememberingQueue
from workers import memory

_NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_BROADCAST, _TOGETHER, _ALONE = 10_000, 1_000, 200
_KEY = "tl_of_the_bench"
_PARAGRAPH = "<p>Something new came in this week, and because you were here before, you see it first.</p>\n"
_HTML = (
    "<html><body><p>Dear {{ contact.first_name }},</p>"
    + "".join(f'{_PARAGRAPH * 4}<a href="https://shop.example/new/{n}?utm_source=mail">Look</a>\n' for n in range(10))
    + '{% sharing_widget %}<p>Your code: {{ data.coupon }}</p><a href="{{ unsubscribe_url }}">No more</a></body></html>'
)
_TEXT = "Dear {{ contact.first_name }}, https://shop.example/new/0?utm_source=mail\nNo more: {{ unsubscribe_url }}\n"


class _Hub:
    """An account in a database of its own, its web application, and stand-ins of both vendors as other processes."""

    def __init__(self, engine: Engine, redis_url: str, vendors: dict[str, str]) -> None:
        self.transaction, self.copies, self.statements = transactions(engine), LinkCopies(redis_url), 0
        self.providers = registry(provider_timeout_s=30.0, **vendors)
        self._fill()
        parts = Parts(
            transaction=self.transaction,
            reading=readings(engine),
            queue=RememberingQueue(),  # type: ignore[arg-type]  # It takes a wake-up as the real one does.
            clock=lambda: _NOW,
            public_url="https://hub.example",
            link_port=8000,
            integration_fields={},
            integration_words={},
            journal_state=lambda: None,
            database_state=lambda: None,
            names=Names(),
            max_body_bytes=10_000_000,
            secret_key="only of the bench",
            secure_cookies=True,
        )
        self._client = create_app(parts).test_client()
        event.listen(engine, "before_cursor_execute", self._count)

    def accept(self, raw: bytes) -> list[str]:
        """Post a list of triggers and return their messages."""
        headers = {"Authorization": f"Bearer {_KEY}", "Content-Type": "application/json"}
        with self._client.post("/hooks/shop/triggers", data=raw, headers=headers) as answer:
            return [one["message"]["id"] for one in orjson.loads(answer.data)["results"]]

    def send(self, do: Callable[..., Any], what: Any) -> None:
        """Send by ``do``, which is one of the flow's."""
        do(
            what,
            transaction=self.transaction,
            providers=self.providers,
            clock=lambda: _NOW,
            lease=timedelta(minutes=2),
            link_port=8000,
            public_url="https://hub.example",
            copies=self.copies,
        )

    def _fill(self) -> None:
        with self.transaction() as session:
            account = create_account(session, "shop", "refer.shop.example", now=_NOW).account
            add_api_key(session, account.id, _KEY, _NOW)
            words = {"key": "spring", "name": "Spring", "landing_url": "https://shop.example/", "share_text": "Try:"}
            put_campaign(session, account, **words, enrolment={}, now=_NOW)
            mailed = Template("news-email", "email", "News", "order", "Hi {{ contact.first_name }}", _HTML, _TEXT)
            put_template(session, account, mailed, now=_NOW)
            put_template(session, account, Template("news-sms", "sms", "News", "order", text=_TEXT), now=_NOW)

    def _count(self, *_: Any) -> None:
        self.statements += 1


def _lists(people: range, channel: Channel = Channel.EMAIL) -> list[bytes]:
    """Return the bodies of calls that ask for a message to each of ``people``, a thousand at once."""
    asked = [_trigger(number, channel) for number in people]
    return [orjson.dumps({"triggers": asked[at : at + _TOGETHER]}) for at in range(0, len(asked), _TOGETHER)]


def _trigger(number: int, channel: Channel) -> dict[str, Any]:
    person = {
        "external_id": f"c-{number}",
        "email": f"reader{number}@example.com",
        "phone": f"+1415{number:07}",
        "first_name": f"Reader{number}",
    }
    if channel is Channel.EMAIL:
        # As most platforms have it: a number is said where it is texted.
        del person["phone"]
    words = {"channel": channel, "template": f"news-{channel}", "campaign": "spring", "data": {"coupon": f"A{number}"}}
    return {**words, "contact": person}


@contextmanager
def _hub(database_url: str) -> Iterator[_Hub]:
    with _vendor("SendGrid") as mail, _vendor("Twilio") as texts, EmbeddedRedis() as redis:
        engine = open_engine(database_url, ("0123456789abcdef",))
        upgrade(engine)
        yield _Hub(engine, redis.url, {"sendgrid_api_base": mail, "twilio_api_base": texts})
        engine.dispose()


@contextmanager
def _vendor(name: str) -> Iterator[str]:
    serve = f"from tests.fakes.{name.lower()} import {name}Fake as fake; fake().serve()"
    with subprocess.Popen([sys.executable, "-c", serve], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().split()[-1]
        process.kill()


def _cost(work: Callable[[Any], Any], each: list[Any]) -> tuple[list[float], Shares]:
    """Do ``work`` for each and return how long each took, and whose CPU it was."""
    passed = []
    with shares() as used:
        for one in each:
            began = time.perf_counter()
            work(one)
            passed.append(time.perf_counter() - began)
    return passed, used


def _said(name: str, cost: tuple[list[float], Shares], messages: int) -> str:
    passed, used = cost
    whose = ", ".join(f"{name} {used.microseconds(name, messages):.0f}" for name in ("ours", "database", "libraries"))
    cpu = used.used_s * 1e6 / messages
    return f"{name}: {messages / sum(passed):,.0f} messages/s, {cpu:,.0f} µs of CPU each ({whose})"


def _measured(hub: _Hub) -> Iterator[str]:
    for lists in (_lists(range(20)), _lists(range(20, 40))):
        hub.send(send_batch, hub.accept(lists[0]))
    memory.settle()
    alone = _cost(lambda one: hub.send(send_message, one), hub.accept(_lists(range(_ALONE))[0]))
    yield _said("email, one by one", alone, _ALONE)
    texts = hub.accept(_lists(range(_ALONE), Channel.SMS)[0])
    yield _said("texts", _cost(lambda one: hub.send(send_message, one), texts), _ALONE)
    everybody = range(1_000, 1_000 + _BROADCAST)
    hub.statements, batches = 0, []
    accepted = _cost(lambda raw: batches.append(hub.accept(raw)), _lists(everybody))
    yield _said("accepted, of people nobody knew", accepted, _BROADCAST)
    yield f"{hub.statements / len(batches):.0f} statements for each list of {_TOGETHER:,}"
    hub.statements = 0
    together = _cost(lambda batch: hub.send(send_batch, batch), batches)
    yield _said("sent, 1,000 a call", together, _BROADCAST)
    yield f"{hub.statements / len(batches):.0f} statements for each batch"
    again = _cost(hub.accept, _lists(everybody))
    yield _said("accepted, of people who are known", again, _BROADCAST)
    for name, (passed, _) in (("new", accepted), ("known", again)):
        p50, p99 = (statistics.quantiles(passed, n=100, method="inclusive")[at] * 1000 for at in (49, 98))
        yield f"a list of {_TOGETHER:,}, {name} people, answered: p50 {p50:.0f} ms, p99 {p99:.0f} ms"
    yield f"a call for 1,000 carries {sum(alone[0]) / _ALONE / (sum(together[0]) / _BROADCAST):.0f} times one by one"


def run() -> Iterator[str]:
    """Yield, for each database, messages a second in each way, and what a broadcast costs."""
    with tempfile.TemporaryDirectory() as folder, _hub(f"sqlite:///{Path(folder, 'hub.db')}") as hub:
        yield "SQLite:"
        yield from _measured(hub)
    with postgresql() as url, _hub(url) as hub:
        yield "PostgreSQL (its own processes not counted):"
        yield from _measured(hub)
