"""What a person ordered stays, with its money and its credit; who they were goes."""

from collections.abc import Mapping, Sequence, Set
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.domain.scrubbing import Scrubber
from app.store.erasure import empty_notices, scrub
from app.store.order_traces import OrderTraceRow
from app.store.orders import OrderNoticeRow, OrderRow, SignupRow
from app.store.shop_deliveries import ShopDeliveryRow

_PERSONAL = ("email:", "phone:", "id:")


def empty_orders(
    session: Session, account_id: str, contact_id: str, addresses: Mapping[str, str | None], scrubber: Scrubber
) -> None:
    """Take a person out of their orders; ``addresses`` are their email and phone, by these names."""
    said = [getattr(OrderRow, name) == value for name, value in addresses.items() if value]
    theirs = or_(OrderRow.contact_id == contact_id, *(OrderRow.contact_id.is_(None) & same for same in said))
    ids = list(session.execute(select(OrderRow.id).where(OrderRow.account_id == account_id, theirs)).scalars())
    if not ids:
        return
    nobody = {"email": None, "phone": None, "external_id": None, "contact_id": contact_id}
    _do(session, update(OrderRow).where(OrderRow.id.in_(ids)).values(**nobody))
    _drop_conflicts(session, ids, set(nobody))
    scrub(session, OrderRow, OrderRow.conflicts, scrubber, OrderRow.id.in_(ids))
    empty_notices(session, ids)
    traced = (OrderTraceRow.account_id == account_id, OrderTraceRow.order_row_id.in_(ids))
    personal = or_(*(OrderTraceRow.trace.startswith(kind) for kind in _PERSONAL))
    _do(session, delete(OrderTraceRow).where(*traced, personal))
    _do(session, update(ShopDeliveryRow).where(ShopDeliveryRow.order_row_id.in_(ids)).values(body=b""))


def _drop_conflicts(session: Session, order_ids: Sequence[str], fields: Set[str]) -> None:
    """Forget what notices contradicted each other in: it may be another address of theirs."""
    told = select(OrderRow).where(OrderRow.id.in_(order_ids), OrderRow.conflicts.is_not(None), OrderRow.conflicts != [])
    for order in session.execute(told).scalars():
        order.conflicts = [one for one in order.conflicts if one["field"] not in fields]
    session.flush()


def rename_in_orders(session: Session, account_id: str, renamed: Mapping[str, str]) -> None:
    """Let orders that named a share code, or carried it as a discount, name the new one: they stay its advocate's."""
    for old, new in renamed.items():
        traced = (OrderTraceRow.account_id == account_id, OrderTraceRow.trace == f"code:{old.lower()}")
        carried = OrderRow.id.in_(select(OrderTraceRow.order_row_id).where(*traced))
        named = select(OrderRow).where(OrderRow.account_id == account_id, or_(OrderRow.mbsy == old, carried))
        orders = list(session.execute(named).scalars())
        for order in orders:
            order.mbsy = new if order.mbsy == old else order.mbsy
            order.discount_codes = [new if code.lower() == old.lower() else code for code in order.discount_codes or []]
        session.flush()
        _do(session, update(OrderTraceRow).where(*traced).values(trace=f"code:{new}"))
        _do(
            session, update(SignupRow).where(SignupRow.account_id == account_id, SignupRow.mbsy == old).values(mbsy=new)
        )
        _scrub_told(session, [order.id for order in orders], Scrubber({old}))


def _scrub_told(session: Session, order_ids: Sequence[str], scrubber: Scrubber) -> None:
    scrub(session, OrderNoticeRow, OrderNoticeRow.payload, scrubber, OrderNoticeRow.order_row_id.in_(order_ids))
    scrub(session, OrderRow, OrderRow.conflicts, scrubber, OrderRow.id.in_(order_ids))
    scrub(session, ShopDeliveryRow, ShopDeliveryRow.body, scrubber, ShopDeliveryRow.order_row_id.in_(order_ids))


def _do(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))
