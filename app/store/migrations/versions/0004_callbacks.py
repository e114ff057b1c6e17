"""Providers' calls, conversations, and what people do not want."""

import sqlalchemy as sa
from alembic import op

import app.store.columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "provider_callbacks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("received_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("woken_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", app.store.columns.Utc(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_provider_callbacks_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_callbacks")),
        sa.UniqueConstraint("account_id", "digest", name=op.f("uq_provider_callbacks_account_id_digest")),
    )
    op.create_index("ix_provider_callbacks_waiting", "provider_callbacks", ["done_at", "woken_at"])
    op.create_table(
        "provider_events",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("callback_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_provider_events_account_id")),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_provider_events")),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("last_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("last_text", sa.String(), nullable=False),
        sa.Column("created_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_conversations_account_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_conversations_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("account_id", "contact_id", name=op.f("uq_conversations_account_id_contact_id")),
    )
    op.create_index("ix_conversations_latest", "conversations", ["account_id", "last_at"])
    op.create_table(
        "replies",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("media", app.store.columns.Json(), nullable=False),
        sa.Column("wish", sa.String(), nullable=True),
        sa.Column("callback_id", sa.String(), nullable=False),
        sa.Column("at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_replies_account_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_replies_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint(
            "account_id", "provider", "provider_id", name=op.f("uq_replies_account_id_provider_provider_id")
        ),
    )
    op.create_index("ix_replies_latest", "replies", ["conversation_id", "at"])
    with op.batch_alter_table("suppressions", recreate="always") as suppressions:
        suppressions.add_column(sa.Column("source", sa.String(), nullable=False, server_default="page"))
        suppressions.add_column(
            sa.Column("evidence", app.store.columns.Json(), nullable=False, server_default=sa.text("'{}'"))
        )
        suppressions.drop_constraint("pk_suppressions", type_="primary")
        suppressions.create_primary_key("pk_suppressions", ["account_id", "channel", "address", "reason"])
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("purpose", sa.String(), nullable=False, server_default="marketing"))
    op.create_index("ix_messages_provider_id", "messages", ["account_id", "provider_id"])
    with op.batch_alter_table("templates") as templates:
        templates.add_column(sa.Column("transactional", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("accounts") as accounts:
        for name in ("quiet_from", "quiet_to", "help_text"):
            accounts.add_column(sa.Column(name, sa.String(), nullable=True))


def downgrade() -> None:
    """Go back; of several reasons against one address, one stays."""
    with op.batch_alter_table("accounts") as accounts:
        for name in ("help_text", "quiet_to", "quiet_from"):
            accounts.drop_column(name)
    with op.batch_alter_table("templates") as templates:
        templates.drop_column("transactional")
    op.drop_index("ix_messages_provider_id", "messages")
    with op.batch_alter_table("messages") as messages:
        messages.drop_column("purpose")
    op.execute(
        "DELETE FROM suppressions WHERE EXISTS (SELECT 1 FROM suppressions AS other"
        " WHERE other.account_id = suppressions.account_id AND other.channel = suppressions.channel"
        " AND other.address = suppressions.address AND other.reason < suppressions.reason)"
    )
    with op.batch_alter_table("suppressions", recreate="always") as suppressions:
        suppressions.drop_constraint("pk_suppressions", type_="primary")
        suppressions.create_primary_key("pk_suppressions", ["account_id", "channel", "address"])
        suppressions.drop_column("evidence")
        suppressions.drop_column("source")
    for table in ("replies", "conversations", "provider_events", "provider_callbacks"):
        op.drop_table(table)
