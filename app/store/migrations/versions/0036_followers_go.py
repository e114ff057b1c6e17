"""What was noted of networks, and of verdicts that were revised, goes with the visits that it is about."""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_INDEXES = {
    "network_followers": ["account_id", "span"],
    "verdict_revisions": ["account_id", "at"],
}


def upgrade() -> None:
    """Go forward."""
    for table, columns in _INDEXES.items():
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def downgrade() -> None:
    """Go back."""
    for table, columns in _INDEXES.items():
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
