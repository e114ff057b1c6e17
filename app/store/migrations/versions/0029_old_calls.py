"""What is old enough to be forgotten is found without reading all that is not."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_INDEXES = (
    ("answers", "created_at"),
    ("click_batches", "recorded_at"),
    ("provider_events", "callback_id"),
    ("shop_deliveries", "received_at"),
)


def upgrade() -> None:
    """Go forward."""
    for table, column in _INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    """Go back."""
    for table, column in _INDEXES:
        op.drop_index(f"ix_{table}_{column}", table)
