"""On PostgreSQL every month's clicks are a table of their own, so that an old month goes at once and leaves no holes.

What comes in at odd times, or before its month has a table, goes to ``clicks_default`` and is moved over when the table
is made: nothing depends on that being in time. SQLite keeps one table, and here does nothing.
"""

import re
from typing import Any

from sqlalchemy import column, delete, insert, select, table, text
from sqlalchemy.orm import Session

from app.domain.months import Month
from app.store.clicks import ClickRow
from app.store.columns import Utc

_LOCK = 7_316_284
"""The number of PostgreSQL's advisory lock: two machines make and drop months one after the other."""
_PATIENCE = "SET LOCAL lock_timeout = '3s'"
"""Who waits for a lock on all clicks lets others wait behind them: rather give up, and try again an hour later."""
_NAME = re.compile(r"clicks_([0-9]{4})_([0-9]{2})")
_PARTITIONS = text(
    "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'clicks'::regclass"
)


def is_click_month(table: str) -> bool:
    """Tell whether a table is a part of ``clicks``, and none that a row describes."""
    return table == "clicks_default" or _NAME.fullmatch(table) is not None


def has_months(session: Session) -> bool:
    """Tell whether clicks lie in months: they do on PostgreSQL."""
    return session.get_bind().dialect.name == "postgresql"


def click_months(session: Session) -> list[Month]:
    """Return the months that have a table, the first one first."""
    names = (_NAME.fullmatch(name) for name in session.execute(_PARTITIONS).scalars())
    return sorted(Month(int(name[1]), int(name[2])) for name in names if name)


def hold_months(session: Session) -> None:
    """Have all clicks for oneself until the transaction ends.

    Everybody else waits at the first table they come to: whoever had chosen among its parts already would miss the new
    one, and be refused by the one for odd times.

    Raises:
        OperationalError: somebody has been reading or writing clicks for seconds; nothing was done.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    session.execute(text(_PATIENCE))
    session.execute(text("LOCK TABLE ONLY clicks IN ACCESS EXCLUSIVE MODE"))


def make_month(session: Session, month: Month) -> None:
    """Make a month's table and move there what had come in before; call ``hold_months`` first."""
    name = _name(month)
    session.execute(text(f"CREATE TABLE {name} (LIKE clicks INCLUDING DEFAULTS INCLUDING INDEXES)"))
    names = ClickRow.__table__.columns.keys()
    default, made = (table(one, *map(column, names)) for one in ("clicks_default", name))
    moment: Any = column("at", Utc)
    of_month = (moment >= month.start, moment < month.end)
    moved = delete(default).where(*of_month).returning(*default.columns).cte("moved")
    session.execute(insert(made).from_select(names, select(moved)).add_cte(moved))
    bounds = f"FROM ('{month.start.isoformat()}') TO ('{month.end.isoformat()}')"
    session.execute(text(f"ALTER TABLE clicks ATTACH PARTITION {name} FOR VALUES {bounds}"))


def drop_month(session: Session, month: Month) -> None:
    """Drop a month's clicks, whoever's they are; call ``hold_months`` first."""
    session.execute(text(f"DROP TABLE {_name(month)}"))


def _name(month: Month) -> str:
    return f"clicks_{month.year:04}_{month.number:02}"
