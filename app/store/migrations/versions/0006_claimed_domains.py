"""Anybody may claim a host; one account can show that it is theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_VERIFIED = sa.text("verified_at IS NOT NULL")


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("domains") as domains:
        domains.drop_constraint("uq_domains_host", type_="unique")
        domains.create_unique_constraint("uq_domains_account_id_host", ["account_id", "host"])
    op.create_index("ix_domains_host", "domains", ["host"])
    op.create_index(
        "uq_domains_verified_host",
        "domains",
        ["host"],
        unique=True,
        sqlite_where=_VERIFIED,
        postgresql_where=_VERIFIED,
    )


def downgrade() -> None:
    """Go back; claims beside a verified one have no place there."""
    op.drop_index("uq_domains_verified_host", "domains")
    op.drop_index("ix_domains_host", "domains")
    op.execute(
        "DELETE FROM domains WHERE verified_at IS NULL AND EXISTS (SELECT 1 FROM domains AS other"
        " WHERE other.host = domains.host AND (other.verified_at IS NOT NULL OR other.id < domains.id))"
    )
    with op.batch_alter_table("domains") as domains:
        domains.drop_constraint("uq_domains_account_id_host", type_="unique")
        domains.create_unique_constraint("uq_domains_host", ["host"])
