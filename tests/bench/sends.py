"""Messages composed and handed to a stand-in of their vendor, by one worker: together, one by one, as texts."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.domain.message import Channel, ContactDetails, Trigger
from app.flow.accept_trigger import accept_triggers
from app.flow.create_account import create_account
from app.flow.put_campaign import put_campaign
from app.flow.put_template import put_template
from app.flow.send_batch import send_batch
from app.flow.send_message import send_message
from app.store.accounts import Account
from app.store.base import Transaction, open_engine, transactions
from app.store.schema import upgrade
from app.store.templates import Template
from tests.flow.vendors import registry

_NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_BROADCAST, _TOGETHER, _ALONE = 10_000, 1_000, 200
_PARAGRAPH = "<p>Something new came in this week, and because you were here before, you see it first.</p>\n"
_HTML = (
    "<html><body><p>Dear {{ contact.first_name }},</p>"
    + "".join(f'{_PARAGRAPH * 4}<a href="https://shop.example/new/{n}?utm_source=mail">Look</a>\n' for n in range(10))
    + '{% sharing_widget %}<p>Your code: {{ data.coupon }}</p><a href="{{ unsubscribe_url }}">No more</a></body></html>'
)
_TEXT = "Dear {{ contact.first_name }}, https://shop.example/new/0?utm_source=mail\nNo more: {{ unsubscribe_url }}\n"


class _Hub:
    """An account in a database of its own, and stand-ins of both vendors as processes of their own."""

    def __init__(self, transaction: Transaction, account: Account, vendors: dict[str, str]) -> None:
        self.transaction, self.account, self.count = transaction, account, 0
        self.providers = registry(provider_timeout_s=30.0, **vendors)

    def accept(self, count: int, channel: Channel = Channel.EMAIL) -> list[str]:
        """Accept so many triggers, a thousand at once, and return their messages."""
        accepted: list[str] = []
        while len(accepted) < count:
            triggers = [self._trigger(channel) for _ in range(min(1_000, count - len(accepted)))]
            with self.transaction() as session:
                accepted += [one.message_id for one in accept_triggers(session, self.account, triggers, now=_NOW)]
        return accepted

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
        )

    def _trigger(self, channel: Channel) -> Trigger:
        self.count += 1
        person = ContactDetails(
            external_id=f"c-{self.count}",
            email=f"reader{self.count}@example.com",
            phone=f"+1415{self.count:07}",
            first_name=f"Reader{self.count}",
        )
        return Trigger(
            channel, person, template=f"news-{channel}", campaign="spring", data={"coupon": f"A{self.count}"}
        )


@contextmanager
def _hub() -> Iterator[_Hub]:
    with tempfile.TemporaryDirectory() as folder, _vendor("SendGrid") as mail, _vendor("Twilio") as texts:
        engine = open_engine(f"sqlite:///{Path(folder, 'hub.db')}", ("0123456789abcdef",))
        upgrade(engine)
        transaction = transactions(engine)
        with transaction() as session:
            account = create_account(session, "shop", "refer.shop.example", now=_NOW).account
            words = {"key": "spring", "name": "Spring", "landing_url": "https://shop.example/", "share_text": "Try:"}
            put_campaign(session, account, **words, enrolment={}, now=_NOW)
            mailed = Template("news-email", "email", "News", "order", "Hi {{ contact.first_name }}", _HTML, _TEXT)
            put_template(session, account, mailed, now=_NOW)
            put_template(session, account, Template("news-sms", "sms", "News", "order", text=_TEXT), now=_NOW)
        yield _Hub(transaction, account, {"sendgrid_api_base": mail, "twilio_api_base": texts})
        engine.dispose()


@contextmanager
def _vendor(name: str) -> Iterator[str]:
    serve = f"from tests.fakes.{name.lower()} import {name}Fake as fake; fake().serve()"
    with subprocess.Popen([sys.executable, "-c", serve], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().split()[-1]
        process.kill()


def _cost(work: Callable[[], Any], count: int) -> tuple[float, float]:
    """Return seconds that passed, and seconds of this process's CPU, for each of ``count`` messages."""
    passed, used = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - passed) / count, (time.process_time() - used) / count


def _said(name: str, passed: float, used: float) -> str:
    return (
        f"{name}: {1 / passed:,.0f} messages/s, {used * 1e6:,.0f} µs of our CPU each, {used / passed:.0%} of the time"
    )


def run() -> Iterator[str]:
    """Yield messages a second in each of the three ways, and what a broadcast costs."""
    with _hub() as hub:
        for warm_up in (hub.accept(20), hub.accept(20)):
            hub.send(send_batch, warm_up)
        ids = hub.accept(_ALONE)
        alone = _cost(lambda: [hub.send(send_message, one) for one in ids], len(ids))
        yield _said("email, one by one", *alone)
        texts = hub.accept(_ALONE, Channel.SMS)
        yield _said("texts", *_cost(lambda: [hub.send(send_message, one) for one in texts], len(texts)))
        accepted: list[str] = []
        accepting = _cost(lambda: accepted.extend(hub.accept(_BROADCAST)), _BROADCAST)
        batches = [accepted[first : first + _TOGETHER] for first in range(0, _BROADCAST, _TOGETHER)]
        together = _cost(lambda: [hub.send(send_batch, batch) for batch in batches], _BROADCAST)
        yield _said("email, 1,000 a call", *together)
        yield f"a call for 1,000 carries {alone[0] / together[0]:.0f} times what one by one does"
        yield (
            f"a broadcast of {_BROADCAST:,}: {together[1] * 1e6:.0f} µs of CPU a recipient to compose, send and write"
            f" down, and {accepting[1] * 1e6:.0f} µs to accept the triggers, rows included"
        )
