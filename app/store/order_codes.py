"""The discount codes that orders carried: one of them may become an advocate's share code later on."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ForeignKey, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.share_codes import without_capitals
from app.store.base import Base, insert
from app.store.orders import OrderRow, SignupRow


class OrderCodeRow(Base):
    """One such code of one order, without its capitals, as ``advocate_by_discount`` reads it."""

    __tablename__ = "order_codes"
    __table_args__ = ({"sqlite_with_rowid": False},)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    order_row_id: Mapped[str] = mapped_column(primary_key=True)


def add_codes(session: Session, account_id: str, order_row_id: str, codes: Iterable[str]) -> None:
    """Keep the codes of an order that may be somebody's one day; those that are kept already stay."""
    rows = [
        {"account_id": account_id, "code": code, "order_row_id": order_row_id}
        for code in sorted(without_capitals(codes))
    ]
    if rows:
        session.execute(insert(session, OrderCodeRow).on_conflict_do_nothing(), rows)


def reopen_named(session: Session, account_id: str, share_codes: Sequence[str]) -> None:
    """Have the sweep look again at what named share codes, or carried them as discounts, that were nobody's till now.

    An order that another code has led to somebody is among them: two advocates' codes on one order are nobody's.
    """
    carried = select(OrderCodeRow.order_row_id).where(
        OrderCodeRow.account_id == account_id, OrderCodeRow.code.in_(without_capitals(share_codes))
    )
    for row, named in (
        (OrderRow, OrderRow.mbsy.in_(share_codes)),
        (SignupRow, SignupRow.mbsy.in_(share_codes)),
        (OrderRow, OrderRow.id.in_(carried)),
    ):
        reopened = update(row).where(row.account_id == account_id, named).values(is_open=True)
        session.execute(reopened.execution_options(synchronize_session=False))
