"""The discount codes that orders carried, also those that came before the hub kept them."""

import shutil

import pytest
from alembic import command
from sqlalchemy import select

from app.flow.create_account import create_account
from app.store.base import open_engine, transactions
from app.store.order_codes import OrderCodeRow, add_codes
from app.store.orders import add_order
from app.store.schema import _config, upgrade
from tests.conftest import NOW
from tests.renewed_file import KEYS


@pytest.fixture
def engine(migrated_file, tmp_path):
    shutil.copy(migrated_file, tmp_path / "hub.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'hub.db'}", KEYS)
    yield engine
    engine.dispose()


def kept(engine):
    with transactions(engine)() as session:
        return sorted(session.execute(select(OrderCodeRow.order_row_id, OrderCodeRow.code)).all())


def place(session, account, number, codes):
    said = {"status": "paid", "total_minor": 1, "refunded_minor": 0, "currency": "EUR", "at": NOW, "created_at": NOW}
    add_order(session, account.id, number, row_id=number, woken_at=NOW, discount_codes=codes, **said)


def test_codes_are_kept_once_and_without_capitals_and_only_those_that_can_be_somebodys(engine):
    with transactions(engine)() as session:
        account = create_account(session, "shop", "refer.shop.example", now=NOW).account
        for codes in (["ADA", "ada", "10 % off", "x" * 33, "ünder"], ["Ada", "bob"]):
            add_codes(session, account.id, "o-1", codes)
    assert kept(engine) == [("o-1", "ada"), ("o-1", "bob")]


def test_orders_that_were_stored_before_the_codes_were_kept_are_found_by_theirs_too(engine):
    with transactions(engine)() as session:
        account = create_account(session, "shop", "refer.shop.example", now=NOW).account
        for number, codes in {"a": ["ADA", "ada"], "b": [], "c": ["not a code"], "d": None, "e": ["bob"]}.items():
            place(session, account, number, codes)
    with engine.begin() as connection:
        command.downgrade(_config(connection), "0021")
    upgrade(engine)
    assert kept(engine) == [("a", "ada"), ("e", "bob")]
