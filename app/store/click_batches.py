"""Which batches of the journal are in the database already."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.store.clicks import ClickBatchRow


def recorded_batches(session: Session, ids: Sequence[str]) -> set[str]:
    """Return those of ``ids`` whose batch is stored; at most some thousand ids at once."""
    if not ids:
        return set()
    return set(session.execute(select(ClickBatchRow.id).where(ClickBatchRow.id.in_(ids))).scalars())


def last_recorded(session: Session) -> datetime | None:
    """Return when the latest batch was recorded, by the clock of the machine that did it; None without any."""
    return session.execute(select(func.max(ClickBatchRow.recorded_at))).scalar_one()
