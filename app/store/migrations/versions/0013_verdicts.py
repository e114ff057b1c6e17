"""Verdicts can be revised, with a trace of who was taken for whom; an account may let scanners give themselves away."""

import sqlalchemy as sa
from alembic import op

import app.store.columns

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("accounts") as accounts:
        accounts.add_column(sa.Column("canary_links", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("canary_index", sa.Integer(), nullable=True))
    with op.batch_alter_table("clicks") as clicks:
        clicks.add_column(sa.Column("prefetch", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("shares") as shares:
        shares.add_column(sa.Column("method", sa.String(), nullable=False, server_default="GET"))
        shares.add_column(sa.Column("prefetch", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "verdict_revisions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("old_verdict", sa.String(), nullable=False),
        sa.Column("new_verdict", sa.String(), nullable=False),
        sa.Column("old_rules", sa.Integer(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("old_signals", app.store.columns.Json(), nullable=False),
        sa.Column("signals", app.store.columns.Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_verdict_revisions"),
    )
    op.create_index("ix_verdict_revisions_visit_id", "verdict_revisions", ["visit_id"])
    op.create_table(
        "network_followers",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("span", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "network", "span", "message_id", name="pk_network_followers"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("network_followers")
    op.drop_index("ix_verdict_revisions_visit_id", "verdict_revisions")
    op.drop_table("verdict_revisions")
    with op.batch_alter_table("shares") as shares:
        shares.drop_column("prefetch")
        shares.drop_column("method")
    with op.batch_alter_table("clicks") as clicks:
        clicks.drop_column("prefetch")
    with op.batch_alter_table("messages") as messages:
        messages.drop_column("canary_index")
    with op.batch_alter_table("accounts") as accounts:
        accounts.drop_column("canary_links")
