"""That a message was asked for is said by its own row alone; what waits stands in small indexes of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_WAITING = (("due", "send_at", "queued"), ("leased", "lease_until", "sending"), ("doubtful", "look_up_at", "unknown"))
_FIRST = "id = (SELECT min(other.id) FROM message_events AS other WHERE other.message_id = message_events.message_id)"


def upgrade() -> None:
    """Go forward."""
    op.drop_index("ix_messages_waiting", "messages")
    for name, moment, status in _WAITING:
        one = sa.text(f"status = '{status}'")
        op.create_index(f"ix_messages_{name}", "messages", [moment], sqlite_where=one, postgresql_where=one)
    # In this order: of a message that was queued, what comes next must not be taken for its first.
    op.execute(f"UPDATE message_events SET id = message_id WHERE type = 'suppressed' AND {_FIRST}")  # noqa: S608 - no words but ours.
    op.execute(f"DELETE FROM message_events WHERE type = 'queued' AND {_FIRST}")  # noqa: S608 - no words but ours.

    _forget_small_tables()


def _forget_small_tables() -> None:
    """Forget what SQLite learnt while there were few rows, as ``renew_statistics`` does from now on."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite" and sa.inspect(bind).has_table("sqlite_stat1"):
        few = "SELECT tbl FROM sqlite_stat1 GROUP BY tbl HAVING max(CAST(stat AS INTEGER)) < 10000"
        op.execute(f"DELETE FROM sqlite_stat1 WHERE tbl IN ({few})")  # noqa: S608 - no words but ours.


def downgrade() -> None:
    """Go back."""
    op.execute(
        "INSERT INTO message_events (id, account_id, message_id, type, at, detail) "
        "SELECT id, account_id, id, 'queued', created_at, '{}' FROM messages WHERE NOT EXISTS "
        "(SELECT 1 FROM message_events AS first WHERE first.message_id = messages.id AND first.id = messages.id)"
    )
    for name, _, _ in _WAITING:
        op.drop_index(f"ix_messages_{name}", "messages")
    op.create_index("ix_messages_waiting", "messages", ["status", "send_at"])
