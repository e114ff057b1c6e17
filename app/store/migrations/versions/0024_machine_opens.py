"""What mail services fetched is counted, also what they fetched before it was."""

from collections import Counter
from datetime import UTC

import sqlalchemy as sa
from alembic import op
from sqlalchemy import TableClause

from app.domain.calendar import day_start
from app.domain.counting import quarter_of

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_METRIC = "machine_opens"
_SUBJECT = ("channel", "template", "automation", "campaign_id")
_AT_ONCE = 5_000


def _table(name: str, *columns: str) -> TableClause:
    return sa.table(name, *map(sa.column, columns))


def upgrade() -> None:
    """Go forward."""
    connection = op.get_bind()
    events = sa.table(
        "message_events", *map(sa.column, ("type", "message_id")), sa.column("at", sa.DateTime(timezone=True))
    )
    messages = _table("messages", "id", "account_id", *_SUBJECT)
    accounts = _table("accounts", "id", "time_zone")
    fetched = (
        sa.select(messages.c.account_id, *(messages.c[name] for name in _SUBJECT), events.c.at)
        .join(messages, messages.c.id == events.c.message_id)
        .where(events.c.type == "machine_opened")
    )
    zones = {row[0]: row[1] for row in connection.execute(sa.select(accounts.c.id, accounts.c.time_zone))}
    quarters: Counter[tuple[str, ...]] = Counter()
    days: Counter[tuple[str, ...]] = Counter()
    for account_id, *words, at in connection.execute(fetched).all():
        quarter = quarter_of(at if at.tzinfo else at.replace(tzinfo=UTC))
        subject = tuple(word or "" for word in words)
        quarters[account_id, quarter, *subject] += 1
        days[account_id, day_start(quarter, zones[account_id]), *subject] += 1
    names = ("account_id", "quarter", *_SUBJECT)
    for table, counts in (("counters", quarters), ("day_counters", days)):
        counted = _table(table, *names, "platform", "metric", "currency", "value")
        rest = {"platform": "", "metric": _METRIC, "currency": ""}
        rows = [dict(zip(names, key, strict=True)) | rest | {"value": value} for key, value in counts.items()]
        for first in range(0, len(rows), _AT_ONCE):
            connection.execute(sa.insert(counted), rows[first : first + _AT_ONCE])


def downgrade() -> None:
    """Go back."""
    for table in ("counters", "day_counters"):
        counted = _table(table, "metric")
        op.get_bind().execute(sa.delete(counted).where(counted.c.metric == _METRIC))
