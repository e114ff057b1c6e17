"""The newest messages are read off an index, in their order."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_index("ix_messages_account_id_id", "messages", ["account_id", "id"])
    op.drop_index("ix_messages_account_id_created_at", "messages")


def downgrade() -> None:
    """Go back."""
    op.create_index("ix_messages_account_id_created_at", "messages", ["account_id", "created_at"])
    op.drop_index("ix_messages_account_id_id", "messages")
