"""What an advocate earned is found without reading what everybody earned."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_INDEX = "ix_outcomes_advocate_id_kind_subject_id"


def upgrade() -> None:
    """Go forward."""
    op.create_index(_INDEX, "outcomes", ["advocate_id", "kind", "subject_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_index(_INDEX, "outcomes")
