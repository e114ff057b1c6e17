"""The worker: does its jobs, tries again, outlives Redis, and finishes what it does before it ends."""

import os
import signal
import subprocess

import pytest
import rq

# The job functions are named by strings, so a module of that name stands in for the real one.
WORKER = """
import sys, time, types
from pathlib import Path
jobs = types.ModuleType("workers.jobs")
notes = Path({notes!r})
def note(text):
    with notes.open("a") as file:
        file.write(text + "\\n")
def send(message_id):
    note(f"begun {{message_id}}")
    while message_id == "slow" and not notes.with_name("end").exists():
        time.sleep(0.02)
    if message_id == "fails" and notes.read_text().count("begun fails") < 2:
        raise OSError("a provider is away, ask ada@example.com")
    note(f"sent {{message_id}}")
jobs.send = send
sys.modules["workers.jobs"] = jobs
from config.settings import read_settings
from workers import queue_worker
queue_worker.work(read_settings(), "sends")
note("worker ended")
"""


@pytest.fixture
def notes(tmp_path):
    path = tmp_path / "notes"
    path.touch()
    return path


@pytest.fixture
def worker(server, start, notes):
    return start(WORKER.format(notes=str(notes)))


@pytest.fixture
def sends(server):
    return rq.Queue("sends", connection=server.client, serializer="json")


def test_a_job_is_done_and_leaves_nothing(worker, sends, notes, eventually):
    sends.enqueue("workers.jobs.send", "m1", result_ttl=0)
    eventually(lambda: "sent m1" in notes.read_text())
    eventually(lambda: not sends.connection.keys("rq:job:*"))


def test_a_job_that_fails_is_tried_again_after_its_interval(worker, sends, notes, eventually):
    sends.enqueue("workers.jobs.send", "fails", result_ttl=0, retry=rq.Retry(max=2, interval=[1]))
    eventually(lambda: "sent fails" in notes.read_text())
    worker.terminate()
    out, err = worker.communicate()
    assert (out + err).count("job failed, will be tried again") == 1
    assert "Traceback" not in out + err


def test_a_worker_outlives_a_redis_that_was_killed(worker, sends, notes, server, eventually):
    sends.enqueue("workers.jobs.send", "before", result_ttl=0)
    eventually(lambda: "sent before" in notes.read_text())
    server.kill()
    server.start()
    sends.enqueue("workers.jobs.send", "after", result_ttl=0)
    eventually(lambda: "sent after" in notes.read_text())
    assert worker.poll() is None


def test_it_waits_for_a_redis_that_comes_late(settings, server, start, notes, eventually):
    server.kill()
    start(WORKER.format(notes=str(notes)))
    server.start()
    rq.Queue("sends", connection=server.client, serializer="json").enqueue("workers.jobs.send", "late")
    eventually(lambda: "sent late" in notes.read_text())


def test_sigterm_lets_the_current_job_finish_and_takes_no_other(worker, sends, notes, eventually):
    sends.enqueue("workers.jobs.send", "slow", result_ttl=0)
    sends.enqueue("workers.jobs.send", "next", result_ttl=0)
    eventually(lambda: "begun slow" in notes.read_text())
    worker.terminate()
    with pytest.raises(subprocess.TimeoutExpired):
        worker.wait(timeout=0.1)
    notes.with_name("end").touch()
    assert worker.wait(timeout=5) == 0
    assert notes.read_text().splitlines() == ["begun slow", "sent slow", "worker ended"]
    assert sends.get_job_ids() != []


def test_an_idle_worker_ends_at_once_and_without_a_word(worker, sends, notes, eventually):
    sends.enqueue("workers.jobs.send", "m1", result_ttl=0)
    eventually(lambda: "sent m1" in notes.read_text())
    worker.terminate()
    out, err = worker.communicate(timeout=3)
    assert (worker.returncode, out, err) == (0, "", "")


def test_it_ends_while_redis_is_away(worker, sends, server, notes, eventually):
    sends.enqueue("workers.jobs.send", "m1", result_ttl=0)
    eventually(lambda: "sent m1" in notes.read_text())
    server.kill()
    os.kill(worker.pid, signal.SIGTERM)
    try:
        assert worker.wait(timeout=5) == 0
    finally:
        server.start()
