"""Outgoing webhooks: who is told of what, and what became of it; answers that hold a secret."""

import sqlalchemy as sa
from alembic import op

from app.store.columns import Encrypted, Utc

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("account_id", sa.String(), sa.ForeignKey("accounts.id"), nullable=False, index=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("secrets", Encrypted(), nullable=False),
        sa.Column("disabled_at", Utc(timezone=True)),
        sa.Column("disabled_reason", sa.String()),
        sa.Column("failing_since", Utc(timezone=True)),
        sa.Column("created_at", Utc(timezone=True), nullable=False),
        sa.Column("updated_at", Utc(timezone=True), nullable=False),
    )
    op.create_table(
        "webhook_events",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("account_id", sa.String(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("at", Utc(timezone=True), nullable=False),
        sa.Column("created_at", Utc(timezone=True), nullable=False, index=True),
        sa.Column("body", sa.String(), nullable=False),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("account_id", sa.String(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("webhook_id", sa.String(), sa.ForeignKey("webhooks.id"), nullable=False),
        sa.Column("event_id", sa.String(), sa.ForeignKey("webhook_events.id"), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("due_at", Utc(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(timezone=True), nullable=False),
        sa.Index("ix_webhook_deliveries_status_due_at", "status", "due_at"),
        sa.Index("ix_webhook_deliveries_webhook_id_status_due_at", "webhook_id", "status", "due_at"),
        sa.Index("ix_webhook_deliveries_event_id", "event_id"),
    )
    op.create_table(
        "webhook_attempts",
        sa.Column("delivery_id", sa.String(), sa.ForeignKey("webhook_deliveries.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("account_id", sa.String(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("at", Utc(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("status_code", sa.Integer()),
        sa.Column("error", sa.String()),
        sa.Column("excerpt", sa.String(), nullable=False),
    )
    with op.batch_alter_table("answers") as answers:
        answers.add_column(sa.Column("secret", Encrypted()))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("answers") as answers:
        answers.drop_column("secret")
    for table in ("webhook_attempts", "webhook_deliveries", "webhook_events", "webhooks"):
        op.drop_table(table)
