"""The newest previews are found without reading all other visits."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_PREVIEWS = sa.text("verdict = 'preview'")


def upgrade() -> None:
    """Go forward."""
    op.create_index(
        "ix_clicks_previews", "clicks", ["account_id", "at"], sqlite_where=_PREVIEWS, postgresql_where=_PREVIEWS
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_clicks_previews", "clicks")
