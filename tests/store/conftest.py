"""What the store's tests stand on: people, messages, and many workers at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from sqlalchemy import text

from app.domain.ids import new_code, new_id
from app.domain.message import ContactDetails
from app.store.identities import save_contact
from app.store.messages import add_messages


@pytest.fixture
def at_once() -> Callable:
    """Run a piece of work in so many threads at the same moment and return what each one returned."""

    def run(workers: int, work: Callable) -> list:
        gate = threading.Barrier(workers)

        def worker(number: int):
            gate.wait(10)
            return work(number)

        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(worker, range(workers)))

    return run


@pytest.fixture
def raw(engine) -> Callable:
    """Read the database behind every type's back."""

    def query(sql: str) -> list[tuple]:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]

    return query


@pytest.fixture
def contact(transaction, account, now):
    with transaction() as session:
        return save_contact(session, account.id, ContactDetails("c-1", "ada@example.com", "+15005550006", "Ada"), now)


@pytest.fixture
def other_contact(transaction, other_account, now):
    with transaction() as session:
        return save_contact(session, other_account.id, ContactDetails("c-1", "ada@example.com"), now)


@pytest.fixture
def add(transaction, account, contact, now) -> Callable:
    """Store a message and return its id; None when its trigger key was used before."""
    numbers = count()

    def message(**values) -> str | None:
        said = {
            "id": new_id(),
            "trigger_key": f"evt-{next(numbers)}",
            "fingerprint": "",
            "channel": "email",
            "contact_id": contact.id,
            "recipient": "ada@example.com",
            "source": {"data": {}},
            "code": new_code(),
            "share_token": new_code(),
            "send_at": now,
        }
        columns = {name: [value] for name, value in {**said, **values}.items()}
        with transaction() as session:
            return next(iter(add_messages(session, account.id, columns, now)), None)

    return message
