"""What happened to messages stands in one tree, by message; what providers call messages is looked up among those sent."""

import sqlalchemy as sa
from alembic import op

import app.store.columns

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_TAKEN = sa.text("provider_id IS NOT NULL")
_COLUMNS = "id, account_id, message_id, type, at, detail"
_BY_ID = "ix_messages_provider_id"
_OF_MESSAGE = "ix_message_events_message_id"


def upgrade() -> None:
    """Go forward."""
    op.drop_index(_BY_ID, "messages")
    op.create_index(_BY_ID, "messages", ["account_id", "provider_id"], sqlite_where=_TAKEN, postgresql_where=_TAKEN)
    if op.get_bind().dialect.name == "sqlite":
        _copy(["message_id", "id"], rowid=False)
        return
    op.drop_constraint("pk_message_events", "message_events")
    op.create_primary_key("pk_message_events", "message_events", ["message_id", "id"])
    op.drop_index(_OF_MESSAGE, "message_events")


def downgrade() -> None:
    """Go back."""
    op.drop_index(_BY_ID, "messages")
    op.create_index(_BY_ID, "messages", ["account_id", "provider_id"])
    if op.get_bind().dialect.name == "sqlite":
        _copy(["id"], rowid=True)
    else:
        op.drop_constraint("pk_message_events", "message_events")
        op.create_primary_key("pk_message_events", "message_events", ["id"])
    op.create_index(_OF_MESSAGE, "message_events", ["message_id"])


def _copy(key: list[str], *, rowid: bool) -> None:
    """Put a table with another key in the place of SQLite's, which cannot change one."""
    op.create_table(
        "message_events_keyed",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("detail", app.store.columns.Json(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_message_events_account_id"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_message_events_message_id"),
        sa.PrimaryKeyConstraint(*key, name="pk_message_events"),
        sqlite_with_rowid=rowid,
    )
    op.execute(
        f"INSERT INTO message_events_keyed ({_COLUMNS}) SELECT {_COLUMNS} FROM message_events ORDER BY message_id, id"  # noqa: S608 - names
    )
    op.drop_table("message_events")
    op.rename_table("message_events_keyed", "message_events")
