"""A share may be a press in an advocate's widget, which no message stands behind."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INDEX = "ix_shares_advocate_id_platform"


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("shares") as shares:
        shares.alter_column("message_id", existing_type=sa.String(), nullable=True)
        shares.create_index(_INDEX, ["advocate_id", "platform"])


def downgrade() -> None:
    """Go back."""
    op.execute("DELETE FROM shares WHERE message_id IS NULL")
    with op.batch_alter_table("shares") as shares:
        shares.drop_index(_INDEX)
        shares.alter_column("message_id", existing_type=sa.String(), nullable=False)
