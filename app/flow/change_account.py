"""An account chooses how its links, texts and figures are treated."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain.retention import check_retention
from app.store.accounts import Account, account_by_id
from app.store.accounts import change_account as store_changes
from app.store.base import Session
from app.store.counters import hold_counters
from app.store.day_counters import recount_days


def change_account(session: Session, account_id: str, changes: Mapping[str, Any], *, now: datetime) -> Account:
    """Write what is given and return the account; messages from then on are concerned, what was sent stays.

    ``smart_urls`` switches them: on again, they count since ``now``; ``quiet_hours`` is {"begins", "ends"} or None;
    everything else goes by the names of ``Account``.

    Raises:
        InvalidInputError: visits would be let go of before orders have found them.
    """
    wanted = dict(changes)
    is_on = wanted.pop("smart_urls", None)
    if "quiet_hours" in wanted:
        quiet = wanted.pop("quiet_hours") or {}
        wanted |= {"quiet_from": quiet.get("begins"), "quiet_to": quiet.get("ends")}
    account = account_by_id(session, account_id)
    check_retention(
        wanted.get("retention_days", account.retention_days),
        wanted.get("attribution_days", account.attribution_days),
        field="retention_days" if "retention_days" in wanted else "attribution_days",
    )
    if is_on is not None and is_on != (account.smart_urls_since is not None):
        wanted["smart_urls_since"] = now if is_on else None
    if wanted.get("time_zone", account.time_zone) == account.time_zone:
        return store_changes(session, account_id, wanted)
    hold_counters(session)
    changed = store_changes(session, account_id, wanted)
    recount_days(session, account_id)
    return changed
