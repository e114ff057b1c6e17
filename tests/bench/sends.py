"""Messages accepted over HTTP, composed, and handed to a stand-in of their vendor: together, one by one, as texts.

What a recipient costs "in our code, rows included" is all CPU of the process, the database's engine where it runs in
it, but the HTTP client that carries the call to the vendor, and the benchmark itself. A machine that is not ours alone
runs now at half, now at its full speed: how long a fixed loop took before and after is said beside it.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine, event, text

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
from tests.bench.answers import answered
from tests.bench.postgresql import postgresql
from tests.bench.processor import loop_ms, processor_s
from tests.bench.shares import Shares, shares
from tests.bench.vendor import vendor
from tests.embedded_redis import EmbeddedRedis
from tests.fakes.names import Names
from tests.flow.vendors import registry
from tests.web.conftest import RememberingQueue
from workers import memory

_NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_BROADCAST, _TOGETHER, _ALONE, _CALLS = 10_000, 1_000, 200, 30
_CLIENT = "the HTTP client"
_STAGES = {
    "app/web/json_body.py": "reading",
    "app/web/schemas/trigger.py": "reading",
    "app/web/schemas/plain_trigger.py": "reading",
    "app/web/callers.py": "look-ups",
    "app/flow/plan_trigger.py": "look-ups",
    "app/store/suppressions.py": "look-ups",
    "app/store/identities.py": "people",
    "app/flow/enrol_advocate.py": "advocates",
    "app/flow/accept_trigger.py": "messages",
    "app/store/base.py": "begin and commit",
    "app/web/answers.py": "answering",
    "app/web/hooks/triggers.py": "answering",
    "app/flow/compose_message.py": "composing",
    "app/flow/send_batch.py": "composing",
    "app/store/held_messages.py": "claiming",
    "app/flow/send_batch.py:claim": "claiming",
    "app/flow/send_batch.py:links": "copies in Redis",
    "app/store/link_copies.py": "copies in Redis",
    "integrations/sendgrid.py": "the call's body",
    "integrations/sendgrid_mailing.py": "the call's body",
    "integrations/transport.py": _CLIENT,
    "app/flow/end_attempts.py": "settling",
}
"""What our modules work at in a broadcast; the innermost that is named here counts."""
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

    def backend_s(self) -> float:
        """Return what the database has used in a process of its own, in seconds; 0 where it has none."""
        with self.transaction() as session:
            if session.get_bind().dialect.name == "sqlite":
                return 0.0
            return processor_s(session.execute(text("SELECT pg_backend_pid()")).scalar_one())

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
    with vendor("SendGrid") as mail, vendor("Twilio") as texts, EmbeddedRedis() as redis:
        engine = open_engine(database_url, ("0123456789abcdef",))
        upgrade(engine)
        yield _Hub(engine, redis.url, {"sendgrid_api_base": mail, "twilio_api_base": texts})
        engine.dispose()


def _cost(work: Callable[[Any], Any], each: list[Any]) -> tuple[list[float], Shares]:
    """Do ``work`` for each and return how long each took, and whose CPU it was."""
    passed = []
    with shares(_STAGES) as used:
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


def _broadcast(hub: _Hub, name: str, do: Callable[[Any], Any], each: list[Any]) -> Iterator[str]:
    """Yield what ``do`` costs a recipient, all of it and ours; ``each`` is a thousand of them."""
    hub.statements, backend_s = 0, hub.backend_s()
    pace = [loop_ms()]
    passed, used = _cost(do, each)
    pace.append(loop_ms())
    backend_us = (hub.backend_s() - backend_s) * 1e6 / _BROADCAST
    stages = used.of_stages(_BROADCAST)
    stages.pop(_CLIENT, None)
    yield _said(name, (passed, used), _BROADCAST)
    parts = ", ".join(f"{stage or 'the web framework and others'} {part:.0f}" for stage, part in stages.items())
    engine = f"; its PostgreSQL process {backend_us:.0f} more" if backend_us else ""
    yield f"  in our code, rows included: {sum(stages.values()):.0f} µs a recipient ({parts}){engine}"
    yield f"  {hub.statements / len(each):.0f} statements for {_TOGETHER:,}"
    yield f"  a fixed loop took {sum(pace) / len(pace):.1f} ms before and after"


def _measured(hub: _Hub) -> Iterator[str]:
    for lists in (_lists(range(20)), _lists(range(20, 40))):
        hub.send(send_batch, hub.accept(lists[0]))
    memory.settle()
    alone = _cost(lambda one: hub.send(send_message, one), hub.accept(_lists(range(_ALONE))[0]))
    yield _said("email, one by one", alone, _ALONE)
    texts = hub.accept(_lists(range(_ALONE), Channel.SMS)[0])
    yield _said("texts", _cost(lambda one: hub.send(send_message, one), texts), _ALONE)
    everybody, batches = _lists(range(1_000, 1_000 + _BROADCAST)), list[list[str]]()
    yield from _broadcast(
        hub, "accepted, of people nobody knew", lambda raw: batches.append(hub.accept(raw)), everybody
    )
    began = time.perf_counter()
    yield from _broadcast(hub, "sent, 1,000 a call", lambda batch: hub.send(send_batch, batch), batches)
    together_s = (time.perf_counter() - began) / _BROADCAST
    yield from _broadcast(hub, "accepted, of people who are known", hub.accept, everybody)
    yield f"a call for 1,000 carries {sum(alone[0]) / _ALONE / together_s:.0f} times one by one"


def _answers(name: str, database_url: str | None) -> str:
    words = {"name": "News", "goal": "order", "text": _TEXT}
    templates = {"news-email": {**words, "channel": "email", "subject": "Hi {{ contact.first_name }}", "html": _HTML}}
    return answered(name, database_url, _lists(range(_CALLS * _TOGETHER)), templates)


def run() -> Iterator[str]:
    """Yield, for each database, messages a second in each way, and what a broadcast costs."""
    with tempfile.TemporaryDirectory() as folder, _hub(f"sqlite:///{Path(folder, 'hub.db')}") as hub:
        yield "SQLite:"
        yield from _measured(hub)
    with postgresql() as url, _hub(url) as hub:
        yield "PostgreSQL:"
        yield from _measured(hub)
    yield f"lists of {_TOGETHER:,} triggers, of people nobody knew (at most 500 ms at p99):"
    yield _answers("SQLite", None)
    with postgresql() as url:
        yield _answers("PostgreSQL", url)
