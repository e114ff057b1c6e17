"""What SQLite knows of how its rows are spread; PostgreSQL looks by itself."""

import pytest
from sqlalchemy import text

from app.flow.keep_statistics import keep_statistics


@pytest.fixture
def engine(emptied_engine):
    """The whole of it is looked at."""
    return emptied_engine


def test_the_database_knows_what_its_indexes_hold(transaction, account, now):
    keep_statistics(transaction=transaction, now=now)
    with transaction() as session:
        if session.get_bind().dialect.name == "sqlite":
            known = text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'accounts'")
            assert session.execute(known).scalars().first().startswith("1 ")
        assert session.execute(text("SELECT slug FROM accounts")).scalar_one() == account.slug
