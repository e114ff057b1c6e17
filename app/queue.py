"""The only module of ``app`` that knows RQ: it wakes the workers, and hands them the clicks.

The database is the truth. A wake-up that gets lost is made up for by a sweep of the database, so ``send`` and
``attribute`` never fail: while Redis is down they say so, quickly. Clicks are different, for a batch lies in the
journal until the database has it: ``record`` raises, and the shipper tries again.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import orjson
import redis
import rq
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry as Reconnect

SENDS, CLICKS, OUTCOMES = QUEUES = ("sends", "clicks", "outcomes")

_CONNECT_S = 0.5
_ANSWER_S = 0.5
_BATCH_ANSWER_S = 10.0
_PAUSE_S = 1.0
_PER_CALL = 500
_JOB_TIMEOUT_S = 60
_FAILURE_TTL_S = 86_400
# Every job is idempotent, so trying again is always right; the last try comes after 11 minutes.
_SEND_RETRY = (2, 10, 30, 120, 500)
_LOOK_UP_RETRY = (30,)
_CLICKS_RETRY = (1, 5, 15, 60)
_OUTCOMES_RETRY = (2, 10, 30, 120)

log = structlog.get_logger(__name__)


class Compact:
    """Writes jobs as JSON, as RQ's own serializer does, at a fifth of its cost: a batch of clicks is a megabyte."""

    dumps = staticmethod(orjson.dumps)
    loads = staticmethod(orjson.loads)


class Queue:
    """Three queues at one Redis: messages to send, clicks to store, outcomes and providers' calls to work out."""

    def __init__(self, redis_url: str) -> None:
        """Connect to nothing yet; ``redis_url`` is what ``Settings.effective_redis_url`` says."""
        self._wake = _client(redis_url, answer_s=_ANSWER_S)
        self._hand_over = _client(redis_url, answer_s=_BATCH_ANSWER_S)
        self._quiet_until = 0.0
        self._lock = threading.Lock()

    def send(self, message_ids: Iterable[str]) -> bool:
        """Wake a worker for each message; False when Redis is down and a sweep has to find them."""
        jobs = (_job("workers.jobs.send", (message_id,), _SEND_RETRY) for message_id in message_ids)
        return self._enqueue(SENDS, jobs)

    def send_batches(self, batches: Iterable[Sequence[str]]) -> bool:
        """Wake a worker for each batch of messages that may go out together; see ``send``."""
        jobs = (
            _job("workers.jobs.send", (ids[0],), _SEND_RETRY)
            if len(ids) == 1
            else _job("workers.jobs.send_batch", (list(ids),), _SEND_RETRY, about=f"{len(ids)} messages")
            for ids in batches
        )
        return self._enqueue(SENDS, jobs)

    def look_up(self, message_ids: Iterable[str]) -> bool:
        """Wake a worker for each message whose fate is to be looked up; see ``send``."""
        return self._enqueue(SENDS, (_job("workers.jobs.look_up", (one,), _LOOK_UP_RETRY) for one in message_ids))

    def attribute(self, subject: str, ids: Iterable[str]) -> bool:
        """Wake a worker for each "order" or "signup"; False when Redis is down and a sweep has to find them."""
        jobs = (_job("workers.jobs.attribute", (subject, one), _OUTCOMES_RETRY) for one in ids)
        return self._enqueue(OUTCOMES, jobs)

    def work_off(self, callback_ids: Iterable[str]) -> bool:
        """Wake a worker for each kept call of a provider's; False when a sweep has to find them."""
        jobs = (_job("workers.jobs.work_callback", (callback_id,), _OUTCOMES_RETRY) for callback_id in callback_ids)
        return self._enqueue(OUTCOMES, jobs)

    def record(self, batch_id: str, lines: list[str]) -> None:
        """Hand a batch of the journal's lines to the workers; the same batch may be handed over twice.

        Raises:
            redis.RedisError: Redis did not take it; nothing is lost, try again later.
        """
        job = _job("workers.jobs.record_clicks", (batch_id, lines), _CLICKS_RETRY, job_id=batch_id)
        rq.Queue(CLICKS, connection=self._hand_over, serializer=Compact).enqueue_many([job])

    def depths(self) -> dict[str, int]:
        """Return how many jobs wait in each queue; nothing at all when Redis is down."""
        try:
            with self._wake.pipeline(transaction=False) as pipeline:
                for name in QUEUES:
                    pipeline.llen(rq.Queue(name, connection=self._wake).key)
                return dict(zip(QUEUES, pipeline.execute(), strict=True))
        except redis.RedisError:
            return {}

    def ping(self) -> bool:
        """Return whether Redis answers."""
        try:
            return bool(self._wake.ping())
        except redis.RedisError:
            return False

    def _enqueue(self, name: str, jobs: Iterator[rq.queue.EnqueueData]) -> bool:
        """Enqueue all jobs, some hundred a round trip; after a failure, do not even try for a second."""
        # A webhook must not wait for a time-out again and again while Redis is down.
        if time.monotonic() < self._quiet_until:
            return False
        queue = rq.Queue(name, connection=self._wake, serializer=Compact)
        try:
            while chunk := list(islice(jobs, _PER_CALL)):
                queue.enqueue_many(chunk)
        except redis.RedisError as error:
            with self._lock:
                first = time.monotonic() >= self._quiet_until
                self._quiet_until = time.monotonic() + _PAUSE_S
            if first:
                log.warning("workers not woken, a sweep will find the work", queue=name, error=str(error))
            return False
        return True


def _client(url: str, *, answer_s: float) -> redis.Redis:
    # One retry, for a kept connection whose server was restarted meanwhile.
    return redis.Redis.from_url(
        url, socket_connect_timeout=_CONNECT_S, socket_timeout=answer_s, retry=_reconnect_once()
    )


def _reconnect_once() -> Reconnect:
    # Not for time-outs: those have cost their time already.
    return Reconnect(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))


def _job(
    function: str,
    arguments: tuple[object, ...],
    retry_s: tuple[int, ...],
    job_id: str | None = None,
    about: str | None = None,
) -> rq.queue.EnqueueData:
    return rq.Queue.prepare_data(
        function,
        arguments,
        timeout=_JOB_TIMEOUT_S,
        result_ttl=0,
        failure_ttl=_FAILURE_TTL_S,
        # RQ's own description would repeat the arguments, clicks and all.
        description=f"{function} {about or job_id or arguments[-1]}",
        job_id=job_id,
        retry=rq.Retry(max=len(retry_s), interval=list(retry_s)),
    )
