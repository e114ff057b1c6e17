"""Clicks by the month on PostgreSQL: found by their id, kept whatever time they tell, moved to their month."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from app.domain.months import Month
from app.domain.visit import LinkKind, Verdict, Visit
from app.flow.make_click_months import make_click_months
from app.store.base import open_engine, transactions
from app.store.click_months import click_months, drop_month, hold_months
from app.store.clicks import ClickRow, NewClick, add_clicks, click_by_id, click_row, known_clicks
from app.store.schema import _config, differences, upgrade
from tests.flow.story import minted
from tests.renewed_file import KEYS

BEFORE = "0024"
"""The schema that had all clicks in one table."""
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def _click(account_id, at, visit_id=None):
    facts = {
        "verdict": Verdict.HUMAN,
        "signals": (),
        "rules": 1,
        "url": "https://shop.example/",
        "user_agent": "Mozilla",
    }
    at_ms = int(at.timestamp()) * 1000
    visit = Visit(visit_id or minted(at), at_ms, account_id, LinkKind.MESSAGE, **facts)
    return NewClick(visit, None, None, is_unique=False)


def _at(click):
    return datetime.fromtimestamp(click.visit.at_ms / 1000, UTC)


@pytest.fixture
def postgres(postgres_database, postgres_url):
    """A PostgreSQL database whose clicks lie in no month yet; what a test makes, it leaves for others to use."""
    transaction = transactions(postgres_database)
    with transaction() as session:
        for month in click_months(session):
            drop_month(session, month)
    return transaction


def _places(transaction):
    with transaction() as session:
        return dict(session.execute(text("SELECT id, tableoid::regclass::text FROM clicks")).all())


def test_this_and_the_coming_months_are_made_ahead_and_once(postgres, at_once):
    made = at_once(3, lambda _: make_click_months(transaction=postgres, now=NOW))
    assert sorted(month for each in made for month in each) == [Month(2026, 11), Month(2026, 12), Month(2027, 1)]
    with postgres() as session:
        assert click_months(session) == [Month(2026, 11), Month(2026, 12), Month(2027, 1)]
    assert make_click_months(transaction=postgres, now=NOW) == []
    assert make_click_months(transaction=postgres, now=NOW + timedelta(days=10)) == [Month(2027, 2)]


def test_sqlite_keeps_one_table(sqlite_file, sqlite_url):
    assert make_click_months(transaction=transactions(sqlite_file.engine), now=NOW) == []


def test_a_click_without_its_month_is_kept_and_moves_when_the_month_is_made(postgres):
    rows = [_click("acc", NOW + timedelta(days=days)) for days in (-9_000, -40, 0, 4_000)]
    with postgres() as session:
        add_clicks(session, rows)
    old, before, today, far = (row.visit.id for row in rows)
    assert set(_places(postgres).values()) == {"clicks_default"}
    make_click_months(transaction=postgres, now=NOW)
    assert _places(postgres) == {
        old: "clicks_default",
        before: "clicks_default",
        today: "clicks_2026_11",
        far: "clicks_default",
    }
    with postgres() as session:
        assert session.execute(select(ClickRow.signals).where(ClickRow.id == today)).scalar_one() == []


def test_a_click_that_is_stored_again_stays_one_in_whichever_table_it_lies(postgres):
    rows = [_click("acc", NOW), _click("acc", NOW + timedelta(days=4_000))]
    for _ in range(2):
        with postgres() as session:
            known = known_clicks(session, [row.visit for row in rows])
            add_clicks(session, [row for row in rows if row.visit.id not in known])
        make_click_months(transaction=postgres, now=NOW)
    assert len(_places(postgres)) == 2
    assert known == {row.visit.id for row in rows}


def test_clicks_that_come_in_while_their_month_is_made_are_all_there(postgres, at_once):
    rows = [[_click("acc", NOW + timedelta(days=number % 60)) for number in range(200)] for _ in range(4)]

    def work(number):
        if number == 4:
            return make_click_months(transaction=postgres, now=NOW)
        for start in range(0, 200, 20):
            with postgres() as session:
                add_clicks(session, rows[number][start : start + 20])
        return None

    at_once(5, work)
    places = _places(postgres)
    assert len(places) == 800
    with postgres() as session:
        moments = dict(session.execute(select(ClickRow.id, ClickRow.at)).all())
    late = {place for click_id, place in places.items() if moments[click_id] < datetime(2027, 1, 1, tzinfo=UTC)}
    assert late == {"clicks_2026_11", "clicks_2026_12"}


def test_a_click_is_found_in_the_month_of_its_id_alone(postgres):
    make_click_months(transaction=postgres, now=NOW)
    row = _click("acc", NOW)
    with postgres() as session:
        add_clicks(session, [row])
        assert click_row(session, "acc", row.visit.id).at == _at(row)
        assert click_by_id(session, "acc", row.visit.id).id == row.visit.id
        plan = "EXPLAIN SELECT * FROM clicks WHERE id = :id AND at = :at"
        said = "\n".join(session.execute(text(plan), {"id": row.visit.id, "at": _at(row)}).scalars())
    assert "clicks_2026_11" in said
    assert "clicks_default" not in said
    assert "clicks_2026_12" not in said


def test_a_click_whose_id_tells_another_time_is_found_all_the_same(postgres):
    row = _click("acc", NOW, str(uuid4())), _click("acc", NOW, minted(NOW - timedelta(days=90)))
    with postgres() as session:
        add_clicks(session, row)
        assert [click_row(session, "acc", each.visit.id).at for each in row] == [_at(each) for each in row]


def test_a_month_goes_with_its_clicks_and_no_others(postgres):
    make_click_months(transaction=postgres, now=NOW)
    gone, kept = _click("acc", NOW), _click("acc", NOW + timedelta(days=20))
    with postgres() as session:
        add_clicks(session, [gone, kept])
    with postgres() as session:
        hold_months(session)
        drop_month(session, Month(2026, 11))
    assert list(_places(postgres)) == [kept.visit.id]


def test_the_migration_keeps_every_click_that_there_was_and_goes_back(postgres_server, postgres_database):
    server = make_url(postgres_server)
    url = server.set(database="before_months").render_as_string(hide_password=False)
    with postgres_database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE before_months"))
    engine = open_engine(url, KEYS)
    try:
        with engine.begin() as connection:
            command.upgrade(_config(connection), BEFORE)
        now = datetime.now(UTC)
        rows = [_click("acc", now + timedelta(days=days)) for days in (-9_000, -40, 0, 4_000)]
        with transactions(engine)() as session:
            add_clicks(session, rows)
        upgrade(engine)
        places = _places(transactions(engine))
        assert [places[row.visit.id] for row in rows] == [
            "clicks_default",
            *(f"clicks_{_at(row):%Y_%m}" for row in rows[1:3]),
            "clicks_default",
        ]
        assert differences(engine) == []
        with engine.begin() as connection:
            command.downgrade(_config(connection), BEFORE)
        assert set(_places(transactions(engine)).values()) == {"clicks"}
        with transactions(engine)() as session:
            make_up = session.execute(select(ClickRow.id, ClickRow.at)).all()
        assert dict(make_up) == {row.visit.id: _at(row) for row in rows}
    finally:
        engine.dispose()
