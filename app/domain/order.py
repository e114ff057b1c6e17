"""An order, as the notices of a shop together describe it, in whatever order they come."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.domain.message import ContactDetails


class OrderStatus(StrEnum):
    """How far an order went."""

    CREATED = "created"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


_RANK = {status: rank for rank, status in enumerate(OrderStatus)}


@dataclass(frozen=True, slots=True)
class OrderNotice:
    """What one call says of an order; None where it says nothing."""

    order_id: str
    status: OrderStatus
    currency: str
    total_minor: int | None
    refunded_minor: int | None
    buyer: ContactDetails
    mbsy: str | None
    mbsy_source: str | None
    placed_at: datetime | None
    payload: Mapping[str, Any]
    """The call's body as it came."""


@dataclass(frozen=True, slots=True)
class OrderState:
    """What is known of an order's money."""

    status: OrderStatus
    total_minor: int
    refunded_minor: int
    is_disputed: bool = False

    @property
    def net_minor(self) -> int:
        """What the order is worth to a report: nothing once cancelled, never less than nothing."""
        if self.status is OrderStatus.CANCELLED:
            return 0
        refunded = self.total_minor if self.status is OrderStatus.REFUNDED else self.refunded_minor
        return max(self.total_minor - refunded, 0)


def first_state(notice: OrderNotice) -> OrderState:
    """Return what the first notice of an order tells."""
    return OrderState(notice.status, notice.total_minor or 0, notice.refunded_minor or 0)


def merge(state: OrderState, notice: OrderNotice) -> OrderState:
    """Return what is known after one more notice; the order of notices makes no difference.

    The furthest status and the highest refund stand. A second, different total is a contradiction: the higher
    one stands and the order is marked as disputed. A total of nought says nothing: shops send it with a cancellation.
    """
    status = max(state.status, notice.status, key=_RANK.__getitem__)
    total = state.total_minor
    disputed = state.is_disputed
    if notice.total_minor and notice.total_minor != total:
        disputed = disputed or total != 0
        total = max(total, notice.total_minor)
    refunded = max(state.refunded_minor, notice.refunded_minor or 0)
    return replace(state, status=status, total_minor=total, refunded_minor=refunded, is_disputed=disputed)
