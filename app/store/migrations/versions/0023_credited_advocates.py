"""Orders and signups are found by the advocate whose link earned them."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_index(op.f("ix_orders_advocate_id"), "orders", ["advocate_id"])
    op.create_index(op.f("ix_signups_advocate_id"), "signups", ["advocate_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_signups_advocate_id"), "signups")
    op.drop_index(op.f("ix_orders_advocate_id"), "orders")
