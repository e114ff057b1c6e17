"""Who wants nothing more, by which channel."""

import sqlalchemy as sa
from alembic import op

import app.store.columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "suppressions",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("lifted_at", app.store.columns.Utc(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_suppressions_account_id")),
        sa.PrimaryKeyConstraint("account_id", "channel", "address", name=op.f("pk_suppressions")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("suppressions")
