"""What an order carried by which somebody may come to be known: discount codes, an address, a number, a customer id.

Whoever enrols, or becomes known, later on has the orders looked at again that carried theirs.
"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, ForeignKey, SelectBase, Update, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.mailboxes import mailbox
from app.domain.message import ContactDetails
from app.domain.share_codes import without_capitals
from app.store.arrivals import has_credited
from app.store.base import Base, insert
from app.store.many_rows import among_those, checked, write
from app.store.orders import OrderRow, SignupRow


class OrderTraceRow(Base):
    """One of them after its kind: ``code:johndoe``, ``email:ada@example.com``, ``phone:+15005550006``, ``id:c-1``."""

    __tablename__ = "order_traces"
    __table_args__ = ({"sqlite_with_rowid": False},)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    trace: Mapped[str] = mapped_column(primary_key=True)
    order_row_id: Mapped[str] = mapped_column(primary_key=True)


def traces_of(codes: Iterable[str], buyer: ContactDetails) -> set[str]:
    """Return the traces of an order with these discount codes and this buyer."""
    return {*_of_codes(codes), *_of_person(buyer.email, buyer.phone, buyer.external_id)}


def _of_codes(codes: Iterable[str]) -> Iterator[str]:
    return (f"code:{code}" for code in without_capitals(codes))


def _of_person(email: str | None, phone: str | None, external_id: str | None) -> Iterator[str]:
    # As the rule against referring oneself compares addresses.
    for kind, value in (("email", mailbox(email) if email else None), ("phone", phone), ("id", external_id)):
        if value:
            yield f"{kind}:{value}"


_ADD = insert(OrderTraceRow).on_conflict_do_nothing()
_CARRYING = select(OrderTraceRow.order_row_id).where(
    OrderTraceRow.account_id == bindparam("of_account"), among_those(OrderTraceRow.trace, "traces")
)


def _reopening(row: type[OrderRow | SignupRow], which: ColumnElement[bool]) -> Update:
    # In one order for everybody, so that two calls that open the same ones cannot lock each other out.
    held = select(row.id).where(checked(row.account_id) == bindparam("of_account"), which).order_by(row.id)
    return update(row).where(row.id.in_(held.with_for_update())).values(is_open=True)


_REOPEN_NAMED = _reopening(OrderRow, among_those(OrderRow.mbsy, "share_codes"))
_REOPEN_NAMED_SIGNUPS = _reopening(SignupRow, among_those(SignupRow.mbsy, "share_codes"))
_REOPEN_CARRIED = _reopening(OrderRow, OrderRow.id.in_(_CARRYING))


def add_traces(session: Session, account_id: str, order_row_id: str, traces: Iterable[str]) -> None:
    """Keep the traces of an order; those that are kept already stay."""
    rows = [{"account_id": account_id, "trace": trace, "order_row_id": order_row_id} for trace in sorted(traces)]
    if rows:
        session.connection().execute(_ADD, rows)


def reopen_named(session: Session, account_id: str, share_codes: Sequence[str]) -> None:
    """Have the sweep look again at what named share codes, or carried them as discounts, that were nobody's till now.

    An order that another code has led to somebody is among them: two advocates' codes on one order are nobody's.
    """
    if not has_credited(session, account_id):
        return
    write(session, _REOPEN_NAMED, of_account=account_id, share_codes=share_codes)
    write(session, _REOPEN_NAMED_SIGNUPS, of_account=account_id, share_codes=share_codes)
    write(session, _REOPEN_CARRIED, of_account=account_id, traces=list(set(_of_codes(share_codes))))


def reopen_known(session: Session, account_id: str, people: Iterable[ContactDetails], contact_ids: SelectBase) -> None:
    """Have the sweep look again at what people ordered or signed up for of whom more has just become known.

    Args:
        session: a session.
        account_id: whose people they are.
        people: what is known of them by now, and what was before.
        contact_ids: selects the contacts that have an address or a number of theirs, themselves among them.
    """
    traces = {trace for one in people for trace in _of_person(one.email, one.phone, one.external_id)}
    if traces:
        write(session, _REOPEN_CARRIED, of_account=account_id, traces=list(traces))
        write(session, _reopening(SignupRow, SignupRow.contact_id.in_(contact_ids)), of_account=account_id)
