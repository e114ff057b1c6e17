"""What many messages have in common is kept once."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "form_letters",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_letters")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_form_letters_account_id")),
        sa.UniqueConstraint("account_id", "digest", name=op.f("uq_form_letters_account_id_digest")),
    )
    op.add_column("messages", sa.Column("form_letter_id", sa.String(), nullable=True))
    op.add_column("messages", sa.Column("merged", sa.Text(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("messages") as messages:
        messages.drop_column("merged")
        messages.drop_column("form_letter_id")
    op.drop_table("form_letters")
