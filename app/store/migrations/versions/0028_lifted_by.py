"""Whoever lifts a suppression by hand is remembered."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("suppressions") as table:
        table.add_column(sa.Column("lifted_by", sa.String(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("suppressions") as table:
        table.drop_column("lifted_by")
