"""One database of each kind for all tests of the flow; every test has accounts of its own in it."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url

from app.flow.create_account import create_account
from app.store.accounts import Account
from app.store.base import Transaction, open_engine
from tests.flow.story import Shop
from tests.renewed_file import KEYS


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory, migrated_file) -> Iterator[Engine]:
    path = tmp_path_factory.mktemp("flow") / "hub.db"
    shutil.copy(migrated_file, path)
    engine = open_engine(f"sqlite:///{path}", KEYS)
    # What a power cut would leave is not the question here.
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_engine(postgres_server) -> Iterator[Engine]:
    server = make_url(postgres_server)
    admin = open_engine(server.set(database="postgres").render_as_string(hide_password=False), KEYS)
    name = f"flow{uuid4().hex}"
    with admin.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE migrated"))
    admin.dispose()
    engine = open_engine(server.set(database=name).render_as_string(hide_password=False), KEYS)
    yield engine
    engine.dispose()


@pytest.fixture
def database() -> str:
    """The database of a test that ``both_databases`` does not give one."""
    return "sqlite"


@pytest.fixture
def engine(database, request) -> Engine:
    return request.getfixturevalue(f"{database}_engine")


@pytest.fixture
def emptied_engine(database, request) -> Engine:
    """A database in which there is nothing but what this test puts there, for those that look at the whole of it."""
    request.getfixturevalue("sqlite_url" if database == "sqlite" else "postgres_url")
    if database == "sqlite":
        return request.getfixturevalue("sqlite_file").engine
    return request.getfixturevalue("postgres_database")


@pytest.fixture
def new_account(transaction: Transaction, now: datetime) -> Callable[[], Account]:
    """Make an account with smart URLs on and a domain of its own."""

    def make() -> Account:
        name = f"shop-{uuid4().hex[:12]}"
        with transaction() as session:
            return create_account(session, name, f"{name}.example", now=now).account

    return make


@pytest.fixture
def account(new_account) -> Account:
    return new_account()


@pytest.fixture
def other_account(new_account) -> Account:
    return new_account()


@pytest.fixture
def shop(transaction, account, now) -> Shop:
    return Shop(transaction, account, now)


@pytest.fixture
def other_shop(transaction, other_account, now) -> Shop:
    return Shop(transaction, other_account, now)
