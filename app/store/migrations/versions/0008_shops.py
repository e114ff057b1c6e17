"""What shops send, kept as it came; what tells an order's notices apart; where its click was named."""

import sqlalchemy as sa
from alembic import op

import app.store.columns

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_COLUMNS = ("shop", "source_place", "discount_codes", "facts", "conflicts")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "shop_deliveries",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("shop", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("fate", sa.String(), nullable=False),
        sa.Column("order_row_id", sa.String(), nullable=True),
        sa.Column("received_at", app.store.columns.Utc(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_shop_deliveries_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_deliveries")),
        sa.UniqueConstraint("account_id", "shop", "key", name=op.f("uq_shop_deliveries_account_id_shop_key")),
    )
    op.create_index(op.f("ix_shop_deliveries_order_row_id"), "shop_deliveries", ["order_row_id"])
    op.create_table(
        "order_names",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("order_row_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_order_names_account_id")),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_order_names")),
    )
    with op.batch_alter_table("orders") as orders:
        orders.add_column(sa.Column("shop", sa.String(), nullable=True))
        orders.add_column(sa.Column("source_place", sa.String(), nullable=True))
        for name in ("discount_codes", "facts", "conflicts"):
            orders.add_column(sa.Column(name, app.store.columns.Json(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("orders") as orders:
        for name in _COLUMNS:
            orders.drop_column(name)
    op.drop_table("order_names")
    op.drop_table("shop_deliveries")
