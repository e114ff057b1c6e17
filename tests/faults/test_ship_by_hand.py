"""The journal of a dead machine, brought in by hand: everything once, whoever does it and however often."""

import fcntl
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.domain.ids import new_id
from app.domain.visit import LinkKind, Verdict, Visit
from app.flow.create_account import create_account
from app.store.base import open_engine, transactions
from tests.renewed_file import KEYS

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def dead(tmp_path, sqlite_url, now):
    """The data folder of a machine that died: a sealed file, and one whose last line was cut off."""
    engine = open_engine(sqlite_url, KEYS)
    with transactions(engine)() as session:
        account_id = create_account(session, "shop", "refer.shop.example", now=now).account.id
    engine.dispose()
    lines = [
        Visit(new_id(), 1, account_id, LinkKind.ADVOCATE, Verdict.HUMAN, (), 1, "https://shop.example/").line()
        for _ in range(2_500)
    ]
    journal = tmp_path / "dead" / "journal"
    journal.mkdir(parents=True)
    (journal / f"{new_id()}.log").write_bytes(b"".join(lines[:2_000]))
    (journal / f"{new_id()}.open").write_bytes(b"".join(lines[2_000:]) + lines[0][:-40])
    return journal


@pytest.fixture
def ship(tmp_path, sqlite_url):
    """Start the command; no hub runs, and there is no Redis."""
    surroundings = {"DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": sqlite_url, "SECRET_KEY": KEYS[0]}

    def start(folder):
        return subprocess.Popen(
            [sys.executable, "-m", "app.cli", "ship", str(folder)],
            cwd=PROJECT,
            env={**os.environ, **surroundings},
            stdout=subprocess.PIPE,
            text=True,
        )

    return start


def stored(sqlite_url):
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        return connection.execute("SELECT count(*) FROM clicks").fetchone()[0]


def test_two_at_once_ship_everything_once_and_set_the_half_line_aside(dead, ship, sqlite_url):
    # One is told the machine's data folder, the other its journal.
    both = [ship(dead.parent), ship(dead)]
    said = [process.communicate(timeout=60)[0] for process in both]
    assert 0 in {process.returncode for process in both}
    assert any("The database has every click" in words for words in said)
    assert any("1 half-written lines were set aside" in words for words in said)
    assert stored(sqlite_url) == 2_500
    assert sorted(path.suffix for path in dead.iterdir() if path.name != ".shipper") == [".damaged"]


def test_what_a_living_process_writes_is_left_to_it(dead, ship, sqlite_url):
    with next(dead.glob("*.open")).open() as living:
        fcntl.flock(living, fcntl.LOCK_EX)
        process = ship(dead)
        said = process.communicate(timeout=60)[0]
    assert process.returncode == 1
    assert "1 files are left: a living process still writes to them." in said
    assert stored(sqlite_url) == 2_000
    assert list(dead.glob("*.open"))
