"""Who earned an order is told to the account's webhooks, at first and whenever it changes."""

from datetime import datetime
from typing import Any

from app.domain.attribution import Standing
from app.domain.money import from_minor
from app.domain.webhooks import EventType, event_body
from app.store.base import Session
from app.store.campaigns import advocate_by_id
from app.store.messages import earned_by
from app.store.orders import OrderRow
from app.store.webhook_deliveries import add_events
from app.store.webhook_facts import external_ids
from app.store.webhooks import listeners

Credited = tuple[str | None, ...]


def credited(order: OrderRow) -> Credited:
    """Return what stands about an order's credit, to be compared with what stands later."""
    whom = (order.message_id, order.advocate_id, order.click_id, order.share_id)
    return (order.standing, order.reason, order.chain, order.platform, *whom)


def tell_of_order(session: Session, order: OrderRow, before: Credited, *, worth_changed: bool, now: datetime) -> None:
    """Tell of an order's credit if it is not what it was; an order that nobody earned, then or now, is no news."""
    after = credited(order)
    if Standing.ATTRIBUTED not in {before[0], after[0]} or (before == after and not worth_changed):
        return
    heard = listeners(session, order.account_id)
    if EventType.ORDER_ATTRIBUTED not in heard:
        return
    body = event_body(EventType.ORDER_ATTRIBUTED, now, _facts(session, order))
    add_events(session, order.account_id, [(EventType.ORDER_ATTRIBUTED, now, body)], heard, now)


def _facts(session: Session, order: OrderRow) -> dict[str, Any]:
    named = external_ids(session, order.account_id, [order.contact_id])
    return {
        "order_id": order.order_id,
        "status": order.status,
        "total": from_minor(order.total_minor, order.currency),
        "refunded_total": from_minor(order.refunded_minor, order.currency),
        "currency": order.currency,
        "contact": {"id": order.contact_id, "external_id": named.get(order.contact_id)} if order.contact_id else None,
        "attribution": _attribution(session, order),
    }


def _attribution(session: Session, order: OrderRow) -> dict[str, Any]:
    message = None
    if order.message_id:
        message = earned_by(session, order.account_id, [order.message_id]).get(order.message_id)
    advocate = advocate_by_id(session, order.account_id, order.advocate_id) if order.advocate_id else None
    return {
        "status": order.standing,
        "reason": order.reason,
        "chain": order.chain,
        "platform": order.platform,
        "message_id": order.message_id,
        "template": message.template if message else None,
        "automation": message.automation if message else None,
        "click_id": order.click_id,
        "share_id": order.share_id,
        "advocate": advocate.share_code if advocate else None,
        "advocate_id": order.advocate_id,
    }
