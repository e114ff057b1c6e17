"""What was counted stands by the day, too, so that a year costs its days."""

from collections import Counter

import sqlalchemy as sa
from alembic import op

from app.domain.calendar import day_start

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_WORDS = ("channel", "template", "automation", "campaign_id", "platform", "metric", "currency")
_AT_ONCE = 5_000


def upgrade() -> None:
    """Go forward."""
    days = op.create_table(
        "day_counters",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in _WORDS),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_day_counters_account_id"),
        sa.PrimaryKeyConstraint("account_id", "quarter", *_WORDS, name="pk_day_counters"),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    names = ("quarter", *_WORDS, "value")
    counters = sa.table("counters", sa.column("account_id"), *map(sa.column, names))
    accounts = sa.table("accounts", sa.column("id"), sa.column("time_zone"))
    for account_id, zone in connection.execute(sa.select(accounts.c.id, accounts.c.time_zone)).all():
        counts: Counter[tuple[object, ...]] = Counter()
        starts: dict[int, int] = {}
        found = sa.select(*(counters.c[name] for name in names)).where(counters.c.account_id == account_id)
        for quarter, *words, value in connection.execute(found):
            if quarter not in starts:
                starts[quarter] = day_start(quarter, zone)
            counts[starts[quarter], *words] += value
        rows = [{"account_id": account_id, **dict(zip(names, (*key, counts[key]), strict=True))} for key in counts]
        for first in range(0, len(rows), _AT_ONCE):
            connection.execute(sa.insert(days), rows[first : first + _AT_ONCE])


def downgrade() -> None:
    """Go back."""
    op.drop_table("day_counters")
