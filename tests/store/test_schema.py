"""The migrations make what the rows describe, on both databases."""

from app.store.schema import differences, is_current, upgrade


def test_the_migrations_make_exactly_the_tables_that_the_rows_describe(engine):
    assert differences(engine) == []


def test_migrating_a_current_database_changes_nothing(engine):
    assert is_current(engine)
    upgrade(engine)
    assert is_current(engine)
    assert differences(engine) == []
