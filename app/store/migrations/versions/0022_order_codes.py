"""Orders are found by the discount codes that they carried, also those that are stored already."""

import orjson
import sqlalchemy as sa
from alembic import op

from app.domain.share_codes import without_capitals

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_AT_ONCE = 5_000


def upgrade() -> None:
    """Go forward."""
    codes = op.create_table(
        "order_codes",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("order_row_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_order_codes_account_id"),
        sa.PrimaryKeyConstraint("account_id", "code", "order_row_id", name="pk_order_codes"),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    orders = sa.table("orders", *map(sa.column, ("id", "account_id", "discount_codes")))
    carrying = sa.select(orders).where(orders.c.discount_codes.is_not(None), orders.c.discount_codes != "[]")
    after = ""
    while True:
        query = carrying.where(orders.c.id > after).order_by(orders.c.id).limit(_AT_ONCE)
        found = connection.execute(query).all()
        rows = [
            {"account_id": account_id, "code": code, "order_row_id": row_id}
            for row_id, account_id, carried in found
            for code in sorted(without_capitals(orjson.loads(carried)))
        ]
        if rows:
            connection.execute(sa.insert(codes), rows)
        if len(found) < _AT_ONCE:
            break
        after = found[-1].id


def downgrade() -> None:
    """Go back."""
    op.drop_table("order_codes")
