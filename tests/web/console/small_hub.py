"""A small hub for the console's tests: the whole application, on a database of its own."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast

from flask import Flask
from sqlalchemy import Engine

from app.domain.ids import new_code, new_id
from app.domain.message import ContactDetails, Status
from app.queue import Queue
from app.store.accounts import Account, add_account, add_domain, add_user
from app.store.base import Transaction, readings, transactions
from app.store.campaigns import AdvocateRow, put_campaign
from app.store.identities import save_contact
from app.store.messages import MessageRow, add_event
from app.web.application import create_app
from app.web.console.passwords import hash_password
from app.web.limits import limiter
from app.web.parts import Parts
from tests.fakes.names import Names

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
EMAIL = "ada@demo.example"
PASSWORD = "correct horse battery"
HOST = "demo.localhost"
PORT = 8000
_INTEGRATIONS = {
    "twilio": (("account_sid", "auth_token"), ("from", "messaging_service_sid")),
    "sendgrid": (("api_key",), ("from",)),
    "shopify": (("webhook_secret",), ("shop_domain",)),
}


@dataclass
class SmallHub:
    """What is in its store, and the application in front of it."""

    flask: Flask
    transaction: Transaction
    account: Account
    woken: list[str] = field(default_factory=list)
    """The messages of which the queue was told."""

    def add_other_account(self) -> Account:
        """Return a second account with a domain of its own."""
        with self.transaction() as session:
            account = add_account(session, slug="other", name="Other", signing_secret="whsec_b3RoZXI=", now=NOW)
            assert account
            add_domain(session, account.id, "other.localhost", verified_at=NOW, now=NOW)
        return account

    def add_advocate(self, share_code: str) -> tuple[str, str]:
        """Return the ids of a campaign and of an advocate in it."""
        with self.transaction() as session:
            campaign = put_campaign(
                session,
                self.account.id,
                key="spring",
                name="Spring",
                landing_url="https://shop.example/",
                share_text="Have a look",
                enrolment={},
                now=NOW,
            )
            contact = save_contact(session, self.account.id, ContactDetails(email=f"{share_code}@example.com"), NOW)
            advocate_id = new_id()
            row = AdvocateRow(
                id=advocate_id, account_id=self.account.id, campaign_id=campaign.id, contact_id=contact.id
            )
            row.share_code, row.share_token, row.created_at = share_code, new_code(), NOW
            session.add(row)
            return campaign.id, advocate_id

    def add_message(self, account: Account | None = None, **said: Any) -> str:
        """Store a message that its provider took two seconds after it was asked for; return its id."""
        account_id = (account or self.account).id
        status = said.pop("status", Status.SENT)
        at = said.pop("at", NOW)
        recipient = said.get("recipient", "grace@example.com")
        with self.transaction() as session:
            details = ContactDetails(email=recipient, first_name="Grace", last_name="Hopper")
            contact = save_contact(session, account_id, details, NOW)
            message_id = new_id()
            row = MessageRow(**_blank(account_id, contact.id, at) | {"recipient": recipient, "status": status} | said)
            row.id = message_id
            session.add(row)
            session.flush()
            add_event(session, account_id, message_id, "queued", at)
            if status != Status.QUEUED:
                row.sent_at, row.provider = at + timedelta(seconds=2), "outbox"
                add_event(session, account_id, message_id, status, row.sent_at, {"provider": "outbox"})
        return message_id


def _blank(account_id: str, contact_id: str, at: datetime) -> dict[str, Any]:
    unsaid = ("trigger_key", "sender", "template", "automation", "goal", "campaign_id", "advocate_id")
    return {
        **dict.fromkeys((*unsaid, "untracked_reason")),
        "account_id": account_id,
        "fingerprint": "",
        "channel": "email",
        "contact_id": contact_id,
        "source": {},
        "attempt": 0,
        "code": new_code(),
        "share_token": new_code(),
        "link_host": HOST,
        "decisions": [],
        "send_at": at,
        "woken_at": None,
        "created_at": at,
    }


@cache
def _digest() -> str:
    return hash_password(PASSWORD)


@dataclass
class _Store:
    """The database of the moment: an application takes long to build, so that one serves every test of a process."""

    transaction: Transaction | None = None
    reading: Transaction | None = None
    woken: list[str] = field(default_factory=list)

    def send(self, message_ids: Iterable[str]) -> bool:
        """Be told of messages that are due."""
        self.woken.extend(message_ids)
        return True

    def attribute(self, _kind: str, _ids: Iterable[str]) -> bool:
        """Be told of orders and signups; nobody works them off here."""
        return True

    def send_batches(self, batches: Iterable[Iterable[str]]) -> bool:
        """Be told of messages that may go out together."""
        return self.send(one for batch in batches for one in batch)


@cache
def _application(secure_cookies: bool) -> tuple[Flask, _Store]:
    store = _Store()
    given = Parts(
        transaction=lambda: cast(Transaction, store.transaction)(),
        reading=lambda: cast(Transaction, store.reading)(),
        queue=cast(Queue, store),
        clock=lambda: NOW,
        public_url=f"http://127.0.0.1:{PORT}",
        link_port=PORT,
        integration_words={},
        integration_fields=_INTEGRATIONS,
        journal_state=lambda: None,
        database_state=lambda: None,
        names=Names(),
        max_body_bytes=1_000_000,
        secret_key="of the tests",
        secure_cookies=secure_cookies,
    )
    return create_app(given), store


def small_hub(engine: Engine, *, secure_cookies: bool = False) -> SmallHub:
    """Return a hub on a migrated database, with one account, one domain and Ada, who can sign in."""
    transaction = transactions(engine)
    with transaction() as session:
        account = add_account(session, slug="demo", name="Demo Coffee", signing_secret="whsec_ZGVtbw==", now=NOW)
        assert account
        add_domain(session, account.id, HOST, verified_at=NOW, now=NOW)
        add_user(session, account.id, email=EMAIL, password_hash=_digest(), role="owner", now=NOW)
    flask, store = _application(secure_cookies)
    store.transaction, store.reading = transaction, readings(engine)
    store.woken = []
    limiter.reset()
    return SmallHub(flask, transaction, account, store.woken)
