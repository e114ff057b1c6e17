"""What an advocate agreed to when they enrolled on a campaign's page, and when."""

import sqlalchemy as sa
from alembic import op

import app.store.columns

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("advocates") as advocates:
        advocates.add_column(sa.Column("consent", sa.String(), nullable=True))
        advocates.add_column(sa.Column("consented_at", app.store.columns.Utc(timezone=True), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("advocates") as advocates:
        advocates.drop_column("consented_at")
        advocates.drop_column("consent")
