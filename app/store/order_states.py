"""An order's row as the domain's state of it, and back."""

from datetime import datetime
from typing import Any

from app.domain.order import OrderState, OrderStatus
from app.store.orders import OrderRow


def state_of(row: OrderRow) -> OrderState:
    """Return what is known of an order's money."""
    status = OrderStatus(row.status)
    facts: dict[str, Any] | None = row.facts
    if facts is None:
        # Stored before single refunds were told apart.
        return OrderState(
            status, row.total_minor, row.refunded_minor, row.is_disputed, status, refunds={"": row.refunded_minor}
        )
    return OrderState(
        status,
        row.total_minor,
        row.refunded_minor,
        row.is_disputed,
        ranked=OrderStatus(facts["ranked"]) if facts["ranked"] else None,
        said=OrderStatus(facts["said"]) if facts["said"] else None,
        as_of=datetime.fromisoformat(facts["as_of"]) if facts["as_of"] else None,
        timeless=tuple(facts["timeless"]),
        timed=tuple(facts["timed"]),
        versions=facts["versions"],
        refunds=facts["refunds"],
    )


def state_values(state: OrderState) -> dict[str, Any]:
    """Return a state as the columns of an order's row."""
    return {
        "status": state.status,
        "total_minor": state.total_minor,
        "refunded_minor": state.refunded_minor,
        "is_disputed": state.is_disputed,
        "facts": {
            "ranked": state.ranked,
            "said": state.said,
            "as_of": state.as_of.isoformat() if state.as_of else None,
            "timeless": state.timeless,
            "timed": state.timed,
            "versions": dict(state.versions),
            "refunds": dict(state.refunds),
        },
    }
