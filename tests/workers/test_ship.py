"""From the journal to the database: handed over until it is there, and deleted only then."""

import fcntl
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError as RedisDownError

from app.domain.visit import LinkKind, Verdict, Visit
from workers.ship import Shipper

PROJECT = Path(__file__).resolve().parents[2]
VISIT = Visit("v", 1, "a", LinkKind.MESSAGE, Verdict.HUMAN, (), 1, "https://shop.example/")


class Database:
    """Stands in for the queue, its worker and the database."""

    def __init__(self):
        self.handed = []
        self.stored = {}
        self.queue_is_down = False
        self.worker_is_down = False

    def record(self, batch_id, lines):
        if self.queue_is_down:
            raise RedisDownError("refused")
        self.handed.append(batch_id)
        if not self.worker_is_down:
            self.stored[batch_id] = lines

    def recorded(self, ids):
        return {batch_id for batch_id in ids if batch_id in self.stored}

    def lines(self):
        return [line for batch_id in self.stored for line in self.stored[batch_id]]


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def database():
    return Database()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def shipper(tmp_path, database, clock):
    shipper = Shipper(tmp_path, database.record, database.recorded, monotonic=clock)
    yield shipper
    shipper.close()


def put(folder, name, count, start=0):
    text = "".join(f"line {number}\n" for number in range(start, start + count))
    (folder / name).write_text(text)
    return text.splitlines()


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != ".shipper")


def test_a_sealed_file_is_handed_over_and_deleted_once_stored(tmp_path, shipper, database):
    written = put(tmp_path, "f.log", 3)
    assert shipper.run_once() == 1
    assert database.stored == {"f-2000-0": written}
    assert names(tmp_path) == ["f.log"]
    assert shipper.run_once() == 0
    assert names(tmp_path) == []
    assert database.handed == ["f-2000-0"]


def test_batches_hold_at_most_two_thousand_lines_and_keep_their_names(tmp_path, shipper, database):
    written = put(tmp_path, "f.log", 4_500)
    shipper.run_once()
    assert {batch: len(lines) for batch, lines in database.stored.items()} == {
        "f-2000-0": 2000,
        "f-2000-1": 2000,
        "f-2000-2": 500,
    }
    assert database.lines() == written


@pytest.mark.parametrize("count", [1_999, 2_000, 2_001, 4_000])
def test_no_line_is_lost_at_a_batchs_edge(tmp_path, shipper, database, count):
    written = put(tmp_path, "f.log", count)
    shipper.run_once()
    assert database.lines() == written
    assert shipper.run_once() == 0


def test_a_line_is_what_the_journal_calls_a_line(tmp_path, shipper, database):
    (tmp_path / "f.log").write_bytes("a\u2028b\x85c\x0cd\re\n\nf\n".encode())
    shipper.run_once()
    assert database.stored["f-2000-0"] == ["a\u2028b\x85c\x0cd\re", "", "f"]


def test_while_the_queue_is_down_nothing_is_deleted(tmp_path, shipper, database):
    written = put(tmp_path, "f.log", 3)
    database.queue_is_down = True
    assert shipper.run_once() == 1
    assert "refused" in shipper.state.error
    assert shipper.state.waiting_bytes > 0
    database.queue_is_down = False
    shipper.run_once()
    assert shipper.state.error == ""
    assert shipper.run_once() == 0
    assert database.lines() == written


def test_a_batch_that_is_not_stored_is_handed_over_again_with_growing_patience(tmp_path, shipper, database, clock):
    put(tmp_path, "f.log", 1)
    database.worker_is_down = True
    times = []
    for _ in range(400):
        before = len(database.handed)
        shipper.run_once()
        if len(database.handed) > before:
            times.append(clock.now)
        clock.now += 1
    waits = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert waits[:4] == [10, 20, 40, 60]
    assert set(waits[4:]) == {60}
    assert set(database.handed) == {"f-2000-0"}


def test_a_new_shipper_asks_before_it_hands_over(tmp_path, shipper, database):
    put(tmp_path, "f.log", 1_500)
    shipper.run_once()
    shipper.close()
    handed = list(database.handed)
    second = Shipper(tmp_path, database.record, database.recorded)
    assert second.run_once() == 0
    assert database.handed == handed
    second.close()


def test_only_so_much_is_under_way_at_once(tmp_path, shipper, database):
    for number in range(100):
        put(tmp_path, f"f{number:03}.log", 1, start=number)
    database.worker_is_down = True
    shipper.run_once()
    shipper.run_once()
    assert len(database.handed) == 64
    for batch_id in list(database.handed):
        database.stored[batch_id] = []
    database.worker_is_down = False
    for _ in range(4):
        shipper.run_once()
    assert names(tmp_path) == []
    assert len(set(database.handed)) == 100


def test_a_file_that_is_still_written_is_left_alone(tmp_path, shipper, database):
    put(tmp_path, "f.open", 1)
    with (tmp_path / "f.open").open() as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        shipper.run_once()
        assert names(tmp_path) == ["f.open"]
    shipper.run_once()
    assert database.lines() == ["line 0"]


def test_a_dead_writers_whole_last_line_is_handed_over(tmp_path, shipper, database):
    line = VISIT.line()
    (tmp_path / "f.open").write_bytes(line + line.rstrip(b"\n"))
    shipper.run_once()
    assert database.lines() == [line.decode().rstrip("\n")] * 2
    assert shipper.run_once() == 0
    assert names(tmp_path) == []


@pytest.mark.parametrize("before", [0, 3])
def test_a_half_written_last_line_is_set_aside(tmp_path, shipper, database, before):
    half = VISIT.line()[:-20]
    (tmp_path / "f.open").write_bytes(VISIT.line() * before + half)
    shipper.run_once()
    shipper.run_once()
    assert len(database.lines()) == before
    assert names(tmp_path) == ["f.damaged"]
    assert (tmp_path / "f.damaged").read_bytes() == half
    assert shipper.state.damaged == 1


def test_a_very_long_last_line_is_found(tmp_path, shipper, database):
    (tmp_path / "f.open").write_bytes(b"first\n" + b"x" * 200_000)
    shipper.run_once()
    assert database.lines() == ["first"]
    assert (tmp_path / "f.damaged").stat().st_size == 200_000


@pytest.mark.parametrize("name", ["f.open", "g.log", "h.new"])
def test_an_empty_file_goes(tmp_path, shipper, name):
    (tmp_path / name).touch()
    shipper.run_once()
    shipper.run_once()
    assert names(tmp_path) == []


def test_a_second_shipper_waits(tmp_path, shipper, database):
    put(tmp_path, "f.log", 1)
    assert shipper.run_once() == 1
    second = Shipper(tmp_path, database.record, database.recorded)
    second.run_once()
    assert not second.state.is_shipping
    assert names(tmp_path) == ["f.log"]
    shipper.close()
    second.run_once()
    assert second.state.is_shipping
    assert names(tmp_path) == []
    second.close()


def test_it_runs_until_it_is_stopped(tmp_path, shipper, database):
    written = put(tmp_path, "f.log", 5)
    stop = threading.Event()
    thread = threading.Thread(target=shipper.run, args=(stop, 0.01))
    thread.start()
    end = time.monotonic() + 5
    while names(tmp_path) and time.monotonic() < end:
        time.sleep(0.01)
    stop.set()
    thread.join()
    assert database.lines() == written


def test_a_mistake_of_ours_is_seen(tmp_path, database):
    put(tmp_path, "f.log", 1)

    def broken(_batch_id, _lines):
        raise TypeError("mistake")

    shipper = Shipper(tmp_path, broken, database.recorded)
    with pytest.raises(TypeError):
        shipper.run_once()
    shipper.close()


def test_kill_9_of_writer_and_shipper_loses_and_doubles_nothing(tmp_path, database):
    journal, stored = tmp_path / "journal", tmp_path / "stored"
    stored.mkdir()
    writer = _start(_WRITER, journal)
    answered = 0
    for _ in range(3):
        shipper = _start(_SHIPPER, journal, stored)
        for _ in range(15):
            answered = int(writer.stdout.readline())
        shipper.send_signal(signal.SIGKILL)
        shipper.communicate()
    writer.send_signal(signal.SIGKILL)
    answered = max([answered, *(int(number) for number in writer.communicate()[0].split())])
    last = Shipper(journal, database.record, lambda ids: database.recorded(ids) | set(os.listdir(stored)))  # noqa: PTH208
    while last.run_once():
        assert len(database.handed) < 10_000
    last.close()
    kept = [*database.lines(), *(line for path in stored.glob("[!.]*") for line in path.read_text().split())]
    assert sorted(map(int, kept)) == list(range(len(kept)))
    assert len(kept) > answered


def _start(program, *arguments):
    return subprocess.Popen([sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, cwd=PROJECT)


_WRITER = """
import sys, time; from pathlib import Path; from app.edge.journal import Journal
journal = Journal(Path(sys.argv[1]), flush_interval_s=0.005, seal_after_s=0.01)
for number in range(10_000_000):
    journal.append(b"%d\\n" % number)
    if number % 100 == 0:
        print(number, flush=True)
        time.sleep(0.002)
"""
_SHIPPER = """
import sys, threading; from pathlib import Path; from workers.ship import Shipper
stored = Path(sys.argv[2])
def record(batch_id, lines):
    (stored / ("." + batch_id)).write_text("\\n".join(lines))
    (stored / ("." + batch_id)).rename(stored / batch_id)
shipper = Shipper(Path(sys.argv[1]), record, lambda ids: {one for one in ids if (stored / one).exists()})
shipper.run(threading.Event(), 0.001)
"""
