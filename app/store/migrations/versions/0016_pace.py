"""How fast an account's text messages leave, and when a message of unknown fate is looked for."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("accounts", sa.Column("sms_per_second", sa.Integer(), nullable=False, server_default="20"))
    op.add_column("messages", sa.Column("look_up_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("looked_up", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("messages") as messages:
        messages.drop_column("looked_up")
        messages.drop_column("look_up_at")
    with op.batch_alter_table("accounts") as accounts:
        accounts.drop_column("sms_per_second")
