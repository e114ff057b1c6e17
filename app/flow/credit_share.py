"""Credit presses of share buttons to their messages; the earliest human one is a share goal's conversion."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from app.domain.message import Goal
from app.flow.credit_outcome import outcome_for, reconcile
from app.store.base import Session
from app.store.messages import Earned, hold_messages
from app.store.shares import HumanShare, first_shares, human_shares


def credit_shares(
    session: Session, account_id: str, share_ids: Sequence[str], messages: Mapping[str, Earned], *, now: datetime
) -> None:
    """Credit newly stored presses.

    An earlier press that comes in later takes the conversion over: in whatever order they arrive, the same one has it.
    """
    new: dict[str, list[HumanShare]] = defaultdict(list)
    for share in human_shares(session, account_id, share_ids):
        # A press in a widget has no message to be credited to; it is counted for its campaign and platform.
        if share.message_id and share.message_id in messages:
            new[share.message_id].append(share)
    # Two batches with presses of one message must not both find themselves the first.
    hold_messages(session, account_id, sorted(new))
    for message_id, first in first_shares(session, account_id, sorted(new), but_not=share_ids).items():
        new[message_id].append(first)
    for message_id, shares in sorted(new.items()):
        message = messages[message_id]
        winner = min(shares, key=lambda share: (share.at, share.id)) if message.goal == Goal.SHARE else None
        for share in shares:
            converts = 1 if share is winner else 0
            outcome = outcome_for(
                message, Goal.SHARE, share.id, share.at, platform=share.platform, conversions=converts
            )
            reconcile(session, account_id, Goal.SHARE, share.id, outcome, now=now)
