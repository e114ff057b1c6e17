"""A shop's delivery is kept as it came, once, and what it says of an order is recorded."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from app.domain.order import OrderNotice
from app.flow.record_order import record_order
from app.store.accounts import Account
from app.store.base import Session
from app.store.orders import order_by_id
from app.store.shop_deliveries import Fate, delivered_order, keep_delivery
from integrations.protocol import Shop, ShopCall, UnreadableError


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a delivery."""

    fate: Fate
    order_id: str | None = None
    """The shop's own number of the order that it is about."""
    order_row_id: str | None = None
    reason: str | None = None


def record_shop_delivery(
    session: Session, account: Account, name: str, shop: Shop, call: ShopCall, *, now: datetime
) -> Delivered:
    """Keep a genuine call of the shop called ``name``, and record its order; the caller has that credited afterwards.

    What cannot be understood is kept as well: a refusal would only have the shop send it again, then give up.
    """
    delivery = shop.identify(call)
    kept = keep_delivery(
        session,
        account.id,
        shop=name,
        key=delivery.key,
        topic=delivery.topic,
        digest=delivery.digest,
        body=call.raw,
        now=now,
    )
    if kept is None:
        known = delivered_order(session, account.id, name, delivery.key)
        return _about(session, account.id, Fate.REPEATED, known)
    if kept.fate == Fate.CONFLICTING:
        return Delivered(Fate.CONFLICTING, reason="Its id came before with something else; both are kept.")
    try:
        notice = shop.read(call, now)
    except UnreadableError as error:
        kept.fate = Fate.UNREADABLE
        return Delivered(Fate.UNREADABLE, reason=str(error))
    if notice is None:
        kept.fate = Fate.IGNORED
        return Delivered(Fate.IGNORED, reason="It is about no order.")
    kept.order_row_id = record_order(session, account, _told(notice, name), now=now)
    return _about(session, account.id, Fate.RECORDED, kept.order_row_id)


def _about(session: Session, account_id: str, fate: Fate, row_id: str | None) -> Delivered:
    row = order_by_id(session, account_id, row_id) if row_id else None
    return Delivered(fate, row.order_id, row.id) if row else Delivered(fate)


def _told(notice: OrderNotice, name: str) -> OrderNotice:
    """Return the notice with what was understood as its payload; the body itself is kept with the delivery."""
    buyer = notice.buyer._replace(fields=dict(notice.buyer.fields))
    understood: dict[str, Any] = asdict(replace(notice, payload={}, shop=name, buyer=buyer))
    understood["buyer"] = buyer._asdict()
    return replace(notice, payload=understood, shop=name)
