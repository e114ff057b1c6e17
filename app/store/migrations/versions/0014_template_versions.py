"""Each template as it was saved, every time."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_COPIED = "account_id, key, version, channel, name, goal, subject, html, text, sender, automation, transactional"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "template_versions",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("goal", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("html", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("sender", sa.String(), nullable=True),
        sa.Column("automation", sa.String(), nullable=True),
        sa.Column("transactional", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_template_versions_account_id"),
        sa.PrimaryKeyConstraint("account_id", "key", "version", name="pk_template_versions"),
    )
    op.execute(f"INSERT INTO template_versions ({_COPIED}, saved_at) SELECT {_COPIED}, updated_at FROM templates")  # noqa: S608 - constants.


def downgrade() -> None:
    """Go back."""
    op.drop_table("template_versions")
