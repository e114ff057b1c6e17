"""The connections of the edge's reads: no pool, no ORM, no transaction to open and end; one statement, one row."""

from collections.abc import MutableMapping, Sequence
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote

import orjson
from sqlalchemy import Dialect

Row = tuple[Any, ...]

_TIMEOUT_S = 2
_ALL_ON_SQLITE = """
SELECT json_group_array(json_array({columns}))
FROM json_each(?) AS named CROSS JOIN {tables}
WHERE {column} = named.value"""
_ALL_ON_POSTGRESQL = "SELECT {columns} FROM {tables} WHERE {column} = ANY(?)"


class ReadOfMany(NamedTuple):
    """The columns of those rows of some tables whose ``column`` is one of many values."""

    columns: str
    tables: str
    """The table of ``column`` first."""
    column: str


class LinkConnection(Protocol):
    """One thread's connection; whatever is wrong with it is an error of the database driver's."""

    def read(self, statement: str, values: tuple[str, ...]) -> Row | None:
        """Return the first row of a statement with ``?`` in place of its values."""

    def read_all(self, asked: ReadOfMany, values: Sequence[str]) -> Sequence[Sequence[Any]]:
        """Return the rows whose column is one of ``values``, which are ASCII letters and digits."""

    def close(self) -> None:
        """Let go of it."""


class SqliteConnection:
    """Reads a file that exists; it cannot write."""

    def __init__(self, dialect: Dialect, arguments: Any, options: MutableMapping[str, Any]) -> None:
        # Where there is no file, none is made: a new one would be an empty database.
        existing = f"file:{quote(arguments[0])}?mode=rw"
        # The default isolation level opens no transaction for a SELECT; a statement cache keeps it prepared.
        self._connection: Any = dialect.connect(existing, **{**options, "timeout": _TIMEOUT_S, "uri": True})
        self._connection.execute("PRAGMA query_only=ON")
        self._cursor = self._connection.cursor()

    def read(self, statement: str, values: tuple[str, ...]) -> Row | None:
        """Return the first row."""
        row: Row | None = self._cursor.execute(statement, values).fetchone()
        return row

    def read_all(self, asked: ReadOfMany, values: Sequence[str]) -> Sequence[Sequence[Any]]:
        """Return the rows; all in one text, for the driver gives way to other threads at each row."""
        statement = _ALL_ON_SQLITE.format_map(asked._asdict())
        rows: list[list[Any]] = orjson.loads(
            self._cursor.execute(statement, (orjson.dumps(values).decode(),)).fetchone()[0]
        )
        return rows

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


class PostgresqlConnection:
    """Speaks to the driver's own layer below its cursors, which cost three times what such a statement does."""

    def __init__(self, dialect: Dialect, arguments: Any, options: MutableMapping[str, Any]) -> None:
        # A server that vanished from the network answers neither yes nor no; the kernel gives up on it after 2 s.
        limits: dict[str, Any] = {
            "connect_timeout": _TIMEOUT_S,
            "tcp_user_timeout": _TIMEOUT_S * 1000,
            # A plan of its own for each array of values would cost more than reading them does.
            "options": f"-c statement_timeout={_TIMEOUT_S * 1000} -c plan_cache_mode=force_generic_plan",
            "autocommit": True,
            "client_encoding": "utf8",
        }
        driver = dialect.loaded_dbapi
        self._error: type[Exception] = driver.OperationalError
        self._rows_came = driver.pq.ExecStatus.TUPLES_OK
        self._prepared_well = driver.pq.ExecStatus.COMMAND_OK
        self._connection: Any = dialect.connect(*arguments, **{**limits, **options})
        self._server = self._connection.pgconn
        self._texts = driver.adapt.Transformer(self._connection)
        self._names: dict[str, bytes] = {}

    def read(self, statement: str, values: tuple[str, ...]) -> Row | None:
        """Return the first row; every value of it a text."""
        found = self._rows(statement, values)
        return found[0] if found else None

    def read_all(self, asked: ReadOfMany, values: Sequence[str]) -> Sequence[Sequence[Any]]:
        """Return the rows; every value of them a text."""
        return self._rows(_ALL_ON_POSTGRESQL.format_map(asked._asdict()), (f"{{{','.join(values)}}}",))

    def _rows(self, statement: str, values: Sequence[str]) -> list[Row]:
        name = self._names.get(statement) or self._prepare(statement)
        found = self._server.exec_prepared(name, [value.encode() for value in values])
        if found.status != self._rows_came:
            raise self._error(found.error_message.decode(errors="replace"))
        self._texts.set_pgresult(found)
        rows: list[Row] = self._texts.load_rows(0, found.ntuples, tuple)
        return rows

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _prepare(self, statement: str) -> bytes:
        pieces = statement.split("?")
        numbered = "".join(f"{piece}${number}" for number, piece in enumerate(pieces[:-1], start=1)) + pieces[-1]
        name = f"link_{len(self._names)}".encode()
        done = self._server.prepare(name, numbered.encode())
        if done.status != self._prepared_well:
            raise self._error(done.error_message.decode(errors="replace"))
        self._names[statement] = name
        return name
