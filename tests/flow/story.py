"""A shop with its automations, advocates and friends: the words in which the tests of the flow are told."""

import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.domain.counting import Span
from app.domain.ids import new_id
from app.domain.message import Channel, ContactDetails, Content, Goal, Outbound, Receipt, Trigger
from app.domain.order import OrderNotice, OrderStatus
from app.domain.visit import LinkKind, Verdict, Visit
from app.flow.accept_trigger import Accepted, accept_trigger
from app.flow.credit_outcome import credit_order, credit_signup
from app.flow.put_campaign import put_campaign
from app.flow.put_template import put_template
from app.flow.rebuild_counters import _count
from app.flow.record_clicks import record_clicks
from app.flow.record_order import record_order
from app.flow.record_signup import record_signup
from app.flow.send_batch import send_batch
from app.flow.send_message import send_message
from app.store.accounts import Account, domains
from app.store.base import Transaction
from app.store.campaigns import advocate_by_id
from app.store.counters import all_counters
from app.store.messages import MessageRow, events_of, message_by_id
from app.store.orders import OrderRow, SignupRow
from app.store.reports import channel_report, message_report
from app.store.suppressions import reader_of_message
from app.store.templates import Template
from integrations.outbox import Outbox

ADA = ContactDetails(
    external_id="c-1", email="ada@example.com", phone="+15005550006", first_name="Ada", last_name="Lovelace"
)
BOB = ContactDetails(email="bob@friends.example", first_name="Bob")
HUB = "https://hub.example"
LANDING = "https://shop.example/spring?a=1"
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
LEASE = timedelta(seconds=90)

both_databases = pytest.mark.parametrize("database", ["sqlite", "postgresql"])
"""For what the database decides; the rest is told on SQLite alone."""


class OneProvider:
    """Chooses the same provider for everybody."""

    def __init__(self, provider=None):
        self.provider = provider or Outbox()

    def choose(self, channel, credentials):
        return self.provider


class Carrier:
    """A provider that remembers, and lets something happen while a call is under way."""

    name = "carrier"

    def __init__(self, meanwhile: Callable[[], object] = lambda: None, *, provider_id="first", fails_with=None):
        self.meanwhile, self.provider_id, self.fails_with = meanwhile, provider_id, fails_with
        self.sent: list[Outbound] = []

    def send(self, message):
        self.sent.append(message)
        self.meanwhile()
        if self.fails_with:
            raise self.fails_with
        return Receipt(self.name, self.provider_id)


class Shop:
    """One account, at a moment that only the test moves."""

    pacer: Any = None

    def __init__(self, transaction: Transaction, account: Account, now: datetime) -> None:
        self.transaction, self.account, self.now = transaction, account, now
        with transaction() as session:
            self.host = domains(session, account.id)[0].host

    def in_one(self, do: Callable[..., Any], *words: Any, **more: Any) -> Any:
        """Call a function of the flow or the store in a transaction of its own."""
        with self.transaction() as session:
            return do(session, *words, **more)

    # What the team sets up.

    def campaign(self, key="spring", landing_url=LANDING):
        return self.in_one(
            put_campaign,
            self.account,
            key=key,
            name=key.title(),
            landing_url=landing_url,
            share_text="Try this:",
            enrolment={},
            now=self.now,
        )

    def template(self, key="invite", **given):
        words = {"channel": Channel.EMAIL, "name": key, "goal": Goal.ORDER, "subject": "Hi", "html": "<p>Hi</p>"}
        if given.get("channel") == Channel.SMS:
            words = {"name": key, "goal": Goal.ORDER, "text": "Hi"}
        return self.in_one(put_template, self.account, Template(key, **words | given), now=self.now)

    # What its automations ask for.

    def asked(self, **given) -> Trigger:
        words = {"channel": Channel.EMAIL, "contact": ADA}
        if "template" not in given:
            html = '<a href="https://shop.example/new">New</a>'
            words["content"] = Content("Hi", html, None) if given.get("channel") != Channel.SMS else Content(text="Hi")
        return Trigger(**words | given)

    def trigger(self, **given) -> Accepted:
        return self.in_one(accept_trigger, self.account, self.asked(**given), now=self.now)

    def send(self, message_id, provider=None, providers=None):
        return send_message(
            message_id,
            transaction=self.transaction,
            providers=providers or OneProvider(provider),
            clock=lambda: self.now,
            lease=LEASE,
            link_port=8000,
            public_url=HUB,
            pacer=self.pacer,
        )

    def send_together(self, message_ids, provider=None, providers=None):
        return send_batch(
            message_ids,
            transaction=self.transaction,
            providers=providers or OneProvider(provider),
            clock=lambda: self.now,
            lease=LEASE,
            link_port=8000,
            public_url=HUB,
        )

    def sent(self, **given) -> MessageRow:
        """Trigger a message, send it, and return it."""
        message_id = self.trigger(**given).message_id
        self.send(message_id)
        return self.message(message_id)

    def invited(self, goal=Goal.ORDER, template="invite", contact=ADA) -> MessageRow:
        """Send an advocate an email with share buttons, and return it."""
        self.campaign()
        self.template(template, goal=goal, html="<a href='https://shop.example/new'>New</a>{% sharing_widget %}")
        return self.sent(template=template, campaign="spring", automation="welcome", contact=contact)

    def message(self, message_id) -> MessageRow:
        return self.in_one(message_by_id, self.account.id, message_id)

    def events(self, message_id) -> list[str]:
        return [kind for kind, _, _ in self.in_one(events_of, self.account.id, message_id)]

    def advocate(self, message):
        return self.in_one(advocate_by_id, self.account.id, message.advocate_id)

    # What people do.

    def visit(self, kind, message=None, *, minutes=0, platform=None, verdict=Verdict.HUMAN, who="10.0.0.0", **given):
        facts = {
            "id": new_id(),
            "at_ms": int((self.now + minutes * MINUTE).timestamp() * 1000),
            "account_id": self.account.id,
            "kind": kind,
            "verdict": verdict,
            "signals": (),
            "rules": 1,
            "url": LANDING,
            "message_id": message.id if message and kind is not LinkKind.ADVOCATE else None,
            "link_index": 0 if kind is LinkKind.MESSAGE else None,
            "advocate_id": message.advocate_id if message else None,
            "campaign_id": message.campaign_id if message else None,
            "platform": platform,
            "ip": who,
            "user_agent": "Mozilla/5.0",
        }
        return Visit(**facts | given)

    def click(self, message, **given):
        return self.visit(LinkKind.MESSAGE, message, **given)

    def press(self, message, platform="whatsapp", **given):
        return self.visit(LinkKind.PRESS, message, platform=platform, **given)

    def friend(self, message, platform="whatsapp", **given):
        return self.visit(LinkKind.SHARED, message, platform=platform, **{"who": "10.9.9.0", **given})

    def plain(self, message, **given):
        """Follow the advocate's own link, on which no platform is known."""
        return self.visit(LinkKind.ADVOCATE, message, **{"who": "10.9.9.0", **given})

    def widget_press(self, advocate, platform="whatsapp", **given):
        """Press a button of an advocate's widget, which no message stands behind."""
        whose = {"advocate_id": advocate.id, "campaign_id": advocate.campaign_id}
        return self.visit(LinkKind.PRESS, platform=platform, **{**whose, **given})

    def say(self, do, message):
        """Have a message's reader say stop, or take it back."""

        def speak(session):
            do(session, reader_of_message(session, message.id, host=self.host), now=self.now)

        self.in_one(speak)

    def record(self, *visits, batch=None):
        """Record visits in a batch and return what it brought."""
        lines = [visit if isinstance(visit, str) else visit.line().decode().rstrip("\n") for visit in visits]
        return record_clicks(batch or new_id(), lines, transaction=self.transaction, now=self.now)

    def notice(self, order_id="o-1", status=OrderStatus.PAID, *, total=4990, minutes=10, buyer=BOB, **given):
        said = {
            "order_id": order_id,
            "status": status,
            "currency": "EUR",
            "total_minor": total,
            "refunded_minor": None,
            "buyer": buyer,
            "mbsy": None,
            "mbsy_source": None,
            "placed_at": None if minutes is None else self.now + minutes * MINUTE,
        } | given
        payload = {name: str(value) for name, value in said.items()}
        return OrderNotice(**said, payload=payload)

    def order(self, *words, **given) -> str:
        """Tell of an order, have it credited, and return its row's id."""
        row_id = self.in_one(record_order, self.account, self.notice(*words, **given), now=self.now)
        self.credit(row_id)
        return row_id

    def credit(self, row_id):
        self.in_one(credit_order, row_id, now=self.now)

    def placed(self, row_id) -> OrderRow:
        return self.in_one(lambda session: session.get(OrderRow, row_id))

    def signup(self, details=BOB, *, credit=True, **given):
        said = {"campaign": None, "mbsy": None, "mbsy_source": None, "share_code": None} | given
        enrolled = self.in_one(record_signup, self.account, details, **said, now=self.now)
        if credit and enrolled.signup_id:
            self.in_one(credit_signup, enrolled.signup_id, now=self.now)
        return enrolled

    def enrolment(self, signup_id) -> SignupRow:
        return self.in_one(lambda session: session.get(SignupRow, signup_id))

    # What the team sees of it.

    def messages(self) -> dict[str | None, dict[str, Any]]:
        rows = self.in_one(message_report, self.account.id, span=Span())
        return {row["template"]: row for row in rows}

    def channels(self) -> dict[str | None, dict[str, Any]]:
        return {row["platform"]: row for row in self.in_one(channel_report, self.account.id, span=Span())}

    def audit(self):
        """Return the counters of this account that differ from its rows; a whole audit asks every account."""
        counted, rows = (self.in_one(count, self.account.id) for count in (all_counters, _count))
        return sorted(counter for counter in counted | rows if counted[counter] != rows[counter])


def minted(moment: datetime) -> str:
    """Return a UUIDv7 of a moment, as the edge makes them."""
    return str(UUID(int=int(moment.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62 | secrets.randbits(62)))


def counted(row: dict[str, Any] | None) -> dict[str, Any]:
    """Return the figures of a report's row that are not nought; money as one string."""
    figures = {name: value for name, value in (row or {}).items() if type(value) is int and value}
    if row and row["revenue"]:
        figures["revenue"] = " ".join(f"{sum_['amount']} {sum_['currency']}" for sum_ in row["revenue"])
    return figures


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Make calls in threads that start together; return what each returned, or the exception it raised."""
    start = threading.Barrier(len(calls))
    ends: list[Any] = [None] * len(calls)

    def run(place: int) -> None:
        start.wait()
        try:
            ends[place] = calls[place]()
        except Exception as error:  # noqa: BLE001 - whatever it was is what the test asks about.
            ends[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=15)
    return ends
