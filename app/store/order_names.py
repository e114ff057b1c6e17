"""Other ids under which a shop speaks of an order: a payment's, an invoice's."""

from collections.abc import Sequence

from sqlalchemy import ForeignKey, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, insert
from app.store.many_rows import among_those, fetch, write
from app.store.orders import OrderRow, order_by_id, order_by_number


class OrderNameRow(Base):
    """One such id. Whoever stores it first decides which row the order has; everybody else finds that row."""

    __tablename__ = "order_names"
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    order_row_id: Mapped[str]


_ADD = insert(OrderNameRow).on_conflict_do_nothing().returning(OrderNameRow.name)
_POINT = (
    update(OrderNameRow)
    .where(OrderNameRow.account_id == bindparam("of_account"), among_those(OrderNameRow.name, "names"))
    .values(order_row_id=bindparam("row_id"))
)
_NAMED = select(OrderNameRow.order_row_id).where(
    OrderNameRow.account_id == bindparam("account_id"), OrderNameRow.name == bindparam("name")
)


def claim_names(session: Session, account_id: str, names: Sequence[str], row_id: str) -> str:
    """Give names that are free to ``row_id``; return the row that the others already lead to, else ``row_id``.

    A call that claims the same name at this moment waits until the other's transaction ends.
    """
    known = {"account_id": account_id, "order_row_id": row_id}
    ours = [name for name in sorted(names) if fetch(session, _ADD, name=name, **known)]
    taken = next((row for name in names if name not in ours and (row := row_named(session, account_id, name))), None)
    if taken is not None:
        point_names(session, account_id, ours, taken)
    return taken or row_id


def point_names(session: Session, account_id: str, names: Sequence[str], row_id: str) -> None:
    """Let names lead to another row."""
    if names:
        write(session, _POINT, of_account=account_id, names=names, row_id=row_id)


def row_named(session: Session, account_id: str, name: str) -> str | None:
    """Return the row that a name leads to."""
    rows = fetch(session, _NAMED, account_id=account_id, name=name)
    return rows[0][0] if rows else None


def find_order(session: Session, account_id: str, number: str) -> OrderRow | None:
    """Return an order by the shop's number, or by another id of the shop's for it."""
    row = order_by_number(session, account_id, number)
    if row is None and (row_id := row_named(session, account_id, number)):
        return order_by_id(session, account_id, row_id)
    return row
