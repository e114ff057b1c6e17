"""On PostgreSQL every month's clicks are a table of their own, so that retention drops a table and no rows."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_clicks_account_id_at": "(account_id, at)",
    "ix_clicks_message_id_at": "(message_id, at)",
    "ix_clicks_advocate_id_at": "(advocate_id, at)",
    "ix_clicks_contact_id_at": "(contact_id, at)",
    "ix_clicks_previews": "(account_id, at) WHERE verdict = 'preview'",
}
_MONTHS = sa.text("""
    SELECT DISTINCT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM') FROM clicks_before
    WHERE at > now() - interval '10 years' AND at < now() + interval '2 months'
    UNION SELECT to_char(date_trunc('month', now() AT TIME ZONE 'UTC') + number * interval '1 month', 'YYYY-MM')
    FROM generate_series(0, 2) AS number
""")


def upgrade() -> None:
    """Go forward: rows are copied, one to two seconds for each 100,000."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE clicks RENAME TO clicks_before")
    op.execute("CREATE TABLE clicks (LIKE clicks_before INCLUDING DEFAULTS) PARTITION BY RANGE (at)")
    op.execute("CREATE TABLE clicks_default PARTITION OF clicks DEFAULT")
    for (month,) in connection.execute(_MONTHS):
        start = f"{month}-01 00:00+00"
        year, number = int(month[:4]), int(month[5:])
        end = f"{year + number // 12:04}-{number % 12 + 1:02}-01 00:00+00"
        name = f"clicks_{month.replace('-', '_')}"
        op.execute(f"CREATE TABLE {name} PARTITION OF clicks FOR VALUES FROM ('{start}') TO ('{end}')")
    op.execute("INSERT INTO clicks SELECT * FROM clicks_before")
    op.execute("DROP TABLE clicks_before")
    _index("id, at")


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE clicks RENAME TO clicks_by_month")
    op.execute("CREATE TABLE clicks (LIKE clicks_by_month INCLUDING DEFAULTS)")
    op.execute("INSERT INTO clicks SELECT * FROM clicks_by_month")
    op.execute("DROP TABLE clicks_by_month")
    _index("id")


def _index(key: str) -> None:
    # After the rows: an index that grows row by row costs several times as much.
    op.execute(f"ALTER TABLE clicks ADD CONSTRAINT pk_clicks PRIMARY KEY ({key})")
    for name, columns in _INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON clicks {columns}")
