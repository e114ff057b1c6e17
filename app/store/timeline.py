"""What came of one message after it was sent: its clicks, shares, signups and orders."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.visit import LinkKind, Verdict
from app.store.clicks import ClickRow
from app.store.orders import OrderRow, SignupRow
from app.store.shares import ShareRow

_MOST = 50
"""Of each kind: a message that went round the world is told of by the reports."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that people did through a message."""

    kind: str
    """clicked, shared, visited (by a friend), signup or order."""
    at: datetime
    detail: str
    """Where it led, by which platform, or the order's number."""


def happenings(session: Session, account_id: str, message_id: str) -> list[Happening]:
    """Return what people did through a message, the first of each kind; machines are left out."""
    return [
        *_of(session, "clicked", ClickRow, ClickRow.url, account_id, message_id, ClickRow.kind == LinkKind.MESSAGE),
        *_of(session, "shared", ShareRow, ShareRow.platform, account_id, message_id),
        *_of(session, "visited", ClickRow, ClickRow.platform, account_id, message_id, ClickRow.kind == LinkKind.SHARED),
        *_of(session, "signup", SignupRow, SignupRow.platform, account_id, message_id),
        *_of(session, "order", OrderRow, OrderRow.order_id, account_id, message_id),
    ]


def _of(
    session: Session, kind: str, row: Any, detail: Any, account_id: str, message_id: str, *which: Any
) -> list[Happening]:
    # Beside the message only: by itself it would lead SQLite through all rows of the account, in their order.
    own = func.coalesce(row.account_id, "") == account_id
    query = select(row.at, detail).where(own, row.message_id == message_id, *which)
    if hasattr(row, "verdict"):
        query = query.where(row.verdict == Verdict.HUMAN)
    found = session.execute(query.order_by(row.at, row.id).limit(_MOST))
    return [Happening(kind, at, said or "") for at, said in found]
