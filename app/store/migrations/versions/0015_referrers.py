"""The platform that a visitor came from by the referrer stands beside the link's own."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("clicks") as clicks:
        clicks.add_column(sa.Column("referrer_platform", sa.String(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("clicks") as clicks:
        clicks.drop_column("referrer_platform")
