"""Items are worked on together when they come together, and whatever happens to some, the next are worked on."""

import os
import threading
from queue import SimpleQueue

import pytest

from app.edge.together import Together


@pytest.fixture
def failed():
    return SimpleQueue()


def test_what_comes_while_others_are_worked_on_is_worked_on_together(failed):
    begun, go_on, worked = SimpleQueue(), threading.Semaphore(0), SimpleQueue()

    def work(items):
        begun.put(None)
        assert go_on.acquire(timeout=5)
        worked.put(list(items))

    together = Together(work, failed.put)
    # Two are held up, each with one in hand, before the rest comes.
    for item in ("a", "b"):
        together.put(item)
        begun.get(timeout=5)
    for item in range(10):
        together.put(item)
    go_on.release(12)
    found = [item for _ in range(2) for item in worked.get(timeout=5)]
    while len(found) < 12:
        found += worked.get(timeout=5)
    assert sorted(found, key=str) == [*range(10), "a", "b"]
    assert begun.qsize() <= 2


def test_nothing_waits_for_one_that_is_held_up(failed):
    begun, go_on, worked = threading.Event(), threading.Event(), SimpleQueue()

    def work(items):
        if "slow" in items:
            begun.set()
            assert go_on.wait(5)
        worked.put(list(items))

    together = Together(work, failed.put)
    together.put("slow")
    assert begun.wait(5)
    for item in ("a", "b"):
        together.put(item)
        assert worked.get(timeout=5) == [item]
    go_on.set()
    assert worked.get(timeout=5) == ["slow"]


def test_no_more_are_worked_on_at_once_than_64(failed):
    gate, sizes = threading.Event(), SimpleQueue()

    def work(items):
        assert gate.wait(5)
        sizes.put(len(items))

    together = Together(work, failed.put)
    for item in range(1_000):
        together.put(item)
    gate.set()
    found = []
    while sum(found) < 1_000:
        found.append(sizes.get(timeout=5))
    assert sum(found) == 1_000
    assert max(found) == 64


def test_what_fails_is_told_item_by_item_and_the_next_is_worked_on(failed, capsys):
    worked = SimpleQueue()

    def work(items):
        if "bad" in items:
            raise SystemExit("bad")
        worked.put(list(items))

    together = Together(work, failed.put)
    for _ in range(5):
        together.put("bad")
        assert failed.get(timeout=5) == "bad"
    together.put("good")
    assert worked.get(timeout=5) == ["good"]
    assert "requests could not be answered" in capsys.readouterr().out


def test_a_forked_child_has_threads_of_its_own(failed):
    worked = SimpleQueue()
    together = Together(worked.put, failed.put)
    together.put("parent's")
    assert worked.get(timeout=5) == ["parent's"]
    child = os.fork()
    if child == 0:
        together.put("child's")
        os._exit(0 if worked.get(timeout=5) == ["child's"] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
