"""Whether anybody was erased is found without reading all who were not."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_ERASED = sa.text("erased_at IS NOT NULL")


def upgrade() -> None:
    """Go forward."""
    op.create_index("ix_contacts_erased", "contacts", ["account_id"], sqlite_where=_ERASED, postgresql_where=_ERASED)


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_contacts_erased", "contacts")
