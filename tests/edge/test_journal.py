"""A visit is on disk before it is answered, whatever becomes of the process or the disk."""

import contextlib
import errno
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from app.edge.figures import sum_up
from app.edge.journal import Journal

PROJECT = Path(__file__).resolve().parents[2]


def lines(folder):
    """Return every line in the journal's folder, whatever state its file is in."""
    found = []
    for path in sorted(folder.glob("*.*")):
        # A file may get its next name this very moment.
        with contextlib.suppress(FileNotFoundError):
            found += path.read_bytes().splitlines(keepends=True)
    return found


def eventually(condition):
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "journal"


@pytest.fixture
def journal(folder):
    journal = Journal(folder, flush_interval_s=0.01, seal_after_s=60)
    yield journal
    journal.close()


def test_a_line_is_in_the_file_when_append_returns(journal, folder):
    journal.append(b"one\n")
    journal.append(b"two\n")
    assert lines(folder) == [b"one\n", b"two\n"]
    assert [path.suffix for path in folder.iterdir()] == [".open"]


def test_nothing_is_made_before_the_first_line(journal, folder):
    assert not folder.exists()
    assert journal.state().writable


def test_the_open_file_is_locked_and_a_sealed_one_is_not(journal, folder):
    journal.append(b"one\n")
    path = next(folder.glob("*.open"))
    with path.open("rb") as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    journal.close()
    with next(folder.glob("*.log")).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_file_is_sealed_when_it_is_old_enough(folder):
    journal = Journal(folder, flush_interval_s=0.01, seal_after_s=0.02)
    journal.append(b"one\n")
    assert eventually(lambda: list(folder.glob("*.log")))
    journal.append(b"two\n")
    journal.close()
    assert sorted(lines(folder)) == [b"one\n", b"two\n"]
    assert not list(folder.glob("*.open"))


def test_a_file_is_sealed_when_it_is_large_enough(folder):
    journal = Journal(folder, flush_interval_s=0.01, seal_after_s=60, seal_bytes=10)
    journal.append(b"x" * 20 + b"\n")
    assert eventually(lambda: list(folder.glob("*.log")))
    journal.close()


def test_lines_are_flushed_to_the_disk_soon(journal, monkeypatch):
    flushed = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    journal.append(b"one\n")
    assert eventually(lambda: flushed)


def test_many_threads_lose_and_mix_nothing(folder):
    journal = Journal(folder, flush_interval_s=0.001, seal_after_s=0.002)

    def write(name):
        for number in range(500):
            journal.append(f"{name}-{number}\n".encode())

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()
    assert sorted(lines(folder)) == sorted(f"{name}-{number}\n".encode() for name in "abcd" for number in range(500))


def refuse(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_breaks_nothing_and_loses_nothing(journal, folder, monkeypatch):
    journal.append(b"one\n")
    with monkeypatch.context() as full:
        full.setattr(os, "write", refuse)
        journal.append(b"two\n")
        journal.append(b"three\n")
        state = journal.state()
        assert (state.writable, state.error, state.held) == (False, "No space left on device", 2)
    assert eventually(lambda: journal.state().held == 0)
    journal.append(b"four\n")
    assert journal.state().writable
    assert lines(folder) == [b"one\n", b"two\n", b"three\n", b"four\n"]


def test_a_real_limit_of_the_system_loses_and_doubles_nothing(folder):
    program = (
        "import resource, sys; from pathlib import Path; from app.edge.journal import Journal\n"
        "limit = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "journal = Journal(Path(sys.argv[1]), flush_interval_s=60)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limit[1]))\n"
        "for number in range(500): journal.append(b'%05d\\n' % number)\n"
        "state = journal.state()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, limit)\n"
        "journal.close()\n"
        "print(state.error, state.held, state.lost, journal.state().writable, sep='|')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, folder], capture_output=True, text=True, cwd=PROJECT, check=True
    )
    # 166 lines of six bytes fit; the 167th fits in part, and is taken back.
    assert done.stdout == "File too large|334|0|True\n"
    assert sorted(lines(folder)) == [b"%05d\n" % number for number in range(500)]


def test_a_line_that_fits_in_part_is_taken_back(journal, folder, monkeypatch):
    journal.append(b"one\n")
    real = os.write
    answers = iter([lambda file, data: real(file, data[:2]), refuse])
    with monkeypatch.context() as nearly_full:
        nearly_full.setattr(os, "write", lambda file, data: next(answers, refuse)(file, data))
        journal.append(b"two\n")
        assert lines(folder) == [b"one\n"]
        assert journal.state().held == 1
    assert eventually(lambda: lines(folder) == [b"one\n", b"two\n"])


def test_lines_that_come_together_are_kept_and_counted_one_by_one(journal, folder, monkeypatch):
    journal.append(b"one\ntwo\n")
    with monkeypatch.context() as full:
        full.setattr(os, "write", refuse)
        journal.append(b"three\nfour\nfive\n")
        assert journal.state().held == 3
    journal.append(b"six\nseven\n")
    journal.close()
    assert lines(folder) == [b"one\n", b"two\n", b"three\n", b"four\n", b"five\n", b"six\n", b"seven\n"]


def test_a_short_write_is_completed(journal, folder, monkeypatch):
    journal.append(b"one\n")
    real = os.write
    with monkeypatch.context() as slow:
        slow.setattr(os, "write", lambda file, data: real(file, data[:1]))
        journal.append(b"two\n")
    assert lines(folder) == [b"one\n", b"two\n"]
    assert journal.state().writable


def test_without_a_folder_lines_wait_for_one(tmp_path):
    (tmp_path / "journal").write_text("in the way")
    journal = Journal(tmp_path / "journal", flush_interval_s=0.01, seal_after_s=60)
    journal.append(b"one\n")
    journal.append(b"two\n")
    assert journal.state().held == 2
    (tmp_path / "journal").unlink()
    assert eventually(lambda: journal.state().held == 0)
    assert lines(tmp_path / "journal") == [b"one\n", b"two\n"]
    journal.close()


def test_lines_of_a_file_that_was_deleted_are_written_again(journal, folder):
    journal.append(b"one\n")
    next(folder.glob("*.open")).unlink()
    journal.close()
    assert lines(folder) == [b"one\n"]
    assert not list(folder.glob("*.open"))


def test_what_has_no_place_in_memory_is_counted(folder, monkeypatch):
    journal = Journal(folder, flush_interval_s=60, held_bytes=8)
    journal.append(b"one\n")
    with monkeypatch.context() as full:
        full.setattr(os, "write", refuse)
        for _ in range(3):
            journal.append(b"1234\n")
    assert (journal.state().held, journal.state().lost) == (1, 2)
    journal.close()


def test_a_forked_child_has_a_file_of_its_own(journal, folder):
    journal.append(b"parent 1\n")
    child = os.fork()
    if not child:
        journal.append(b"child\n")
        os._exit(0)
    os.waitpid(child, 0)
    journal.append(b"parent 2\n")
    assert sorted(path.read_bytes() for path in folder.iterdir()) == [b"child\n", b"parent 1\nparent 2\n"]
    # The child is gone, its lock with it; the parent's file is still held.
    free = []
    for path in folder.iterdir():
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            free.append(path.read_bytes())
    assert free == [b"child\n"]


def test_kill_9_loses_no_line_that_was_answered(folder):
    program = (
        "import sys; from pathlib import Path; from app.edge.journal import Journal\n"
        "journal = Journal(Path(sys.argv[1]), flush_interval_s=0.01, seal_after_s=0.02)\n"
        "for number in range(10_000_000):\n"
        "    journal.append(b'%d\\n' % number)\n"
        "    if number % 100 == 0: print(number, flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program, folder], stdout=subprocess.PIPE, cwd=PROJECT)
    while int(process.stdout.readline()) < 3_000:
        pass
    process.send_signal(signal.SIGKILL)
    answered = [int(number) for number in process.communicate()[0].split()]
    kept = sorted(int(line) for line in lines(folder))
    assert kept == list(range(len(kept)))
    assert len(kept) > max(answered, default=0)


AS_NOBODY = """
import os, sys
from pathlib import Path
from app.edge.figures import Figures
from app.edge.journal import Journal
data = Path(sys.argv[1])
if os.geteuid() == 0:
    # Root may write anywhere: only somebody else is refused.
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
figures = Figures(data / "figures", every_s=0)
journal = Journal(data / "journal", flush_interval_s=0.01, seal_after_s=0.02, beat=figures.write)
for line in sys.stdin.buffer:
    journal.append(line)
journal.close()
"""


@pytest.fixture
def data():
    """A data folder that every user of the machine can reach; pytest's own are closed to others."""
    data = Path(tempfile.mkdtemp(prefix="throughline-journal-"))
    for path, mode in ((data, 0o755), (data / "figures", 0o777), (data / "journal", 0o555)):
        path.mkdir(exist_ok=True)
        path.chmod(mode)
    yield data
    (data / "journal").chmod(0o777)
    shutil.rmtree(data)


def test_a_process_without_permission_holds_lines_says_so_and_writes_them_once_it_may(data):
    process = subprocess.Popen([sys.executable, "-c", AS_NOBODY, data], cwd=PROJECT, stdin=subprocess.PIPE)
    process.stdin.write(b"one\ntwo\nthree\n")
    process.stdin.flush()
    assert eventually(lambda: sum_up(data / "figures").held == 3)
    assert sum_up(data / "figures").errors == ("Permission denied",)
    assert lines(data / "journal") == []
    (data / "journal").chmod(0o777)
    assert eventually(lambda: sum_up(data / "figures").held == 0)
    assert sum_up(data / "figures").errors == ()
    process.communicate(b"four\n", timeout=30)
    assert process.returncode == 0
    assert lines(data / "journal") == [b"one\n", b"two\n", b"three\n", b"four\n"]
