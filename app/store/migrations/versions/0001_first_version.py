"""The schema of the first version."""

import sqlalchemy as sa
from alembic import op

import app.store.columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("smart_urls_since", app.store.columns.Utc(timezone=True), nullable=True),
        sa.Column("attribution_days", sa.Integer(), nullable=False),
        sa.Column("signing_secret", app.store.columns.Encrypted(), nullable=False),
        sa.Column("created_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("slug", name=op.f("uq_accounts_slug")),
    )
    op.create_table(
        "click_batches",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recorded_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_click_batches")),
    )
    op.create_table(
        "clicks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("link_index", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("advocate_id", sa.String(), nullable=True),
        sa.Column("campaign_id", sa.String(), nullable=True),
        sa.Column("platform", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("referrer", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("signals", app.store.columns.Json(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("ip", sa.String(), nullable=False),
        sa.Column("user_agent", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("is_unique", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clicks")),
    )
    with op.batch_alter_table("clicks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clicks_account_id_at"), ["account_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_clicks_advocate_id_at"), ["advocate_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_clicks_contact_id_at"), ["contact_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_clicks_message_id"), ["message_id"], unique=False)

    op.create_table(
        "first_clicks",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("visitor", sa.String(), nullable=False),
        sa.Column("click_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "visitor", name=op.f("pk_first_clicks")),
    )
    op.create_table(
        "refused_visits",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_visits")),
    )
    with op.batch_alter_table("refused_visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refused_visits_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "shares",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("advocate_id", sa.String(), nullable=True),
        sa.Column("campaign_id", sa.String(), nullable=True),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("signals", app.store.columns.Json(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("ip", sa.String(), nullable=False),
        sa.Column("user_agent", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shares")),
    )
    with op.batch_alter_table("shares", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shares_account_id_at"), ["account_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_shares_message_id_platform"), ["message_id", "platform"], unique=False)

    op.create_table(
        "answers",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", app.store.columns.Json(), nullable=True),
        sa.Column("created_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_answers_account_id")),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_answers")),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("created_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("revoked_at", app.store.columns.Utc(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_api_keys_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_keys_digest")),
    )
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_keys_account_id"), ["account_id"], unique=False)

    op.create_table(
        "campaigns",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("landing_url", sa.String(), nullable=False),
        sa.Column("share_text", sa.String(), nullable=False),
        sa.Column("enrolment", app.store.columns.Json(), nullable=False),
        sa.Column("created_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("updated_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_campaigns_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_campaigns_account_id_key")),
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("first_name", sa.String(), nullable=True),
        sa.Column("last_name", sa.String(), nullable=True),
        sa.Column("fields", app.store.columns.Json(), nullable=False),
        sa.Column("created_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("updated_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_contacts_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("account_id", "identity", name=op.f("uq_contacts_account_id_identity")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_account_id_email"), ["account_id", "email"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_contacts_account_id_external_id"), ["account_id", "external_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_contacts_account_id_phone"), ["account_id", "phone"], unique=False)

    op.create_table(
        "counters",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("automation", sa.String(), nullable=False),
        sa.Column("campaign_id", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_counters_account_id")),
        sa.PrimaryKeyConstraint(
            "account_id",
            "quarter",
            "channel",
            "template",
            "automation",
            "campaign_id",
            "platform",
            "metric",
            "currency",
            name=op.f("pk_counters"),
        ),
    )
    op.create_table(
        "domains",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("verified_at", app.store.columns.Utc(timezone=True), nullable=True),
        sa.Column("created_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_domains_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domains")),
        sa.UniqueConstraint("host", name=op.f("uq_domains_host")),
    )
    with op.batch_alter_table("domains", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_domains_account_id"), ["account_id"], unique=False)

    op.create_table(
        "integrations",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("credentials", app.store.columns.Encrypted(), nullable=False),
        sa.Column("updated_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_integrations_account_id")),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_integrations")),
    )
    op.create_table(
        "link_sets",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("destinations", app.store.columns.Json(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_link_sets_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_sets")),
        sa.UniqueConstraint("account_id", "digest", name=op.f("uq_link_sets_account_id_digest")),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("is_disputed", sa.Boolean(), nullable=False),
        sa.Column("created_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("mbsy", sa.String(), nullable=True),
        sa.Column("mbsy_source", sa.String(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("named_advocate_id", sa.String(), nullable=True),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("chain", sa.String(), nullable=True),
        sa.Column("click_id", sa.String(), nullable=True),
        sa.Column("share_id", sa.String(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("advocate_id", sa.String(), nullable=True),
        sa.Column("platform", sa.String(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("woken_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_orders_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("account_id", "order_id", name=op.f("uq_orders_account_id_order_id")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_orders_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_mbsy_source"), ["mbsy_source"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_named_advocate_id"), ["named_advocate_id"], unique=False)

    op.create_table(
        "outcomes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("conversions", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("automation", sa.String(), nullable=False),
        sa.Column("campaign_id", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("advocate_id", sa.String(), nullable=True),
        sa.Column("click_id", sa.String(), nullable=True),
        sa.Column("recorded_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_outcomes_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
    )
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcomes_account_id_at"), ["account_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcomes_kind_subject_id"), ["kind", "subject_id"], unique=False)

    op.create_table(
        "templates",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("goal", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("html", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("sender", sa.String(), nullable=True),
        sa.Column("automation", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("updated_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_templates_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_templates_account_id_key")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_users_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_users_account_id"), ["account_id"], unique=False)

    op.create_table(
        "advocates",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("campaign_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("share_code", sa.String(), nullable=False),
        sa.Column("share_token", sa.String(), nullable=False),
        sa.Column("created_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_advocates_account_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_advocates_campaign_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_advocates_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advocates")),
        sa.UniqueConstraint("account_id", "share_code", name=op.f("uq_advocates_account_id_share_code")),
        sa.UniqueConstraint("campaign_id", "contact_id", name=op.f("uq_advocates_campaign_id_contact_id")),
        sa.UniqueConstraint("share_token", name=op.f("uq_advocates_share_token")),
    )
    with op.batch_alter_table("advocates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advocates_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "order_notices",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("order_row_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("payload", app.store.columns.Json(), nullable=False),
        sa.Column("received_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_order_notices_account_id")),
        sa.ForeignKeyConstraint(["order_row_id"], ["orders.id"], name=op.f("fk_order_notices_order_row_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_notices")),
        sa.UniqueConstraint("order_row_id", "digest", name=op.f("uq_order_notices_order_row_id_digest")),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("trigger_key", sa.String(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=True),
        sa.Column("template", sa.String(), nullable=True),
        sa.Column("automation", sa.String(), nullable=True),
        sa.Column("goal", sa.String(), nullable=True),
        sa.Column("campaign_id", sa.String(), nullable=True),
        sa.Column("advocate_id", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("share_token", sa.String(), nullable=False),
        sa.Column("link_host", sa.String(), nullable=True),
        sa.Column("link_set_id", sa.String(), nullable=True),
        sa.Column("untracked_reason", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("send_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("woken_at", app.store.columns.Utc(timezone=True), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_until", app.store.columns.Utc(timezone=True), nullable=True),
        sa.Column("provider", sa.String(), nullable=True),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("created_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("sent_at", app.store.columns.Utc(timezone=True), nullable=True),
        sa.Column("source", app.store.columns.Json(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("html", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("decisions", app.store.columns.Json(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_messages_account_id")),
        sa.ForeignKeyConstraint(["advocate_id"], ["advocates.id"], name=op.f("fk_messages_advocate_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_messages_campaign_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_messages_contact_id")),
        sa.ForeignKeyConstraint(["link_set_id"], ["link_sets.id"], name=op.f("fk_messages_link_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("account_id", "trigger_key", name=op.f("uq_messages_account_id_trigger_key")),
        sa.UniqueConstraint("code", name=op.f("uq_messages_code")),
        sa.UniqueConstraint("share_token", name=op.f("uq_messages_share_token")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_messages_account_id_created_at"), ["account_id", "created_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_messages_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index("ix_messages_waiting", ["status", "send_at"], unique=False)

    op.create_table(
        "signups",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("enrolled_advocate_id", sa.String(), nullable=False),
        sa.Column("at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("mbsy", sa.String(), nullable=True),
        sa.Column("mbsy_source", sa.String(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("named_advocate_id", sa.String(), nullable=True),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("chain", sa.String(), nullable=True),
        sa.Column("click_id", sa.String(), nullable=True),
        sa.Column("share_id", sa.String(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("advocate_id", sa.String(), nullable=True),
        sa.Column("platform", sa.String(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("woken_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_signups_account_id")),
        sa.ForeignKeyConstraint(
            ["enrolled_advocate_id"], ["advocates.id"], name=op.f("fk_signups_enrolled_advocate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signups")),
    )
    with op.batch_alter_table("signups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signups_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signups_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signups_mbsy_source"), ["mbsy_source"], unique=False)
        batch_op.create_index(batch_op.f("ix_signups_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signups_named_advocate_id"), ["named_advocate_id"], unique=False)
        batch_op.create_index("uq_signups_enrolled", ["enrolled_advocate_id"], unique=True)

    op.create_table(
        "message_events",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("detail", app.store.columns.Json(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_message_events_account_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_message_events_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_events")),
    )
    with op.batch_alter_table("message_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_events_message_id"), ["message_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("message_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_events_message_id"))

    op.drop_table("message_events")
    with op.batch_alter_table("signups", schema=None) as batch_op:
        batch_op.drop_index("uq_signups_enrolled")
        batch_op.drop_index(batch_op.f("ix_signups_named_advocate_id"))
        batch_op.drop_index(batch_op.f("ix_signups_message_id"))
        batch_op.drop_index(batch_op.f("ix_signups_mbsy_source"))
        batch_op.drop_index(batch_op.f("ix_signups_contact_id"))
        batch_op.drop_index(batch_op.f("ix_signups_account_id"))

    op.drop_table("signups")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index("ix_messages_waiting")
        batch_op.drop_index(batch_op.f("ix_messages_contact_id"))
        batch_op.drop_index(batch_op.f("ix_messages_account_id_created_at"))

    op.drop_table("messages")
    op.drop_table("order_notices")
    with op.batch_alter_table("advocates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_advocates_contact_id"))

    op.drop_table("advocates")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_users_account_id"))

    op.drop_table("users")
    op.drop_table("templates")
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcomes_kind_subject_id"))
        batch_op.drop_index(batch_op.f("ix_outcomes_account_id_at"))

    op.drop_table("outcomes")
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_orders_named_advocate_id"))
        batch_op.drop_index(batch_op.f("ix_orders_message_id"))
        batch_op.drop_index(batch_op.f("ix_orders_mbsy_source"))
        batch_op.drop_index(batch_op.f("ix_orders_contact_id"))
        batch_op.drop_index(batch_op.f("ix_orders_account_id"))

    op.drop_table("orders")
    op.drop_table("link_sets")
    op.drop_table("integrations")
    with op.batch_alter_table("domains", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_domains_account_id"))

    op.drop_table("domains")
    op.drop_table("counters")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contacts_account_id_phone"))
        batch_op.drop_index(batch_op.f("ix_contacts_account_id_external_id"))
        batch_op.drop_index(batch_op.f("ix_contacts_account_id_email"))

    op.drop_table("contacts")
    op.drop_table("campaigns")
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_keys_account_id"))

    op.drop_table("api_keys")
    op.drop_table("answers")
    with op.batch_alter_table("shares", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shares_message_id_platform"))
        batch_op.drop_index(batch_op.f("ix_shares_account_id_at"))

    op.drop_table("shares")
    with op.batch_alter_table("refused_visits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refused_visits_batch_id"))

    op.drop_table("refused_visits")
    op.drop_table("first_clicks")
    with op.batch_alter_table("clicks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clicks_message_id"))
        batch_op.drop_index(batch_op.f("ix_clicks_contact_id_at"))
        batch_op.drop_index(batch_op.f("ix_clicks_advocate_id_at"))
        batch_op.drop_index(batch_op.f("ix_clicks_account_id_at"))

    op.drop_table("clicks")
    op.drop_table("click_batches")
    op.drop_table("accounts")
