"""A campaign's words for single platforms."""

import sqlalchemy as sa
from alembic import op

import app.store.columns

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("campaigns") as table:
        table.add_column(sa.Column("share_texts", app.store.columns.Json(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("campaigns") as table:
        table.drop_column("share_texts")
