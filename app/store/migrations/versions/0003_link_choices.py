"""What an account chooses for its links and texts; counters of the last hours found quickly."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INDEX = "ix_counters_quarter"


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("accounts") as accounts:
        accounts.add_column(sa.Column("unrewritten", sa.String(), nullable=False, server_default="send"))
        accounts.add_column(sa.Column("schemeless_links", sa.Boolean(), nullable=False, server_default=sa.false()))
        accounts.add_column(sa.Column("plain_sms", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(_INDEX, "counters", ["quarter"])


def downgrade() -> None:
    """Go back."""
    op.drop_index(_INDEX, "counters")
    with op.batch_alter_table("accounts") as accounts:
        for name in ("plain_sms", "schemeless_links", "unrewritten"):
            accounts.drop_column(name)
