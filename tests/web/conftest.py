"""A small hub behind Flask's test client: a real store, a queue that remembers, a clock that stands."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from app.queue import Queue
from app.store.accounts import Account, add_account, add_api_key, add_domain
from app.store.base import Base, Session, Transaction, open_engine, readings, transactions
from app.store.campaigns import put_campaign
from app.store.templates import Template, put_template
from app.web.application import create_app
from app.web.parts import Parts
from integrations.registry import INTEGRATIONS
from integrations.standard_webhooks import new_secret, sign
from tests.fakes.names import Names
from tests.renewed_file import KEYS, RenewedFile

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PUBLIC_URL = "http://localhost:8000"
MAX_BODY = 1024 * 1024


class RememberingQueue:
    """Takes every wake-up and keeps it; can be out of order."""

    def __init__(self) -> None:
        self.sends: list[str] = []
        self.attributed: list[tuple[str, str]] = []
        self.callbacks: list[str] = []
        self.works = True

    def send(self, message_ids: Iterable[str]) -> bool:
        if self.works:
            self.sends.extend(message_ids)
        return self.works

    def send_batches(self, batches: Iterable[Iterable[str]]) -> bool:
        return self.send(one for batch in batches for one in batch)

    def attribute(self, subject: str, ids: Iterable[str]) -> bool:
        if self.works:
            self.attributed.extend((subject, one) for one in ids)
        return self.works

    def work_off(self, callback_ids: Iterable[str]) -> bool:
        if self.works:
            self.callbacks.extend(callback_ids)
        return self.works

    def depths(self) -> dict[str, int]:
        return {"sends": len(self.sends)} if self.works else {}

    def ping(self) -> bool:
        return self.works


class _Now:
    """Stands for whatever stands there at the moment."""

    def __init__(self, current: Callable[[], Any]) -> None:
        self._current = current

    def __getattr__(self, name: str) -> Any:
        return getattr(self._current(), name)


@dataclass
class Tenant:
    """An account and what opens it."""

    account: Account
    api_key: str
    secret: str


@dataclass
class Hub:
    """The application with what stands behind it."""

    app: Flask
    client: FlaskClient
    queue: RememberingQueue
    transaction: Transaction
    engine: Engine
    demo: Tenant
    other: Tenant
    trouble: dict[str, str | None] = field(default_factory=dict)
    names: Names = field(default_factory=Names)

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> TestResponse:
        """Call as the demo account."""
        headers = {"Authorization": f"Bearer {self.demo.api_key}", **options.pop("headers", {})}
        if body is not None:
            options["json"] = body
        return self.client.open(path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.call("POST", path, body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.call("PUT", path, body, **options)

    def trigger(self, body: Any, **options: Any) -> TestResponse:
        return self.post("/hooks/demo/triggers", body, **options)

    def signed(self, raw: bytes, *, msg_id: str = "msg_1", at: datetime = NOW, secret: str = "") -> dict[str, str]:
        """Return the headers of a call that the demo account signed."""
        return {"Content-Type": "application/json", **sign(secret or self.demo.secret, msg_id, at, raw)}


def _tenant(transaction: Transaction, slug: str, domain: str) -> Tenant:
    secret, key = new_secret(), f"tl_{slug}_key"
    with transaction() as session:
        account = cast(Account, add_account(session, slug=slug, name=slug, signing_secret=secret, now=NOW))
        add_api_key(session, account.id, key, NOW)
        add_domain(session, account.id, domain, verified_at=NOW, now=NOW)
        put_campaign(
            session,
            account.id,
            key="spring",
            name="Spring",
            landing_url=f"https://{slug}.example/spring",
            share_text="Come along",
            enrolment={},
            now=NOW,
        )
        put_template(session, account.id, Template("hello", "sms", "Hello", "share", text="Hi https://a.example/"), NOW)
    return Tenant(account, key, secret)


@dataclass
class Stage:
    """What stands behind the one application of all tests, and is set anew for each."""

    first: Path
    """A database with two accounts, copied for each test."""
    demo: Tenant
    other: Tenant
    file: RenewedFile
    queue: RememberingQueue = field(default_factory=RememberingQueue)
    trouble: dict[str, str | None] = field(default_factory=dict)
    names: Names = field(default_factory=Names)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with transactions(self.file.engine)() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with readings(self.file.engine)() as session:
            yield session


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory, sqlite_file: RenewedFile) -> Stage:
    path = tmp_path_factory.mktemp("database") / "first.db"
    engine = open_engine(f"sqlite:///{path}", KEYS)
    Base.metadata.create_all(engine)
    transaction = transactions(engine)
    demo, other = _tenant(transaction, "demo", "demo.localhost"), _tenant(transaction, "other", "other.localhost")
    # The last connection to close brings everything into the one file.
    engine.dispose()
    return Stage(path, demo, other, sqlite_file)


@pytest.fixture(scope="session")
def application(stage: Stage) -> Flask:
    parts = Parts(
        transaction=stage.transaction,
        reading=stage.reading,
        queue=cast(Queue, _Now(lambda: stage.queue)),
        clock=lambda: NOW,
        public_url=PUBLIC_URL,
        link_port=8000,
        integration_fields={name: (fields.required, fields.optional) for name, fields in INTEGRATIONS.items()},
        integration_words={name: fields.also_called for name, fields in INTEGRATIONS.items()},
        journal_state=lambda: stage.trouble.get("journal"),
        database_state=lambda: stage.trouble.get("database"),
        names=cast(Names, _Now(lambda: stage.names)),
        check_integration=lambda name, credentials: (name == "twilio", ", ".join(sorted(credentials))),
        max_body_bytes=MAX_BODY,
        secret_key="a key for tests only",
        secure_cookies=False,
    )
    app = create_app(parts)
    app.testing = True
    return app


@pytest.fixture
def hub(stage: Stage, application: Flask) -> Hub:
    stage.file.renew(stage.first)
    stage.queue, stage.trouble, stage.names = RememberingQueue(), {}, Names()
    return Hub(
        application,
        application.test_client(),
        stage.queue,
        stage.transaction,
        stage.file.engine,
        stage.demo,
        stage.other,
        stage.trouble,
        stage.names,
    )


@pytest.fixture
def sms() -> Callable[..., dict[str, Any]]:
    """Make the body of a trigger that is fine."""

    def make(**changes: Any) -> dict[str, Any]:
        body = {"channel": "sms", "contact": {"phone": "+15005550006"}, "message": {"text": "See https://a.example/x"}}
        return {**body, **changes}

    return make
