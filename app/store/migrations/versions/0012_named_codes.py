"""Orders and signups are found by the share code that they name."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_index(op.f("ix_orders_mbsy"), "orders", ["mbsy"])
    op.create_index(op.f("ix_signups_mbsy"), "signups", ["mbsy"])


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_signups_mbsy"), "signups")
    op.drop_index(op.f("ix_orders_mbsy"), "orders")
