"""Rows by the million, past SQLAlchemy: what it does for each takes longer than what the database does."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from app.store.base import Base

_PAGE = 10_000


def add_in_bulk(connection: Connection, row: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    """Store rows in the order in which they would have come: on SQLite page by page, on PostgreSQL by COPY."""
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    names = list(first)
    binds = {
        name: process
        for name in names
        if (process := row.__table__.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect))
    }
    in_order = itemgetter(*names)

    def bound(each: dict[str, Any]) -> tuple[Any, ...]:
        for name, process in binds.items():
            each[name] = process(each[name])
        return tuple(in_order(each))

    values = map(bound, chain([first], rows))
    columns = ", ".join(names)
    if connection.dialect.name == "postgresql":
        cursor: Any = connection.connection.cursor()
        with cursor.copy(f"COPY {row.__tablename__} ({columns}) FROM STDIN") as copy:
            for each in values:
                copy.write_row(each)
        return
    into = f"INSERT INTO {row.__tablename__} ({columns}) VALUES ({', '.join('?' * len(names))})"
    while page := list(islice(values, _PAGE)):
        connection.exec_driver_sql(into, page)


@contextmanager
def without_indexes(connection: Connection, *rows: type[Base]) -> Iterator[None]:
    """Build the indexes of some of SQLite's tables in one go, once they are filled: row by row that is what takes long.

    In the order in which they were: among equals SQLite prefers the one that was made last.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    tables = ", ".join(f"'{row.__tablename__}'" for row in rows)
    indexes = connection.exec_driver_sql(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({tables})"
        " ORDER BY rowid"
    ).all()
    for name, _ in indexes:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    yield
    for _, made in indexes:
        connection.exec_driver_sql(made)
