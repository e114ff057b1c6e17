"""Which batches of the journal are in the database already."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store.clicks import ClickBatchRow


def recorded_batches(session: Session, ids: Sequence[str]) -> set[str]:
    """Return those of ``ids`` whose batch is stored; at most some thousand ids at once."""
    if not ids:
        return set()
    return set(session.execute(select(ClickBatchRow.id).where(ClickBatchRow.id.in_(ids))).scalars())
