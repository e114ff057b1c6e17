"""The queue: wakes workers, never holds up a webhook, and never takes clicks it has not got."""

import json
import signal
import time
import zlib

import pytest
import redis

from app.queue import Queue


@pytest.fixture
def queue(server, settings):
    return Queue(settings.effective_redis_url)


def _jobs(server, name):
    keys = server.client.lrange(f"rq:queue:{name}", 0, -1)
    return [server.client.hgetall(b"rq:job:" + key) for key in keys]


def _call(job):
    name, _, arguments, _ = json.loads(zlib.decompress(job[b"data"]))
    return name, arguments


def test_each_message_wakes_a_worker(queue, server):
    assert queue.send(f"m{number}" for number in range(1200)) is True
    assert queue.depths() == {"sends": 1200, "clicks": 0, "outcomes": 0}
    first = _jobs(server, "sends")[0]
    assert _call(first) == ("workers.jobs.send", ["m0"])
    assert (first[b"retries_left"], first[b"result_ttl"], first[b"failure_ttl"]) == (b"5", b"0", b"86400")


def test_orders_and_signups_share_a_queue(queue, server):
    assert queue.attribute("order", ["o1"])
    assert queue.attribute("signup", ["s1"])
    calls = [_call(job) for job in _jobs(server, "outcomes")]
    assert calls == [("workers.jobs.attribute", ["order", "o1"]), ("workers.jobs.attribute", ["signup", "s1"])]


def test_a_batch_of_clicks_is_one_job_named_after_the_batch(queue, server):
    queue.record("batch-1", ["a line", "another"])
    job = _jobs(server, "clicks")[0]
    assert server.client.lrange("rq:queue:clicks", 0, -1) == [b"batch-1"]
    assert _call(job) == ("workers.jobs.record_clicks", ["batch-1", ["a line", "another"]])
    assert job[b"description"] == b"workers.jobs.record_clicks batch-1"


def test_a_batch_may_come_twice(queue):
    queue.record("batch-1", ["a line"])
    queue.record("batch-1", ["a line"])
    assert queue.depths()["clicks"] == 2


def test_nothing_to_do_is_done(queue):
    assert queue.send([]) is True


def test_without_redis_it_says_so_at_once(settings):
    queue = Queue(settings.effective_redis_url)
    began = time.monotonic()
    assert queue.send(["m1"]) is False
    assert queue.attribute("order", ["o1"]) is False
    assert queue.ping() is False
    assert queue.depths() == {}
    assert time.monotonic() - began < 0.3


def test_without_redis_clicks_are_refused(settings):
    with pytest.raises(redis.RedisError):
        Queue(settings.effective_redis_url).record("batch-1", ["a line"])


def test_a_redis_that_hangs_is_asked_once_a_second(queue, server):
    assert queue.ping()
    server.process.send_signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert [queue.send(["m1"]) for _ in range(20)] == [False] * 20
        assert time.monotonic() - began < 0.9
    finally:
        server.process.send_signal(signal.SIGCONT)


def test_after_a_restart_the_next_call_works(queue, server):
    assert queue.send(["m1"])
    server.kill()
    server.start()
    assert queue.send(["m2"])
    assert queue.depths()["sends"] == 2
