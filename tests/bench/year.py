"""A year of an account's mail, clicks and orders, made without the story: counted while it is made."""

import random
from collections import Counter as Tally
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Engine

from app.domain.calendar import DAY_QUARTERS
from app.domain.counting import Metric, Subject, count_click, count_share, quarter_of
from app.domain.ids import ALPHABET
from app.domain.visit import LinkKind, Verdict
from app.flow.make_click_months import make_click_months
from app.store.base import transactions
from app.store.campaigns import AdvocateRow, put_campaign
from app.store.clicks import ClickRow
from app.store.contacts import ContactRow
from app.store.counted_days import CountedDayRow, CountedSubjectRow, subject_id
from app.store.counters import CounterRow
from app.store.form_letters import FormLetterRow
from app.store.messages import MessageEventRow, MessageRow
from app.store.orders import OrderRow
from app.store.outcomes import OutcomeRow
from app.store.shares import ShareRow
from app.store.templates import Template, put_template
from tests.bench.bulk import add_in_bulk, without_indexes

HOST = "demo.localhost"
_CAMPAIGNS, _TEMPLATES, _ADVOCATES_IN = 6, 8, 4
_BROADCASTS = 40
_PLATFORMS = ("whatsapp", "facebook", "x", "email", "sms", "copy")
_VERDICTS = (*[Verdict.HUMAN] * 7, Verdict.MACHINE, Verdict.MACHINE, Verdict.UNKNOWN)
_PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
_WORDS = "<p>Something new came in this week, and because you were here before, you see it first.</p>\n" * 40


_COUNTER = ("quarter", "channel", "template", "automation", "campaign_id", "platform", "metric", "currency")
_Key = tuple[Any, ...]
"""The columns of a counter: hashed a million times, which a tuple of words does faster than a Counter."""


class Size(NamedTuple):
    """How much of everything there is."""

    clicks: int = 1_000_000
    messages: int = 100_000
    contacts: int = 20_000
    shares: int = 30_000
    orders: int = 5_000


class _Sent(NamedTuple):
    """What later rows need of a message."""

    id: str
    at: datetime
    subject: Subject
    contact_id: str
    advocate_id: str | None


class Year:
    """An account's year up to ``now``; the same one for the same size, whenever it is made."""

    def __init__(self, account_id: str, size: Size, now: datetime) -> None:
        self.account_id, self.size, self.now = account_id, size, now
        self._chance = random.Random(7)
        self._made = 0
        self._sent: list[_Sent] = []
        self._shares: list[tuple[str, datetime, _Sent, str]] = []
        self._counts: Tally[_Key] = Tally()

    def fill(self, engine: Engine) -> None:
        """Store it, counters last."""
        with transactions(engine)() as session:
            words = {"landing_url": "https://shop.example/", "share_text": "Try this:", "enrolment": {}}
            campaigns = [
                put_campaign(session, self.account_id, key=f"c{n}", name=f"Campaign {n}", now=self.now, **words).id
                for n in range(_CAMPAIGNS)
            ]
            for number in range(_TEMPLATES):
                kind = "sms" if number % 4 == 3 else "email"
                letter = Template(f"t{number}", kind, f"Letter {number}", "order", "Hello", _WORDS, "Hello")
                put_template(session, self.account_id, letter, self.now)
        _make_months(engine, self.now)
        big = (ContactRow, MessageRow, MessageEventRow, ShareRow, ClickRow, OrderRow, OutcomeRow, CounterRow)
        with engine.begin() as connection, without_indexes(connection, *big):
            contacts = [self._id(self.now - timedelta(days=366)) for _ in range(self.size.contacts)]
            add_in_bulk(connection, ContactRow, map(self._contact, range(len(contacts)), contacts))
            advocates = {one: self._id(self.now - timedelta(days=366)) for one in contacts[::_ADVOCATES_IN]}
            rows = zip(advocates.items(), range(len(advocates)), strict=True)
            add_in_bulk(
                connection, AdvocateRow, (self._advocate(pair, campaigns[n % _CAMPAIGNS], n) for pair, n in rows)
            )
            body = {"html": [[_WORDS, _WORDS], [0]], "text": None, "decisions": [["[]"], []]}
            letter_row = {"id": "letter", "account_id": self.account_id, "digest": "", "body": body}
            add_in_bulk(connection, FormLetterRow, [letter_row])
            add_in_bulk(connection, MessageRow, self._messages(contacts, advocates, campaigns))
            add_in_bulk(connection, MessageEventRow, self._events())
            add_in_bulk(connection, ShareRow, self._presses())
            add_in_bulk(connection, ClickRow, self._clicks())
            orders = list(self._orders())
            add_in_bulk(connection, OrderRow, (order for order, _ in orders))
            add_in_bulk(connection, OutcomeRow, (outcome for _, outcome in orders))
            add_in_bulk(connection, CounterRow, self._counters(self._counts))
            subjects = {key[1:]: subject_id(self.account_id, key[1:]) for key in self._counts}
            add_in_bulk(connection, CountedSubjectRow, self._subjects(subjects))
            add_in_bulk(connection, CountedDayRow, self._days(subjects))

    @property
    def message_id(self) -> str:
        """One of its messages: of the middle, with something clicked, as most are."""
        return self._sent[len(self._sent) // 2].id

    def _id(self, at: datetime) -> str:
        self._made += 1
        stamp, rest = f"{int(at.timestamp() * 1000):012x}", f"{self._made:012x}"
        return f"{stamp[:8]}-{stamp[8:]}-7000-8000-{rest}"

    def _later(self, at: datetime, hours: float) -> datetime:
        """Return a moment that comes after ``at`` by so many hours on average, and is past."""
        moment = at + timedelta(hours=self._chance.expovariate(1 / hours))
        return moment if moment < self.now else at + (self.now - at) * self._chance.random()

    def _contact(self, number: int, contact_id: str) -> dict[str, Any]:
        said = {"external_id": f"e{number}", "email": f"reader{number}@example.com", "phone": f"+1415{number:07}"}
        names = {"first_name": f"Reader{number}", "last_name": "Doe", "fields": {}, "identity": f"id:e{number}"}
        return self._whose(contact_id) | said | names | {"created_at": self.now, "updated_at": self.now}

    def _advocate(self, pair: tuple[str, str], campaign_id: str, number: int) -> dict[str, Any]:
        codes = {"share_code": f"friend{number}", "share_token": f"a{number:010}", "created_at": self.now}
        return self._whose(pair[1]) | codes | {"campaign_id": campaign_id, "contact_id": pair[0]}

    def _whose(self, row_id: str) -> dict[str, Any]:
        return {"id": row_id, "account_id": self.account_id}

    def _moments(self) -> Iterator[tuple[datetime, int]]:
        """Yield when each message was sent, oldest first, and by which template: in broadcasts, and one by one."""
        count, start = self.size.messages, self.now - timedelta(days=365)
        together = count * 4 // 5
        moments = []
        for number in range(count):
            if number < together:
                at = start + timedelta(days=365 / _BROADCASTS * (number * _BROADCASTS // together))
                moments.append(
                    (at + timedelta(seconds=self._chance.uniform(0, 3600)), number * _BROADCASTS // together)
                )
            else:
                moments.append((start + timedelta(days=365 * self._chance.random()), number))
        return iter(sorted(moments))

    def _messages(
        self, contacts: list[str], advocates: dict[str, str], campaigns: list[str]
    ) -> Iterator[dict[str, Any]]:
        for number, (at, template) in enumerate(self._moments()):
            contact, kind = contacts[number % len(contacts)], template % _TEMPLATES
            channel = "sms" if kind % 4 == 3 else "email"
            subject = Subject(channel, f"t{kind}", f"flow{kind % 3}", campaigns[template % _CAMPAIGNS])
            sent = _Sent(self._id(at), at, subject, contact, advocates.get(contact))
            self._sent.append(sent)
            yield self._message(sent, number)

    def _message(self, sent: _Sent, number: int) -> dict[str, Any]:
        mark = "".join(self._chance.choices(ALPHABET, k=5))
        return self._whose(sent.id) | {
            "trigger_key": f"k{number}",
            "fingerprint": "",
            "channel": sent.subject.channel,
            "contact_id": sent.contact_id,
            "recipient": f"reader{number % self.size.contacts}@example.com",
            "template": sent.subject.template,
            "automation": sent.subject.automation,
            "goal": "order",
            "purpose": "marketing",
            "campaign_id": sent.subject.campaign_id,
            "advocate_id": sent.advocate_id,
            "code": f"{mark}{number:06}",
            "share_token": f"{mark}{number:06}",
            "link_host": HOST,
            "status": "failed" if number % 997 == 0 else "delivered",
            "source": {"data": {"coupon": mark}, "links": {}},
            "subject": f"News of {sent.at:%B %d}",
            "decisions": [],
            "form_letter_id": "letter",
            "merged": [mark],
            "attempt": 1,
            "looked_up": 0,
            "provider": "outbox",
            "provider_id": mark,
            "send_at": sent.at,
            "created_at": sent.at,
            "sent_at": sent.at,
        }

    def _count(self, at: datetime, subject: Subject, *metrics: Metric) -> None:
        quarter = quarter_of(at)
        for metric in metrics:
            self._counts[quarter, *_words(subject), metric, ""] += 1

    def _events(self) -> Iterator[dict[str, Any]]:
        for sent in self._sent:
            for kind, metric in (("sent", Metric.SENT), ("delivered", Metric.DELIVERED)):
                yield self._whose(self._id(sent.at)) | {
                    "message_id": sent.id,
                    "type": kind,
                    "at": sent.at,
                    "detail": {},
                }
                self._count(sent.at, sent.subject, metric)

    def _presses(self) -> Iterator[dict[str, Any]]:
        able = [sent for sent in self._sent if sent.advocate_id]
        for _ in range(self.size.shares):
            sent, platform = self._chance.choice(able), self._chance.choice(_PLATFORMS)
            at = self._later(sent.at, 12)
            row = self._visit(at, sent, platform, Verdict.HUMAN)
            self._shares.append((row["id"], at, sent, platform))
            self._count(at, _on(sent.subject, platform), count_share(Verdict.HUMAN))
            yield row

    def _visit(self, at: datetime, sent: _Sent, platform: str | None, verdict: Verdict) -> dict[str, Any]:
        seen = {"verdict": verdict, "signals": [], "rules": 1, "ip": "192.0.2.0", "method": "GET", "prefetch": ""}
        whose = {"message_id": sent.id, "advocate_id": sent.advocate_id, "campaign_id": sent.subject.campaign_id}
        return self._whose(self._id(at)) | seen | whose | {"at": at, "platform": platform, "user_agent": _PHONE}

    def _moments_of_clicks(self) -> Iterator[tuple[datetime, int, _Sent, str | None]]:
        """Yield when each click came, in no order, by which message, and on which platform a friend made it."""
        for number in range(self.size.clicks):
            if number % 5 < 2:
                sent = self._chance.choice(self._sent)
                yield self._later(sent.at, 12), number, sent, None
            else:
                _, pressed, sent, platform = self._chance.choice(self._shares)
                yield self._later(pressed, 24 * 7), number, sent, platform

    def _clicks(self) -> Iterator[dict[str, Any]]:
        place = {"url": "https://shop.example/new/", "referrer": "", "referrer_platform": None}
        for at, number, sent, platform in sorted(self._moments_of_clicks(), key=itemgetter(0)):
            verdict = Verdict.PREVIEW if number % 5_000 == 0 else self._chance.choice(_VERDICTS)
            kind = LinkKind.SHARED if platform else LinkKind.MESSAGE
            is_unique = verdict is Verdict.HUMAN and number % 3 == 0
            self._count(at, _on(sent.subject, platform), *count_click(kind, verdict, is_unique=is_unique))
            own = (
                {"link_index": None, "contact_id": None}
                if platform
                else {"link_index": 0, "contact_id": sent.contact_id}
            )
            yield self._visit(at, sent, platform, verdict) | place | own | {"kind": kind, "is_unique": is_unique}

    def _orders(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        for number in range(self.size.orders):
            share_id, pressed, sent, platform = self._chance.choice(self._shares)
            at = self._later(pressed, 24 * 7)
            subject = _on(sent.subject, platform)
            self._count(at, subject, Metric.ORDERS, Metric.CONVERSIONS)
            self._counts[quarter_of(at), *_words(subject), Metric.REVENUE, "EUR"] += 4990
            yield self._order(number, at, share_id, sent, platform), self._outcome(at, share_id, sent, platform)

    def _order(self, number: int, at: datetime, share_id: str, sent: _Sent, platform: str) -> dict[str, Any]:
        earned = {"share_id": share_id, "message_id": sent.id, "advocate_id": sent.advocate_id, "platform": platform}
        credit = {"standing": "attributed", "reason": "named_click", "chain": "shared_click", "click_id": None}
        money = {"total_minor": 4990, "refunded_minor": 0, "currency": "EUR", "status": "paid", "is_disputed": False}
        times = {"at": at, "created_at": at, "woken_at": at, "is_open": False}
        return self._whose(self._id(at)) | {"order_id": f"o{number}"} | money | times | earned | credit

    def _outcome(self, at: datetime, share_id: str, sent: _Sent, platform: str) -> dict[str, Any]:
        names = ("channel", "template", "automation", "campaign_id")
        counts = {"quantity": 1, "conversions": 1, "amount_minor": 4990, "currency": "EUR", "recorded_at": at, "at": at}
        whose = {"message_id": sent.id, "advocate_id": sent.advocate_id, "platform": platform, "click_id": None}
        subject = {name: getattr(sent.subject, name) for name in names}
        return self._whose(self._id(at)) | {"kind": "order", "subject_id": share_id} | counts | whose | subject

    def _counters(self, counts: Mapping[_Key, int]) -> Iterator[dict[str, Any]]:
        for key, value in sorted(counts.items(), key=itemgetter(0)):
            yield {"account_id": self.account_id, **dict(zip(_COUNTER, key, strict=True)), "value": value}

    def _subjects(self, ids: Mapping[_Key, int]) -> Iterator[dict[str, Any]]:
        for words, number in ids.items():
            yield {"id": number, "account_id": self.account_id, **dict(zip(_COUNTER[1:], words, strict=True))}

    def _days(self, ids: Mapping[_Key, int]) -> Iterator[dict[str, Any]]:
        days: Tally[tuple[int, int]] = Tally()
        for (quarter, *words), value in self._counts.items():
            days[ids[tuple(words)], quarter // DAY_QUARTERS * DAY_QUARTERS] += value
        for key, value in sorted(days.items()):
            yield {"subject_id": key[0], "quarter": key[1], "value": value}


def _make_months(engine: Engine, now: datetime) -> None:
    """Let a year's clicks lie as they would have come: on PostgreSQL in a table for each month."""
    for months in range(13):
        make_click_months(transaction=transactions(engine), now=now - timedelta(days=30 * months))


@cache
def _words(subject: Subject) -> tuple[str, ...]:
    return subject.channel, subject.template, subject.automation, subject.campaign_id, subject.platform


@cache
def _on(subject: Subject, platform: str | None) -> Subject:
    return Subject(subject.channel, subject.template, subject.automation, subject.campaign_id, platform or "")
