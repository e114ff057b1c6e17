"""An account chooses how long single visits are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("accounts") as accounts:
        accounts.add_column(sa.Column("retention_days", sa.Integer(), nullable=True))
        accounts.add_column(sa.Column("visits_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("accounts") as accounts:
        accounts.drop_column("visits_since")
        accounts.drop_column("retention_days")
