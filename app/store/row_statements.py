"""Statements that write many rows at once, spelled for each database: SQLite takes rows, PostgreSQL columns."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Dialect, Table

NAMING = ("account_id", "id")
"""What names a row."""
_KEPT = 256


def as_array(values: Sequence[Any]) -> str:
    """Return values as PostgreSQL writes an array: the driver would look through each of them seven times.

    Source: https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
    """
    listed = orjson.dumps(values).decode()
    # JSON escapes these two as an array does, and whatever else it escapes an array does not.
    if "\\" not in listed.replace("\\\\", "").replace('\\"', ""):
        return f"{{{listed[1:-1]}}}"
    quoted = (None if one is None else str(one).replace("\\", "\\\\").replace('"', '\\"') for one in values)
    return "{" + ",".join("NULL" if one is None else f'"{one}"' for one in quoted) + "}"


def is_shared(values: Sequence[Any]) -> bool:
    """Tell whether all values are one and the same."""
    return values[0] == values[-1] and list(values).count(values[0]) == len(values)


@lru_cache(maxsize=_KEPT)
def insert_statement(
    dialect: Dialect, table: Table, names: tuple[str, ...], shared: frozenset[str], conflict: tuple[str, ...] | None
) -> str:
    """Return an INSERT; of PostgreSQL's, ``shared`` come first, each as one value, and then the arrays of the rest."""
    quoted = dialect.identifier_preparer.quote
    key = f" ({', '.join(map(quoted, conflict))})" if conflict else ""
    ends = "" if conflict is None else f" ON CONFLICT{key} DO NOTHING"
    if dialect.name == "sqlite":
        into = f"INSERT INTO {quoted(table.name)} ({', '.join(map(quoted, names))})"
        return f"{into} VALUES ({', '.join('?' * len(names))}){ends}"
    common, own = _parted(names, shared)
    into = f"INSERT INTO {quoted(table.name)} ({', '.join(map(quoted, (*common, *own)))})"
    values = [_typed(dialect, table, name) for name in common] + [f"own.{quoted(name)}" for name in own]
    return f"{into} SELECT {', '.join(values)} FROM {_unnested(dialect, table, own)}{ends}"  # noqa: S608 - names of our own tables.


@lru_cache(maxsize=_KEPT)
def update_statement(dialect: Dialect, table: Table, names: tuple[str, ...], shared: frozenset[str]) -> str:
    """Return an UPDATE of the rows that ``NAMING`` name; its parameters are as those of the INSERT."""
    quoted = dialect.identifier_preparer.quote
    change = f"UPDATE {quoted(table.name)} SET "  # noqa: S608 - names of our own tables.
    if dialect.name == "sqlite":
        settings = ", ".join(f"{quoted(name)} = ?" for name in names if name not in NAMING)
        return f"{change}{settings} WHERE {' AND '.join(f'{name} = ?' for name in NAMING)}"
    common, own = _parted(names, shared)
    settings = ", ".join(
        f"{quoted(name)} = " + (_typed(dialect, table, name) if name in shared else f"own.{quoted(name)}")
        for name in (*common, *own)
        if name not in NAMING
    )
    ours = " AND ".join(f"{quoted(table.name)}.{name} = own.{name}" for name in NAMING)
    return f"{change}{settings} FROM {_unnested(dialect, table, own)} WHERE {ours}"


def _parted(names: Sequence[str], shared: frozenset[str]) -> tuple[list[str], list[str]]:
    return [name for name in names if name in shared], [name for name in names if name not in shared]


def _typed(dialect: Dialect, table: Table, name: str, kind: str = "") -> str:
    return f"%s::{table.c[name].type.compile(dialect)}{kind}"


def _unnested(dialect: Dialect, table: Table, names: Sequence[str]) -> str:
    quoted = dialect.identifier_preparer.quote
    arrays = ", ".join(_typed(dialect, table, name, "[]") for name in names)
    return f"unnest({arrays}) AS own({', '.join(map(quoted, names))})"
