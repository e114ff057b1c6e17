"""What is said of credits: who earned an order or a signup, and how it came about."""

from collections.abc import Sequence
from typing import Any

from app.domain.attribution import REASONS, Reason
from app.flow.explain_credit import Explanation
from app.store.base import Session
from app.store.campaigns import Advocate, advocates_by_id
from app.store.messages import Earned, earned_by
from app.store.orders import OrderRow, SignupRow


def shown_attributions(
    session: Session, account_id: str, rows: Sequence[OrderRow] | Sequence[SignupRow]
) -> list[dict[str, Any]]:
    """Return who earned each order or signup, in their order, as ``AttributionSchema`` has it."""
    messages = earned_by(session, account_id, {row.message_id for row in rows if row.message_id})
    advocates = advocates_by_id(session, account_id, {row.advocate_id for row in rows if row.advocate_id})
    return [_shown(row, messages.get(row.message_id or ""), advocates.get(row.advocate_id or "")) for row in rows]


def _shown(row: OrderRow | SignupRow, message: Earned | None, advocate: Advocate | None) -> dict[str, Any]:
    return {
        "status": row.standing,
        "reason": row.reason,
        "explanation": REASONS[Reason(row.reason)] if row.reason else None,
        "chain": row.chain,
        "platform": row.platform,
        "message_id": row.message_id,
        "template": message.template if message else None,
        "automation": message.automation if message else None,
        "click_id": row.click_id,
        "share_id": row.share_id,
        "advocate": advocate.share_code if advocate else None,
        "advocate_id": row.advocate_id,
    }


def shown_explanation(explained: Explanation[OrderRow] | Explanation[SignupRow]) -> dict[str, Any]:
    """Return how a credit came about, as ``WhySchema`` has it."""
    return {"status": explained.row.standing, "reason": explained.row.reason, "sentences": explained.sentences}
