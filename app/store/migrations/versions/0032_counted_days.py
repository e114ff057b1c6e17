"""What is counted by the day stands under its subject: a year of a figure is read in the order in which it lies."""

import sqlalchemy as sa
from alembic import op

from app.store.counted_days import subject_id

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_WORDS = ("channel", "template", "automation", "campaign_id", "platform", "metric", "currency")
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT_ONCE = 5_000


def upgrade() -> None:
    """Go forward."""
    subjects = op.create_table(
        "counted_subjects",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in _WORDS),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_counted_subjects_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_counted_subjects"),
        sa.UniqueConstraint("account_id", *_WORDS, name="uq_counted_subjects_words"),
    )
    days = op.create_table(
        "counted_days",
        sa.Column("subject_id", _ID, nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["counted_subjects.id"], name="fk_counted_days_subject_id"),
        sa.PrimaryKeyConstraint("subject_id", "quarter", name="pk_counted_days"),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    counted = sa.table("day_counters", *map(sa.column, ("account_id", "quarter", *_WORDS, "value")))
    words = [counted.c[name] for name in ("account_id", *_WORDS)]
    known = connection.execute(sa.select(*words).distinct()).all()
    rows = [
        {"id": subject_id(row[0], tuple(row[1:])), **dict(zip(("account_id", *_WORDS), row, strict=True))}
        for row in known
    ]
    for first in range(0, len(rows), _AT_ONCE):
        connection.execute(sa.insert(subjects), rows[first : first + _AT_ONCE])
    same = sa.and_(*(subjects.c[name] == counted.c[name] for name in ("account_id", *_WORDS)))
    filled = sa.select(subjects.c.id, counted.c.quarter, counted.c.value).select_from(counted.join(subjects, same))
    connection.execute(sa.insert(days).from_select(["subject_id", "quarter", "value"], filled))
    op.drop_table("day_counters")


def downgrade() -> None:
    """Go back."""
    days = op.create_table(
        "day_counters",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in _WORDS),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_day_counters_account_id"),
        sa.PrimaryKeyConstraint("account_id", "quarter", *_WORDS, name="pk_day_counters"),
        sqlite_with_rowid=False,
    )
    subjects = sa.table("counted_subjects", *map(sa.column, ("id", "account_id", *_WORDS)))
    counted = sa.table("counted_days", *map(sa.column, ("subject_id", "quarter", "value")))
    words = [subjects.c[name] for name in _WORDS]
    filled = sa.select(subjects.c.account_id, counted.c.quarter, *words, counted.c.value).select_from(
        counted.join(subjects, subjects.c.id == counted.c.subject_id)
    )
    names = ["account_id", "quarter", *_WORDS, "value"]
    op.get_bind().execute(sa.insert(days).from_select(names, filled))
    op.drop_table("counted_days")
    op.drop_table("counted_subjects")
