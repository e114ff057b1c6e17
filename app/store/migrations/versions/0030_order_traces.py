"""Orders are found by their buyer's address, number and customer id, too, not by their discount codes alone."""

import sqlalchemy as sa
from alembic import op

from app.domain.message import ContactDetails
from app.store.order_traces import traces_of

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_AT_ONCE = 5_000


def _table(name: str, trace: str) -> sa.Table:
    return op.create_table(
        name,
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column(trace, sa.String(), nullable=False),
        sa.Column("order_row_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{name}_account_id"),
        sa.PrimaryKeyConstraint("account_id", trace, "order_row_id", name=f"pk_{name}"),
        sqlite_with_rowid=False,
    )


def upgrade() -> None:
    """Go forward."""
    traces = _table("order_traces", "trace")
    connection = op.get_bind()
    codes = sa.table("order_codes", *map(sa.column, ("account_id", "code", "order_row_id")))
    kept = sa.select(codes.c.account_id, "code:" + codes.c.code, codes.c.order_row_id)
    connection.execute(sa.insert(traces).from_select(["account_id", "trace", "order_row_id"], kept))
    orders = sa.table("orders", *map(sa.column, ("id", "account_id", "external_id", "email", "phone")))
    after = ""
    while True:
        query = sa.select(orders).where(orders.c.id > after).order_by(orders.c.id).limit(_AT_ONCE)
        found = connection.execute(query).all()
        rows = [
            {"account_id": one.account_id, "trace": trace, "order_row_id": one.id}
            for one in found
            for trace in traces_of((), ContactDetails(one.external_id, one.email, one.phone))
        ]
        if rows:
            connection.execute(sa.insert(traces), rows)
        if len(found) < _AT_ONCE:
            break
        after = found[-1].id
    op.drop_table("order_codes")


def downgrade() -> None:
    """Go back."""
    codes = _table("order_codes", "code")
    traces = sa.table("order_traces", *map(sa.column, ("account_id", "trace", "order_row_id")))
    kept = sa.select(traces.c.account_id, sa.func.substr(traces.c.trace, 6), traces.c.order_row_id)
    of_codes = kept.where(traces.c.trace.startswith("code:"))
    op.get_bind().execute(sa.insert(codes).from_select(["account_id", "code", "order_row_id"], of_codes))
    op.drop_table("order_traces")
