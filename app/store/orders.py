"""Orders and signups: what a shop said, and who earned it."""

from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from sqlalchemy import BigInteger, ForeignKey, Index, Select, UniqueConstraint, and_, bindparam, or_, select, update
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from app.domain.attribution import Standing
from app.domain.ids import new_id
from app.store.accounts import hold_account
from app.store.base import Base, insert
from app.store.columns import Json, Utc
from app.store.many_rows import fetch, write


class CreditedMixin:
    """What an order and a signup share: what they name, and whom they were credited to."""

    mbsy: Mapped[str | None] = mapped_column(index=True)
    mbsy_source: Mapped[str | None] = mapped_column(index=True)
    contact_id: Mapped[str | None] = mapped_column(index=True)
    named_advocate_id: Mapped[str | None] = mapped_column(index=True)
    """Whom its share code names."""
    standing: Mapped[str]
    reason: Mapped[str | None]
    chain: Mapped[str | None]
    click_id: Mapped[str | None] = mapped_column(index=True)
    share_id: Mapped[str | None]
    message_id: Mapped[str | None] = mapped_column(index=True)
    advocate_id: Mapped[str | None] = mapped_column(index=True)
    platform: Mapped[str | None]
    is_open: Mapped[bool]
    """Something was said since it was last credited."""
    woken_at: Mapped[datetime] = mapped_column(Utc)

    @declared_attr
    @classmethod
    def account_id(cls) -> Mapped[str]:
        """The account it belongs to."""
        return mapped_column(ForeignKey("accounts.id"))


class OrderRow(CreditedMixin, Base):
    """One order of the shop, as its notices together describe it."""

    __tablename__ = "orders"
    __table_args__ = (UniqueConstraint("account_id", "order_id"), Index(None, "account_id", "id"))
    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str]
    """The shop's own number."""
    status: Mapped[str]
    total_minor: Mapped[int] = mapped_column(BigInteger)
    refunded_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    external_id: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(Utc)
    """When it was placed."""
    is_disputed: Mapped[bool]
    """Its notices contradict each other; all of them are kept."""
    created_at: Mapped[datetime] = mapped_column(Utc)
    shop: Mapped[str | None]
    """The integration that told of it first; None for a call in our own words."""
    source_place: Mapped[str | None]
    """Where in the shop's body the click or the advocate was named."""
    discount_codes: Mapped[Any] = mapped_column(Json, nullable=True)
    facts: Mapped[Any] = mapped_column(Json, nullable=True)
    """What tells later notices from earlier ones, and single refunds apart."""
    conflicts: Mapped[Any] = mapped_column(Json, nullable=True)
    """Each with field, stands, said and at: what its notices contradict each other in."""


class OrderNoticeRow(Base):
    """One call of the shop about an order, kept as it came."""

    __tablename__ = "order_notices"
    __table_args__ = (UniqueConstraint("order_row_id", "digest"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    order_row_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    digest: Mapped[str]
    payload: Mapped[Any] = mapped_column(Json)
    received_at: Mapped[datetime] = mapped_column(Utc)


class SignupRow(CreditedMixin, Base):
    """An enrolment that came in by a signup call."""

    __tablename__ = "signups"
    __table_args__ = (
        Index("uq_signups_enrolled", "enrolled_advocate_id", unique=True),
        Index(None, "account_id", "id"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    enrolled_advocate_id: Mapped[str] = mapped_column(ForeignKey("advocates.id"))
    at: Mapped[datetime] = mapped_column(Utc)


_PATIENCE = timedelta(days=7)
Credited = TypeVar("Credited", OrderRow, SignupRow)
_ADD_ORDER = insert(OrderRow).on_conflict_do_nothing().returning(OrderRow.id)
_ADD_NOTICE = (
    insert(OrderNoticeRow)
    .on_conflict_do_nothing(index_elements=["order_row_id", "digest"])
    .returning(OrderNoticeRow.id)
)
_ADD_SIGNUP = insert(SignupRow).on_conflict_do_nothing(index_elements=["enrolled_advocate_id"]).returning(SignupRow.id)


def add_order(session: Session, account_id: str, order_id: str, *, row_id: str | None = None, **values: Any) -> bool:
    """Store an order unless it is there; False when it was."""
    values = {"standing": Standing.PENDING, "is_open": True, "is_disputed": False, "conflicts": [], **values}
    return bool(fetch(session, _ADD_ORDER, id=row_id or new_id(), account_id=account_id, order_id=order_id, **values))


_OURS = select(OrderRow).where(OrderRow.account_id == bindparam("account_id"))
_BY_NUMBER = _OURS.where(OrderRow.order_id == bindparam("order_id"))
_HELD_BY_NUMBER = _BY_NUMBER.with_for_update()
_BY_ID = _OURS.where(OrderRow.id == bindparam("row_id"))
_HELD_BY_ID = _BY_ID.with_for_update()
# Of each of the two: credits are given to both in the same way.
_BOTH = (OrderRow, SignupRow)
_ACCOUNT_OF: dict[Any, Any] = {row: select(row.account_id).where(row.id == bindparam("row_id")) for row in _BOTH}
_HELD: dict[Any, Any] = {
    row: select(row).where(row.account_id == bindparam("account_id"), row.id == bindparam("row_id")).with_for_update()
    for row in _BOTH
}
_CREDIT = {
    row: update(row).where(row.account_id == bindparam("of_account"), row.id == bindparam("row_id")) for row in _BOTH
}


def _pending(row: type[OrderRow | SignupRow]) -> Select[str]:
    """Select those with news nobody has looked at, or that wait for a click."""
    has_news = and_(row.is_open, row.woken_at < bindparam("new_before"))
    waits = and_(
        row.standing == Standing.PENDING,
        row.woken_at < bindparam("waiting_before"),
        row.at > bindparam("placed_after"),
    )
    first = select(row.id).where(or_(has_news, waits)).order_by(row.is_open.desc(), row.woken_at, row.at.desc())
    return first.limit(bindparam("limit"))


_WAKE = {
    row: update(row).where(row.id.in_(_pending(row))).values(woken_at=bindparam("now")).returning(row.id)
    for row in _BOTH
}
_SIGNUP_BY_ID = select(SignupRow).where(
    SignupRow.account_id == bindparam("account_id"), SignupRow.id == bindparam("signup_id")
)


def order_by_number(session: Session, account_id: str, order_id: str, *, for_update: bool = False) -> OrderRow | None:
    """Return an order by the shop's number; ``for_update`` holds it until the transaction ends."""
    query = _HELD_BY_NUMBER if for_update else _BY_NUMBER
    return session.execute(query, {"account_id": account_id, "order_id": order_id}).scalar_one_or_none()


def order_by_id(session: Session, account_id: str, row_id: str, *, for_update: bool = False) -> OrderRow | None:
    """Return an order by our own id; ``for_update`` holds it until the transaction ends."""
    query = _HELD_BY_ID if for_update else _BY_ID
    return session.execute(query, {"account_id": account_id, "row_id": row_id}).scalar_one_or_none()


def add_notice(
    session: Session, account_id: str, order_row_id: str, *, digest: str, payload: Any, now: datetime
) -> bool:
    """Keep a notice as it came; False when the very same one is there."""
    said = {"digest": digest, "payload": payload, "received_at": now}
    return bool(fetch(session, _ADD_NOTICE, id=new_id(), account_id=account_id, order_row_id=order_row_id, **said))


def add_signup(session: Session, account_id: str, advocate_id: str, **values: Any) -> str | None:
    """Store that an advocate enrolled; None when it was known."""
    values = {"standing": Standing.PENDING, "is_open": True, **values}
    rows = fetch(session, _ADD_SIGNUP, id=new_id(), account_id=account_id, enrolled_advocate_id=advocate_id, **values)
    return rows[0][0] if rows else None


def held(session: Session, row: type[Credited], row_id: str) -> Credited | None:
    """Return an order or signup, held with its account until the transaction ends: one worker credits at a time."""
    for (account_id,) in fetch(session, _ACCOUNT_OF[row], row_id=row_id):
        hold_account(session, account_id)
        found = session.execute(_HELD[row], {"account_id": account_id, "row_id": row_id})
        return cast("Credited | None", found.scalar_one_or_none())
    return None


def list_credited(
    session: Session,
    row: type[Credited],
    account_id: str,
    *,
    before: str | None,
    limit: int,
    standing: str | None = None,
    status: str | None = None,
) -> list[Credited]:
    """Return an account's orders or signups, the newest first, from behind ``before``.

    ``standing`` leaves those whose question of credit stands so, ``status`` the orders that went that far.
    """
    query = select(row).where(row.account_id == account_id)
    if before:
        query = query.where(row.id < before)
    if standing:
        query = query.where(row.standing == standing)
    if status:
        query = query.where(OrderRow.status == status)
    return list(session.execute(query.order_by(row.id.desc()).limit(limit)).scalars())


def signup_by_id(session: Session, account_id: str, signup_id: str) -> SignupRow | None:
    """Return one signup of an account."""
    found = session.execute(_SIGNUP_BY_ID, {"account_id": account_id, "signup_id": signup_id})
    return found.scalar_one_or_none()


def wake_pending(
    session: Session, row: type[Credited], *, now: datetime, new_before: datetime, waiting_before: datetime, limit: int
) -> list[str]:
    """Return orders or signups with news nobody has looked at, or that wait for a click, and mark them as woken.

    After ``_PATIENCE`` nobody looks for the click any more; should it come in even then, it is credited all the same.
    """
    bounds = {"new_before": new_before, "waiting_before": waiting_before, "placed_after": now - _PATIENCE}
    return [found[0] for found in fetch(session, _WAKE[row], now=now, **bounds, limit=limit)]


def is_erased(order: OrderRow) -> bool:
    """Tell whether an order's buyer was known and has been erased since."""
    return order.contact_id is not None and not (order.email or order.phone or order.external_id)


def keep_credit(session: Session, row: OrderRow | SignupRow, **values: Any) -> None:
    """Write whom an order or signup is credited to, in its row as well."""
    write(session, _CREDIT[type(row)], of_account=row.account_id, row_id=row.id, **values)
    for name, value in values.items():
        set_committed_value(row, name, value)
