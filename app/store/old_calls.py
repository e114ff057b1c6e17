"""Calls of others as they came, and what tells their repeats: some at a time of those nobody needs any more."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.domain.ids import first_id
from app.store.base import Base
from app.store.clicks import ClickBatchRow, RefusedVisitRow
from app.store.idempotency import AnswerRow
from app.store.provider_callbacks import FIRST_OPENS, ProviderCallbackRow, ProviderEventRow
from app.store.shop_deliveries import ShopDeliveryRow

_CALLBACKS = 50
"""Each of them may have brought a thousand pieces of news."""
_ROWS = 1_000


def forget_callbacks(session: Session, before: datetime) -> int:
    """Delete some calls of providers that were worked off before a moment, with what tells their news from repeats.

    That a message was opened before is no mark of a repeat, and stays.
    """
    done = select(ProviderCallbackRow.id).where(ProviderCallbackRow.done_at < before)
    ids = list(session.execute(done.order_by(ProviderCallbackRow.done_at).limit(_CALLBACKS)).scalars())
    if ids:
        events = delete(ProviderEventRow).where(
            ProviderEventRow.callback_id.in_(ids), ProviderEventRow.key.not_like(f"{FIRST_OPENS}%")
        )
        _delete(session, events)
        _delete(session, delete(ProviderCallbackRow).where(ProviderCallbackRow.id.in_(ids)))
    return len(ids)


def forget_shop_deliveries(session: Session, before: datetime) -> int:
    """Delete some calls of shops that came before a moment; what they said of orders stays with the orders."""
    return _forget(session, ShopDeliveryRow, ShopDeliveryRow.id, ShopDeliveryRow.received_at < before)


def forget_batches(session: Session, before: datetime) -> int:
    """Delete the ids of some batches of clicks that were recorded before a moment."""
    return _forget(session, ClickBatchRow, ClickBatchRow.id, ClickBatchRow.recorded_at < before)


def forget_refused(session: Session, before: datetime) -> int:
    """Delete some lines of journals that could not become clicks and were set aside before a moment."""
    return _forget(session, RefusedVisitRow, RefusedVisitRow.id, RefusedVisitRow.id < first_id(before))


def forget_answers(session: Session, before: datetime) -> int:
    """Delete some answers that were kept for the repeats of calls made before a moment."""
    old = select(AnswerRow.account_id, AnswerRow.key).where(AnswerRow.created_at < before).limit(_ROWS)
    found = session.execute(old).all()
    for account_id in {row[0] for row in found}:
        keys = [row[1] for row in found if row[0] == account_id]
        _delete(session, delete(AnswerRow).where(AnswerRow.account_id == account_id, AnswerRow.key.in_(keys)))
    return len(found)


def _forget(session: Session, row: type[Base], key: InstrumentedAttribute[str], is_old: Any) -> int:
    ids = list(session.execute(select(key).where(is_old).limit(_ROWS)).scalars())
    if ids:
        _delete(session, delete(row).where(key.in_(ids)))
    return len(ids)


def _delete(session: Session, deletion: Any) -> None:
    session.execute(deletion.execution_options(synchronize_session=False))
