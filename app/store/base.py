"""The engine: how a database is opened, and what a transaction is."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Index, MetaData, create_engine, event, text
from sqlalchemy.dialects import postgresql, registry
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm import Session as Session

from app.store.columns import Encrypted
from app.store.sqlite import READING, WRITING, Sqlite

Transaction = Callable[[], AbstractContextManager[Session]]
"""Opens a session whose block is one transaction: committed at its end, rolled back by an exception."""


class Base(DeclarativeBase):
    """All tables; constraint names follow one convention, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def index_where(name: str, *columns: str, where: str, is_unique: bool = False) -> Index:
    """Return an index of those rows only of which ``where`` is true, on both databases."""
    rows = text(where)
    return Index(name, *columns, unique=is_unique, sqlite_where=rows, postgresql_where=rows)


def open_engine(database_url: str, secret_keys: Sequence[str]) -> Engine:
    """Return an engine for ``database_url``; SQLite gets WAL and one writer at a time, without a surprise midway."""
    Encrypted.use_keys(secret_keys)
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        engine = create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=8)
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    registry.register("sqlite.hub", Sqlite.__module__, Sqlite.__name__)
    engine = create_engine(url.set(drivername="sqlite+hub"), connect_args={"timeout": 30, "isolation_level": WRITING})
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    # FULL: what was answered 202, or taken from the journal, survives a power cut. 16 MB of pages: a thousand messages
    # change more than the 2 MB of the default, and what does not fit is written twice. 4,000 pages of journal before
    # they go to the file itself: each such list changes over a thousand, many of them the same ones.
    safely = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
    for pragma in (*safely, "busy_timeout=30000", "cache_size=-16000", "wal_autocheckpoint=4000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    # A plan that was kept from when a table was small, or made for one name, walks through all rows for a thousand.
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_custom_plan")
    connection.commit()


def transactions(engine: Engine) -> Transaction:
    """Return what opens a writing transaction on ``engine``."""

    @contextmanager
    def transaction() -> Iterator[Session]:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    return transaction


def readings(engine: Engine) -> Transaction:
    """Return what opens a transaction that only reads: it waits for no writer, and sees one moment throughout."""
    options = {"isolation_level": "REPEATABLE READ" if engine.dialect.name == "postgresql" else READING}

    @contextmanager
    def reading() -> Iterator[Session]:
        with Session(engine, expire_on_commit=False, execution_options=options) as session, session.begin():
            yield session

    return reading


def insert(row: type[Base]) -> postgresql.Insert:
    """Return an INSERT that knows ON CONFLICT: PostgreSQL's, which is written for SQLite in the same words."""
    return postgresql.insert(row)
