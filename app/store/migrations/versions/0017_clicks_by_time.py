"""Who followed a message's links about some time is found without reading all who ever did."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_index("ix_clicks_message_id_at", "clicks", ["message_id", "at"])
    op.drop_index("ix_clicks_message_id", "clicks")


def downgrade() -> None:
    """Go back."""
    op.create_index("ix_clicks_message_id", "clicks", ["message_id"])
    op.drop_index("ix_clicks_message_id_at", "clicks")
