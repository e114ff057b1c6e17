"""How a database is opened, and what a transaction is."""

import sqlite3
import threading
from contextlib import closing

import pytest
from sqlalchemy import func, select, text

from app.store.accounts import AccountRow, add_account
from app.store.base import open_engine, readings, transactions
from tests.renewed_file import KEYS


def add(session, slug, now):
    return add_account(session, slug=slug, name=slug, signing_secret="whsec_x", now=now)


def test_a_transaction_is_kept_at_its_end(transaction, now):
    with transaction() as session:
        add(session, "shop", now)
    with transaction() as session:
        assert session.scalar(select(AccountRow.slug)) == "shop"


def test_an_exception_undoes_a_transaction(transaction, now):
    def work():
        with transaction() as session:
            add(session, "shop", now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(AccountRow)) == 0


def test_a_reading_waits_for_no_writer(engine, transaction, now):
    reading = readings(engine)
    with transaction() as writer:
        add(writer, "shop", now)
        with reading() as session:
            assert session.scalar(select(AccountRow.slug)) is None
    with reading() as session:
        assert session.scalar(select(AccountRow.slug)) == "shop"


def test_a_reading_sees_one_moment_throughout(engine, transaction, now):
    with readings(engine)() as session:
        assert session.scalar(select(AccountRow.slug)) is None
        with transaction() as writer:
            add(writer, "shop", now)
        assert session.scalar(select(AccountRow.slug)) is None


def test_a_writer_waits_for_no_reading(engine, transaction, now):
    reading = readings(engine)
    with reading() as session:
        assert session.scalar(select(AccountRow.slug)) is None
        with transaction() as writer:
            add(writer, "shop", now)


def test_two_writers_take_turns_and_neither_fails(engine, transaction, now, at_once):
    def work(number):
        with transaction() as session:
            session.scalar(select(func.count()).select_from(AccountRow))
            add(session, f"shop-{number}", now)

    at_once(8, work)
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(AccountRow)) == 8


def test_a_writer_of_sqlite_holds_the_lock_from_its_first_moment(sqlite_url, now):
    engine = open_engine(sqlite_url, KEYS)
    transaction, entered = transactions(engine), threading.Event()

    def second():
        with transaction() as session:
            entered.set()
            session.scalar(select(AccountRow.slug))

    with transaction() as session:
        session.execute(text("SELECT 1"))
        thread = threading.Thread(target=lambda: (second(), engine.dispose()))
        thread.start()
        assert session.scalar(select(AccountRow.slug)) is None
        add(session, "shop", now)
    thread.join(10)
    assert not thread.is_alive()
    assert entered.is_set()


def test_a_connection_of_sqlite_that_read_takes_the_lock_when_it_writes(sqlite_url):
    engine = open_engine(sqlite_url, KEYS)
    with readings(engine)() as session:
        read_with = session.connection().connection.driver_connection
    with transactions(engine)() as session:
        assert session.connection().connection.driver_connection is read_with
        with closing(sqlite3.connect(engine.url.database, timeout=0)) as other:
            assert other.execute("SELECT count(*) FROM accounts").fetchone() == (0,)
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
    engine.dispose()


@pytest.mark.usefixtures("unspared_disk")
def test_sqlite_keeps_what_it_was_told_through_a_power_cut(sqlite_url):
    engine = open_engine(sqlite_url, KEYS)
    with engine.connect() as connection:
        found = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]
        keys = connection.execute(text("PRAGMA foreign_keys")).scalar()
    engine.dispose()
    assert (found, keys) == (["wal", 2], 1)


def test_the_folder_of_a_new_sqlite_file_is_made(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'var' / 'deep' / 'hub.db'}", KEYS)
    engine.connect().close()
    engine.dispose()
    assert (tmp_path / "var" / "deep" / "hub.db").exists()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_plans_each_statement_for_the_values_it_is_given(database_url):
    engine = open_engine(database_url, KEYS)
    with engine.connect() as connection:
        found = connection.execute(text("SHOW plan_cache_mode")).scalar()
    engine.dispose()
    assert found == "force_custom_plan"
