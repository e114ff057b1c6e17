"""What a database knows of how its rows are spread: without it SQLite chooses among indexes by luck."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_ROWS_LOOKED_AT = 1000
"""Of each index: enough to tell a narrow one from a wide one, and done within milliseconds."""


def renew_statistics(session: Session) -> None:
    """Have SQLite look at its tables anew; PostgreSQL's autovacuum does so by itself.

    Connections that are open go on with what they knew. ``PRAGMA optimize`` would, before SQLite 3.46, look at nothing
    that its own connection has not read.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text(f"PRAGMA analysis_limit = {_ROWS_LOOKED_AT}"))
        session.execute(text("ANALYZE"))
