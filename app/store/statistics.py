"""What a database knows of how its rows are spread: without it SQLite chooses among indexes by luck."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_ROWS_LOOKED_AT = 1000
"""Of each index: enough to tell a narrow one from a wide one, and done within milliseconds."""
_FEW = 10_000
_FORGET_SMALL = text(
    "DELETE FROM sqlite_stat1 WHERE tbl IN "
    "(SELECT tbl FROM sqlite_stat1 GROUP BY tbl HAVING max(CAST(stat AS INTEGER)) < :few)"
)


def renew_statistics(session: Session) -> None:
    """Have SQLite look at its tables anew; PostgreSQL's autovacuum does so by itself.

    Connections that are open go on with what they knew. So what was found of small tables is forgotten at once: to walk
    through all of a table is the best plan while it has ten rows, and stops everybody when it has a million. Of a table
    that it knows nothing of, SQLite takes it that there are very many rows. ``PRAGMA optimize`` would, before SQLite
    3.46, look at nothing that its own connection has not read.
    """
    if session.get_bind().dialect.name != "sqlite":
        return
    session.execute(text(f"PRAGMA analysis_limit = {_ROWS_LOOKED_AT}"))
    session.execute(text("ANALYZE"))
    session.execute(_FORGET_SMALL, {"few": _FEW})
    # This connection, too, has read what is forgotten.
    session.execute(text("ANALYZE sqlite_schema"))
