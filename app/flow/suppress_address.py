"""An address is to get nothing more by a channel: noted with what shows it, and told to the account's webhooks."""

from datetime import datetime
from typing import Any

from app.domain.consent import Refusal
from app.flow.tell_webhooks import tell_of_unsubscribe
from app.store.base import Session
from app.store.suppressions import PAGE, suppress


def suppress_address(
    session: Session,
    account_id: str,
    channel: str,
    address: str,
    *,
    reason: Refusal,
    message_id: str | None,
    now: datetime,
    source: str = PAGE,
    evidence: dict[str, Any] | None = None,
) -> bool:
    """Send nothing more to an address; False when it was so already, for this reason."""
    is_new = suppress(
        session,
        account_id,
        channel,
        address,
        reason=reason,
        message_id=message_id,
        now=now,
        source=source,
        evidence=evidence,
    )
    if is_new:
        tell_of_unsubscribe(session, account_id, channel, address, reason=reason, message_id=message_id, at=now)
    return is_new
