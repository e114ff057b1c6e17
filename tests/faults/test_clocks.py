"""A clock that is set back: visits whose times run backwards are kept, shipped, stored and counted, each once."""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import uuid_utils
from sqlalchemy import select

from app.clock import mint
from app.edge.journal import Journal
from app.edge.redirect import Edge
from app.edge.target import Target
from app.flow.rebuild_counters import audit_counters
from app.flow.record_clicks import record_clicks
from app.store.click_batches import recorded_batches
from app.store.clicks import ClickRow
from app.store.shares import ShareRow
from tests.databases import NOW
from workers.ship import Shipper

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/604.1"
BACK = (timedelta(0), timedelta(seconds=1), timedelta(hours=1), timedelta(days=40), timedelta(days=20_000))
"""How far behind its first moment the clock is, time after time; at last it begins anew, as without a battery."""


def minted(moment):
    """Return the UUIDv7 that an edge mints at a moment."""
    number = int(moment.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62 | secrets.randbits(62)
    return uuid_utils.UUID(str(UUID(int=number)))


class Links:
    """Finds one link, whatever is asked for."""

    def __init__(self, account_id):
        facts = (
            f',"account_id":"{account_id}","kind":"%s","url":"https://shop.example/","advocate_id":"a","platform":"x"'
        )
        self.targets = {
            path: Target("https://shop.example/?s=", "", True, facts % kind, "", kind, lasting=True)
            for path, kind in (("/-i", "shared"), ("/-s", "press"))
        }

    def find(self, host, path):
        return self.targets[path]

    find_all = remembered = None
    """Ways in of a server that takes answers later; this one does not."""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "journal"


def visit(edge, path):
    """Follow a link and return the visit's id."""
    said = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "REMOTE_ADDR": "198.51.100.7", "HTTP_USER_AGENT": PHONE}
    edge(environ, lambda status, headers: said.append((status, dict(headers)["Location"])))
    [(status, location)] = said
    assert status == "302 Found"
    return location.partition("?s=")[2]


def run_with_the_clock_going_back(folder, account_id):
    """Have visits made, and the process started anew, each time the clock was set back; return their ids."""
    moments = iter([NOW - back for back in BACK for _ in range(2)])
    ids = []
    for _ in BACK:
        journal = Journal(folder, flush_interval_s=0.01)
        edge = Edge(Links(account_id), journal, mint=lambda: minted(next(moments)))
        ids += [visit(edge, path) for path in ("/-i", "/-s")]
        journal.close()
    return ids


def test_visits_of_a_clock_that_goes_back_are_stored_and_counted_once(folder, transaction, account):
    ids = run_with_the_clock_going_back(folder, account.id)
    backup = {path.name: path.read_bytes() for path in folder.glob("*.log")}
    assert len(backup) == len(BACK)

    def record(batch_id, lines):
        record_clicks(batch_id, lines, transaction=transaction, now=NOW - BACK[-1])

    def recorded(batch_ids):
        with transaction() as session:
            return recorded_batches(session, batch_ids)

    for _ in range(2):
        shipper = Shipper(folder, record, recorded)
        while shipper.run_once():
            assert shipper.state.error == ""
        shipper.close()
        # The same journal once more, as from a machine that was put back to an earlier state.
        for name, held in backup.items():
            (folder / name).write_bytes(held)
    with transaction() as session:
        stored = (
            session.execute(select(ClickRow.id, ClickRow.at)).all()
            + session.execute(select(ShareRow.id, ShareRow.at)).all()
        )
    assert sorted(row[0] for row in stored) == sorted(ids)
    assert {row[1] for row in stored} == {(NOW - back).astimezone(UTC) for back in BACK}
    assert audit_counters(transaction=transaction) == []


def test_an_edge_goes_by_a_clock_that_was_set_back_at_once(monkeypatch):
    moments = [1_795_363_845_421, 1_795_360_245_421, 1_795_360_245_421, 1_795_363_845_421]
    clock = iter(moments)
    monkeypatch.setattr("time.time_ns", lambda: next(clock) * 1_000_000)
    visits = [mint() for _ in moments]
    assert [visit.timestamp for visit in visits] == moments
    assert len(set(map(str, visits))) == len(moments)
    assert {UUID(str(visit)).version for visit in visits} == {7}


def test_a_journal_goes_by_no_clock_that_can_be_set(folder, monkeypatch):
    clock = iter(range(10_000, 0, -1))
    monkeypatch.setattr("time.time", lambda: next(clock))
    monkeypatch.setattr("app.edge.journal.new_id", lambda: str(minted(datetime.fromtimestamp(next(clock), UTC))))
    journal = Journal(folder, flush_interval_s=0.01, seal_after_s=0.01)
    for number in range(100):
        journal.append(f"{number}\n".encode())
    journal.close()
    lines = [line for path in folder.glob("*.log") for line in path.read_bytes().splitlines()]
    assert sorted(map(int, lines)) == list(range(100))
