"""Who earned an order or a signup, and how that came about, as both resources show it."""

from typing import Any

from app.domain.attribution import REASONS, Reason
from app.flow.explain_credit import Explanation
from app.store.base import Session
from app.store.campaigns import advocate_by_id
from app.store.messages import earned_by
from app.store.orders import OrderRow, SignupRow


def shown_attribution(session: Session, account_id: str, row: OrderRow | SignupRow) -> dict[str, Any]:
    """Return who earned an order or a signup, as ``AttributionSchema`` has it."""
    message = earned_by(session, account_id, [row.message_id]).get(row.message_id) if row.message_id else None
    advocate = advocate_by_id(session, account_id, row.advocate_id) if row.advocate_id else None
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
