"""A shop's notice of an order, refund or cancellation is kept, and the order brought up to date."""

import hashlib
from datetime import datetime

import orjson

from app.domain.errors import InvalidInputError
from app.domain.order import OrderNotice, OrderState, OrderStatus, first_state, merge
from app.store.accounts import Account
from app.store.base import Session
from app.store.orders import OrderRow, add_notice, add_order, order_by_number


def record_order(session: Session, account: Account, notice: OrderNotice, *, now: datetime) -> str:
    """Store a notice and return the id of its order's row; the caller has it credited after the commit.

    Raises:
        InvalidInputError: the notice is in another currency than the order.
    """
    added = add_order(session, account.id, notice.order_id, **_first_values(notice, now))
    row = order_by_number(session, account.id, notice.order_id, for_update=True)
    if row is None:
        raise LookupError(f"the order {notice.order_id!r} vanished between two statements")
    if row.currency != notice.currency:
        raise InvalidInputError({"currency": [f"The order {notice.order_id!r} is in {row.currency}."]})
    digest = hashlib.sha256(orjson.dumps(notice.payload, option=orjson.OPT_SORT_KEYS)).hexdigest()
    is_news = add_notice(session, account.id, row.id, digest=digest, payload=notice.payload, now=now)
    if is_news and not added:
        _bring_up_to_date(row, notice)
        # Credited anew by the caller's queue, or by the sweep whatever becomes of the queue.
        row.is_open, row.woken_at = True, now
        session.flush()
    return row.id


def _first_values(notice: OrderNotice, now: datetime) -> dict[str, object]:
    state = first_state(notice)
    return {
        "status": state.status,
        "total_minor": state.total_minor,
        "refunded_minor": state.refunded_minor,
        "currency": notice.currency,
        "email": notice.buyer.email,
        "phone": notice.buyer.phone,
        "external_id": notice.buyer.external_id,
        "mbsy": notice.mbsy,
        "mbsy_source": notice.mbsy_source,
        "at": notice.placed_at or now,
        "woken_at": now,
        "created_at": now,
    }


def _bring_up_to_date(row: OrderRow, notice: OrderNotice) -> None:
    before = OrderState(OrderStatus(row.status), row.total_minor, row.refunded_minor, row.is_disputed)
    after = merge(before, notice)
    row.status, row.total_minor = after.status, after.total_minor
    row.refunded_minor, row.is_disputed = after.refunded_minor, after.is_disputed
    if notice.placed_at is not None:
        # A first notice that did not say when it was placed, a refund perhaps, had only its own moment to give.
        assumed = row.at == row.created_at
        row.at = notice.placed_at if assumed else min(row.at, notice.placed_at)
    row.email = row.email or notice.buyer.email
    row.phone = row.phone or notice.buyer.phone
    row.external_id = row.external_id or notice.buyer.external_id
    row.mbsy = row.mbsy or notice.mbsy
    row.mbsy_source = row.mbsy_source or notice.mbsy_source
