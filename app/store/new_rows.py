"""Rows of which there are more than of anything else, as the driver takes them fastest.

Whoever calls has written each row out as the database keeps it: nothing looks at its values any more. PostgreSQL takes
new rows by COPY, which costs two thirds of an INSERT of columns.
"""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Rows = Sequence[tuple[Any, ...]]


def is_sqlite(session: Session) -> bool:
    """Tell which of the two databases it is."""
    return session.get_bind().dialect.name == "sqlite"


def add_new(session: Session, table: str, columns: Sequence[str], rows: Rows) -> None:
    """Store rows, all of which are new.

    Raises:
        sqlalchemy.exc.IntegrityError: one of them is there already.
    """
    if not rows:
        return
    if is_sqlite(session):
        session.connection().exec_driver_sql(_insert(table, columns), list(rows))
    else:
        _copy(session.connection(), f"COPY {table} ({', '.join(columns)}) FROM STDIN", rows)


def add_missing(session: Session, table: str, columns: Sequence[str], rows: Rows) -> int:
    """Store rows of texts, leave those that are there as they are, and return how many were new."""
    if not rows:
        return 0
    if is_sqlite(session):
        return (
            session.connection()
            .exec_driver_sql(f"{_insert(table, columns)} ON CONFLICT DO NOTHING", list(rows))
            .rowcount
        )
    places = ", ".join(f"row ->> {place}" for place in range(len(columns)))
    listed = f"SELECT {places} FROM json_array_elements(%s::json) AS row"  # noqa: S608 - numbers
    added = f"INSERT INTO {table} ({', '.join(columns)}) {listed} ON CONFLICT DO NOTHING"
    return session.connection().exec_driver_sql(added, (orjson.dumps(rows).decode(),)).rowcount


def _insert(table: str, columns: Sequence[str]) -> str:
    # Names of our own tables and columns, never what anybody sent.
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608


def _copy(connection: Connection, statement: str, rows: Rows) -> None:
    # SQLAlchemy has loaded it where the database is PostgreSQL's; a hub on SQLite starts without it.
    import psycopg

    driven = connection.connection.driver_connection
    if not isinstance(driven, psycopg.Connection):
        raise TypeError("only psycopg knows COPY as it is used here")
    try:
        with driven.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error, dialect=connection.dialect) from error
