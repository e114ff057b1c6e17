"""Orders and signups are read in their order, and found by the click that earned them."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_TABLES = ("orders", "signups")


def upgrade() -> None:
    """Go forward."""
    for table in _TABLES:
        op.create_index(f"ix_{table}_account_id_id", table, ["account_id", "id"])
        op.drop_index(f"ix_{table}_account_id", table)
    for table in (*_TABLES, "outcomes"):
        op.create_index(f"ix_{table}_click_id", table, ["click_id"])


def downgrade() -> None:
    """Go back."""
    for table in (*_TABLES, "outcomes"):
        op.drop_index(f"ix_{table}_click_id", table)
    for table in _TABLES:
        op.create_index(f"ix_{table}_account_id", table, ["account_id"])
        op.drop_index(f"ix_{table}_account_id_id", table)
