"""What SQLite knows of how its rows are spread; PostgreSQL looks by itself."""

import sqlite3

import pytest
from alembic import command
from sqlalchemy import event, text

from app.flow.accept_trigger import accept_triggers
from app.flow.keep_statistics import keep_statistics
from app.store.base import Base
from app.store.schema import _config, upgrade
from tests.fakes.sendgrid import SendGridFake
from tests.flow.campaign_script import ADVOCATES, Campaign
from tests.flow.story import Shop
from tests.flow.vendors import registry

SET_UP = {"accounts", "api_keys", "domains", "campaigns", "templates", "integrations", "webhooks"}
"""Tables that hold what a team sets up; in any other there may be millions of rows."""


@pytest.fixture
def engine(emptied_engine):
    """The whole of it is looked at."""
    return emptied_engine


def known_of(session, table):
    return session.execute(text("SELECT stat FROM sqlite_stat1 WHERE tbl = :table"), {"table": table}).scalars().all()


def test_the_database_knows_what_the_indexes_of_a_large_table_hold(transaction, account, now):
    with transaction() as session:
        many = "WITH RECURSIVE one(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one LIMIT 30000) SELECT n FROM one"
        words = "INSERT INTO answers (account_id, key, fingerprint, status, created_at)"
        session.execute(
            text(f"{words} SELECT :account, n, '', 200, '2026-11-22 09:00:00' FROM ({many})"), {"account": account.id}
        )
    keep_statistics(transaction=transaction, now=now)
    with transaction() as session:
        assert any(int(stat.split()[0]) > 10_000 for stat in known_of(session, "answers"))
        # Ten rows are walked through, and a plan that does so outlives the day on which there are a million.
        assert known_of(session, "accounts") == []


def test_a_migration_takes_from_older_hubs_what_they_learnt_of_a_few_rows(shop, engine):
    shop.sent()
    try:
        with engine.begin() as connection:
            command.downgrade(_config(connection), "0037")
            connection.execute(text("ANALYZE"))
            assert known_of(connection, "messages") != []
    finally:
        upgrade(engine)
    with engine.begin() as connection:
        assert known_of(connection, "messages") == []


def walked_through(path, statements):
    """Return the growing tables that SQLite reads from one end to the other, each with the statement."""
    found = set()
    with sqlite3.connect(path) as connection:
        for statement, values in statements.items():
            for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values):
                how, _, table = step.partition(" ")
                if how == "SCAN" and table.split()[0] in Base.metadata.tables.keys() - SET_UP:
                    found.add((step, " ".join(statement.split())))
    return found


def test_what_was_learnt_of_a_few_rows_has_nobody_walk_through_all_of_them_later(
    shop, other_account, engine, transaction, now
):
    Campaign(shop).play()
    keep_statistics(transaction=transaction, now=now)
    # Whoever connects from now on has read them.
    engine.dispose()
    statements = {}

    def note(_connection, _cursor, statement, values, _context, many):
        if statement.split()[0] in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}:
            statements.setdefault(statement, values[0] if many and type(values) is list else values)

    event.listen(engine, "before_cursor_execute", note)
    other = Shop(transaction, other_account, now)
    Campaign(other).play()
    asked = [other.asked(template="offer", campaign="spring", contact=one) for one in ADVOCATES]
    ids = [one.message_id for one in other.in_one(accept_triggers, other_account, asked, now=now)]
    with SendGridFake() as fake:
        assert other.send_together(ids, providers=registry(sendgrid_api_base=fake.base_url)) == []
    event.remove(engine, "before_cursor_execute", note)
    assert any("message_events" in statement for statement in statements)
    assert walked_through(engine.url.database, statements) == set()
