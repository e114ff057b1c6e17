"""What orders carried by which somebody may come to be known, also those that came before the hub kept it."""

import shutil

import pytest
from alembic import command
from sqlalchemy import select

from app.domain.message import ContactDetails
from app.flow.create_account import create_account
from app.store.base import open_engine, transactions
from app.store.order_traces import OrderTraceRow, add_traces, traces_of
from app.store.orders import add_order
from app.store.schema import _config, upgrade
from tests.databases import NOW
from tests.renewed_file import KEYS


@pytest.fixture
def engine(migrated_file, tmp_path):
    shutil.copy(migrated_file, tmp_path / "hub.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'hub.db'}", KEYS)
    yield engine
    engine.dispose()


def kept(engine):
    with transactions(engine)() as session:
        return sorted(session.execute(select(OrderTraceRow.order_row_id, OrderTraceRow.trace)).all())


def place(session, account, number, **values):
    said = {"status": "paid", "total_minor": 1, "refunded_minor": 0, "currency": "EUR", "at": NOW, "created_at": NOW}
    add_order(session, account.id, number, row_id=number, woken_at=NOW, **said, **values)


def test_traces_are_kept_once_in_the_form_in_which_they_are_compared(engine):
    buyer = ContactDetails(external_id="C-1", email="Ada+shop@example.com", phone="+15005550006")
    with transactions(engine)() as session:
        account = create_account(session, "shop", "refer.shop.example", now=NOW).account
        add_traces(session, account.id, "o-1", traces_of(["ADA", "ada", "10 % off", "x" * 33, "ünder"], buyer))
        add_traces(session, account.id, "o-1", traces_of(["Ada", "bob"], ContactDetails(email="ada@example.com")))
        add_traces(session, account.id, "o-2", traces_of((), ContactDetails()))
    traces = ["code:ada", "code:bob", "email:ada@example.com", "id:C-1", "phone:+15005550006"]
    assert kept(engine) == [("o-1", trace) for trace in traces]


def test_orders_that_were_stored_before_their_traces_were_kept_are_found_by_theirs_too(engine):
    orders = {
        "a": {"discount_codes": ["ADA", "ada"], "email": "ada+x@example.com"},
        "b": {"discount_codes": []},
        "c": {"discount_codes": ["not a code"], "phone": "+15005550006"},
        "d": {"discount_codes": None, "external_id": "c-1"},
    }
    with transactions(engine)() as session:
        account = create_account(session, "shop", "refer.shop.example", now=NOW).account
        for number, values in orders.items():
            place(session, account, number, **values)
    with transactions(engine)() as session:
        add_traces(session, account.id, "a", traces_of(["ada"], ContactDetails()))
    expected = [("a", "code:ada"), ("a", "email:ada@example.com"), ("c", "phone:+15005550006"), ("d", "id:c-1")]
    with engine.begin() as connection:
        command.downgrade(_config(connection), "0029")
    upgrade(engine)
    assert kept(engine) == expected
