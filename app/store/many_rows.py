"""Many rows in one call of the driver: compiler and mapper look at each row by itself, which costs ten times the row.

SQLite takes the rows one after the other; PostgreSQL takes each column as an array, and once what all rows share.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Self, cast

import orjson
from sqlalchemy import Boolean, ColumnElement, Dialect, Executable, Table, Text, bindparam, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

from app.store.base import Base
from app.store.row_statements import NAMING, as_array, insert_statement, is_shared, update_statement

_Row = Mapping[str, Any]
_Columns = Mapping[str, Sequence[Any]]
_NOTHING: _Row = {}
_KEPT = 256


class _TextArray(UserDefinedType[Sequence[str]]):
    """An array of PostgreSQL's, known as one when the statement is planned."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the type's name."""
        return "TEXT[]"


class _Texts(TypeDecorator[Sequence[str]]):
    """Texts as one parameter: an array of PostgreSQL's, a JSON list for SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return how the database knows it."""
        return _TextArray() if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str | None:
        """Write the list."""
        if value is None:
            return None
        return as_array(value) if dialect.name == "postgresql" else orjson.dumps(list(value)).decode()


class _Among(FunctionElement[bool]):
    """That a column is one of the texts in a parameter."""

    inherit_cache = True
    type = Boolean()

    def self_group(self, against: Any = None) -> Self:
        """Return itself: as any other value it would be compared with 1, which no index helps with."""
        return self


@compiles(_Among)
def _among_any(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, texts = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY ({texts})"


@compiles(_Among, "sqlite")
def _among_listed(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, texts = (compiler.process(one, **options) for one in element.clauses)
    listed = f"(SELECT value FROM json_each({texts}))"  # noqa: S608 - what the compiler wrote.
    return f"{column} IN {listed}"


class _Checked(FunctionElement[Any]):
    """A column for which no index is looked for."""

    inherit_cache = True

    def __init__(self, column: InstrumentedAttribute[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(_Checked)
def _as_it_is(element: _Checked, compiler: SQLCompiler, **options: Any) -> str:
    [column] = element.clauses
    return compiler.process(column, **options)


@compiles(_Checked, "sqlite")
def _past_indexes(element: _Checked, compiler: SQLCompiler, **options: Any) -> str:
    return f"+{_as_it_is(element, compiler, **options)}"


def among(column: InstrumentedAttribute[Any], values: Iterable[str]) -> ColumnElement[bool]:
    """Return that ``column`` is one of ``values``, which are one parameter: one statement, however many they are."""
    wanted = list(values)
    return column == wanted[0] if len(wanted) == 1 else _Among(column, literal(wanted, _Texts()))


def among_those(column: InstrumentedAttribute[Any], name: str) -> ColumnElement[bool]:
    """Return that ``column`` is one of the texts that the parameter ``name`` will list; see ``among``."""
    return _Among(column, bindparam(name, type_=_Texts()))


def checked(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """Return a column that is only to be checked of rows that something else finds, such as ``among`` their ids.

    SQLite keeps no figures of its tables, and would rather walk through all rows of an account.
    """
    return _Checked(column)


def fetch(session: Session, statement: Executable, **values: Any) -> Sequence[Any]:
    """Return the rows of a statement that names columns, past the mapper: what it does for each costs as much.

    A statement that was built once, for ``values`` of its parameters, costs a fifth of one that is built for each call.
    """
    return session.connection().execute(statement, values).all()


def write(session: Session, statement: Executable, **values: Any) -> None:
    """Run a statement that returns nothing, past the mapper; see ``fetch``.

    ``values`` are those of its parameters and columns; a name that is neither goes unnoticed.
    """
    session.connection().execute(statement, values)


def add_rows(
    session: Session,
    row: type[Base],
    rows: Sequence[_Row],
    *,
    unless_known_by: Sequence[str] | None = None,
    alike: _Row = _NOTHING,
) -> set[str]:
    """Insert rows, each a mapping with an ``id`` and the same names, and return the ids of those that are stored.

    Args:
        session: of the transaction.
        row: whose table they go to.
        rows: column values by name; what is not named is null.
        unless_known_by: the unique key whose conflicts leave a row out; empty for any key, None for none.
        alike: what all of them have, by other names.

    Raises:
        IntegrityError: a conflict that leaves nothing out.
    """
    return add_columns(session, row, _by_column(rows), unless_known_by=unless_known_by, alike=alike)


def add_columns(
    session: Session,
    row: type[Base],
    columns: _Columns,
    *,
    unless_known_by: Sequence[str] | None = None,
    alike: _Row = _NOTHING,
) -> set[str]:
    """Insert rows as ``add_rows`` does, given by their columns: for each its values, in one order."""
    ids = set(columns["id"])
    if not ids:
        return ids
    table, names = cast(Table, row.__table__), (*columns, *alike)
    conflict = None if unless_known_by is None else tuple(unless_known_by)
    stored = _run(
        session,
        table,
        names,
        columns,
        alike,
        lambda dialect, shared: insert_statement(dialect, table, names, shared, conflict),
    )
    if stored == len(ids):
        return ids
    key: InstrumentedAttribute[str] = row.id  # type: ignore[attr-defined]  # Not every row has one; these do.
    return set(session.execute(select(key).where(among(key, ids))).scalars())


def change_rows(session: Session, row: type[Base], account_id: str, rows: Sequence[_Row], **alike: Any) -> int:
    """Write values into an account's rows, each named by its mapping's ``id``; return how many there were.

    All mappings have the same names; ``alike`` is what all of them have, by other names.
    """
    return change_columns(session, row, account_id, _by_column(rows), **alike)


def change_columns(session: Session, row: type[Base], account_id: str, columns: _Columns, **alike: Any) -> int:
    """Write values as ``change_rows`` does, given by their columns: for each its values, in one order."""
    if not columns["id"]:
        return 0
    table, shared = cast(Table, row.__table__), {**alike, "account_id": account_id}
    # Those that name the row come last, as they stand in the statement.
    names = (*(name for name in (*columns, *alike) if name not in NAMING), *NAMING)
    return _run(
        session, table, names, columns, shared, lambda dialect, common: update_statement(dialect, table, names, common)
    )


def _by_column(rows: Sequence[_Row]) -> _Columns:
    return {name: [one[name] for one in rows] for name in rows[0]} if rows else {"id": []}


def _run(
    session: Session,
    table: Table,
    names: Sequence[str],
    columns: _Columns,
    alike: _Row,
    statement: Callable[[Dialect, frozenset[str]], str],
) -> int:
    dialect = session.get_bind().dialect
    written = _written(table, dialect, names, columns, alike)
    connection = session.connection()
    if dialect.name == "sqlite":
        done = connection.exec_driver_sql(statement(dialect, frozenset()), list(zip(*written.values(), strict=True)))
        return done.rowcount
    shared = frozenset(name for name, values in written.items() if name not in NAMING and is_shared(values))
    own = [as_array(values) for name, values in written.items() if name not in shared]
    common = [values[0] for name, values in written.items() if name in shared]
    return connection.exec_driver_sql(statement(dialect, shared), (*common, *own)).rowcount


def _written(
    table: Table, dialect: Dialect, names: Sequence[str], columns: _Columns, alike: _Row
) -> dict[str, Sequence[Any]]:
    """Return the values of each column as the driver takes them; one object that many rows have is worked out once."""
    written = dict[str, Sequence[Any]]()
    processors = _processors(table, dialect)
    count = len(columns["id"])
    for name in names:
        process = processors[name]
        if name in alike:
            one = alike[name] if process is None else process(alike[name])
            written[name] = [one] * count
            continue
        values = columns[name]
        if process is not None:
            done = {key: process(value) for key, value in dict(zip(map(id, values), values, strict=True)).items()}
            values = [done[key] for key in map(id, values)]
        written[name] = values
    return written


@lru_cache(maxsize=_KEPT)
def _processors(table: Table, dialect: Dialect) -> dict[str, Callable[[Any], Any] | None]:
    return {column.name: column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns}
