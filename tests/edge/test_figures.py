"""What processes count is summed over all of them, and a process that ends takes nothing with it."""

import errno
import os
import threading
from uuid import UUID

import pytest

from app.domain.ids import new_id
from app.domain.visit import LinkKind, Verdict, Visit
from app.edge.figures import Figures, Ticker, backlog, batch_figures, sum_up
from app.edge.journal import Journal, JournalState

WELL = JournalState(writable=True, error="", held=0, lost=0)
FULL = JournalState(writable=False, error="No space left on device", held=5, lost=2)


@pytest.fixture
def started():
    """Figures that end with the test."""
    processes = []

    def start(folder):
        processes.append(Figures(folder, every_s=0))
        return processes[-1]

    yield start
    for process in processes:
        process._close()


def test_asking_a_ticker_changes_nothing():
    ticker = Ticker()
    values = []
    for _ in range(3):
        ticker.tick()
        ticker.tick()
        values.append((ticker.value(), ticker.value()))
    assert values == [(2, 2), (4, 4), (6, 6)]


def test_threads_that_count_at_once_lose_nothing():
    ticker = Ticker()
    threads = [threading.Thread(target=lambda: [ticker.tick() for _ in range(20_000)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ticker.value() == 80_000


def test_the_figures_of_all_processes_are_summed(tmp_path, started):
    for number in (1, 2):
        process = started(tmp_path)
        tick = process.ticker("message redirected").tick
        for _ in range(10 * number):
            tick()
        process.add({"batch seconds": 0.25})
        process.write(WELL)
        process.write(WELL)
    found = sum_up(tmp_path)
    assert found.counts == {"message redirected": 30, "batch seconds": 0.5}
    assert len(list(tmp_path.iterdir())) == 2


def test_the_next_process_goes_on_from_the_figures_of_one_that_is_gone(tmp_path, started):
    for total in (1, 2, 3):
        process = started(tmp_path)
        process.ticker("x").tick()
        process.write(WELL)
        assert sum_up(tmp_path).counts == {"x": total}
        process._close()
    assert len(list(tmp_path.iterdir())) == 1


def test_what_the_disk_says_is_told_while_its_process_lives(tmp_path, started):
    process = started(tmp_path)
    process.write(FULL)
    found = sum_up(tmp_path)
    assert (found.errors, found.held, found.lost) == (("No space left on device",), 5, 2)
    process._close()
    found = sum_up(tmp_path)
    assert (found.errors, found.held, found.lost) == ((), 0, 2)


def test_what_the_disk_says_is_not_hidden_by_whoever_asks_a_page(tmp_path, started):
    process = started(tmp_path)
    process.write(FULL)
    process.write()
    assert sum_up(tmp_path).held == 5
    process.write(WELL)
    process.write()
    assert sum_up(tmp_path).held == 0


def test_figures_are_written_once_in_a_while(tmp_path):
    now = [100.0]
    process = Figures(tmp_path, monotonic=lambda: now[0])
    process.write(WELL)
    process.ticker("x").tick()
    process.write(WELL)
    assert sum_up(tmp_path).counts == {}
    now[0] += 1
    process.write(WELL)
    assert sum_up(tmp_path).counts == {"x": 1}
    process.ticker("x").tick()
    process.write(WELL, at_once=True)
    assert sum_up(tmp_path).counts == {"x": 2}
    process._close()


def test_a_disk_that_refuses_harms_nobody(tmp_path, started, monkeypatch):
    process = started(tmp_path)
    process.ticker("x").tick()

    def refuse(*_):
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as full:
        full.setattr(os, "pwrite", refuse)
        process.write(WELL)
    process.write(WELL)
    assert sum_up(tmp_path).counts == {"x": 1}


def test_a_damaged_file_is_left_out(tmp_path, started):
    (tmp_path / "0.json").write_bytes(b"\0" * 100)
    (tmp_path / "1.json").write_text("[]")
    process = started(tmp_path)
    process.ticker("x").tick()
    process.write(WELL)
    assert sum_up(tmp_path).counts == {"x": 1}
    assert sum_up(tmp_path / "none").counts == {}


def test_the_journal_keeps_its_figures_fresh(tmp_path, started):
    process = started(tmp_path / "figures")
    written = threading.Event()

    def beat(state):
        process.write(state)
        written.set()

    journal = Journal(tmp_path / "journal", flush_interval_s=0.01, beat=beat)
    process.ticker("x").tick()
    journal.append(b"one\n")
    assert written.wait(5)
    journal.close()
    assert sum_up(tmp_path / "figures").counts == {"x": 1}


def test_the_backlog_counts_lines_and_tells_the_age_of_the_oldest(tmp_path):
    begun = new_id()
    (tmp_path / f"{begun}.log").write_bytes(b"one\ntwo\n")
    (tmp_path / f"{new_id()}.open").write_bytes(b"three\nhal")
    (tmp_path / "f.damaged").write_bytes(b"hal")
    (tmp_path / "strange.log").write_bytes(b"x\n")
    now_s = (UUID(begun).int >> 80) / 1000
    found = backlog(tmp_path, now_s + 12.5)
    assert (found.clicks, found.oldest_s, found.damaged) == (4, 12.5, 1)
    # A clock that was set back makes nothing older than nothing.
    assert backlog(tmp_path, now_s - 3_600).oldest_s == 0
    assert backlog(tmp_path / "none", now_s).clicks == 0


def test_a_batch_is_counted_by_verdict():
    visits = [Visit("v", 1, "a", LinkKind.MESSAGE, verdict, (), 1, "https://x/") for verdict in Verdict]
    lines = [visit.line().decode() for visit in (*visits, visits[0])]
    stored, revised = {Verdict.MACHINE: 2}, {(Verdict.HUMAN, Verdict.MACHINE): 3}
    assert batch_figures(lines, 0.5, stored, revised) == {
        "batches": 1,
        "batch seconds": 0.5,
        "visits human": 2,
        "visits machine": 1,
        "visits preview": 1,
        "visits unknown": 1,
        "recorded machine": 2,
        "revised human machine": 3,
    }
