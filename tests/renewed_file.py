"""A SQLite database that is as new for every test, opened once."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Self

from app.store.base import open_engine

KEYS = ("a-secret-key-for-tests-only",)
"""The keys of every test's database: what one test encrypts, the worker's next can read."""
_A_MOMENT_MS, _PATIENCE_MS = 100, 30_000


class RenewedFile:
    """One path and one engine: what SQLAlchemy compiled for it is kept, and nearly always its connections, too."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"
        self.engine = open_engine(self.url, KEYS)
        self._original: Path | None = None
        self._schema: Any = None
        self._tables: list[str] = []
        self._rows: list[tuple[str, list[Any]]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.dispose()

    def renew(self, original: Path) -> None:
        """Have ``original``'s rows and no others; whoever has the file open where it is replaced keeps the old one."""
        if original != self._original or not self._put_back():
            self._copy(original)

    def _put_back(self) -> bool:
        """Write the first rows in place of all others; False where somebody changed the tables, or is writing."""
        with closing(self.engine.raw_connection()) as pooled:
            connection: sqlite3.Connection = pooled.driver_connection
            if _schema_version(connection) != self._schema:
                return False
            connection.execute(f"PRAGMA busy_timeout = {_A_MOMENT_MS}")
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("PRAGMA defer_foreign_keys = ON")
                for table in self._tables:
                    connection.execute(f"DELETE FROM {table}")
                for statement, rows in self._rows:
                    connection.executemany(statement, rows)
                connection.commit()
            except sqlite3.OperationalError:
                connection.rollback()
                return False
            connection.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
            return True

    def _copy(self, original: Path) -> None:
        self.engine.dispose()
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        shutil.copy(original, self.path)
        self._original, self._rows = original, []
        with closing(sqlite3.connect(self.path)) as connection:
            self._schema = _schema_version(connection)
            named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            self._tables = [row[0] for row in connection.execute(named)]
            for table in self._tables:
                rows = connection.execute(f"SELECT * FROM {table}").fetchall()
                if rows:
                    self._rows.append((f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows))


def _schema_version(connection: sqlite3.Connection) -> Any:
    return connection.execute("PRAGMA schema_version").fetchone()
