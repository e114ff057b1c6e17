"""One RQ worker on one queue, its jobs run in this process: no fork a job, no process beside it.

RQ's own scheduler, which moves retries back into their queue when their time has come, is a forked process; when it is
killed, its lock keeps everybody from that work for a minute. Here a thread does the same work every second.
"""

import contextlib
import importlib
import logging
import threading
from types import FrameType
from typing import Any

import redis
import structlog
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.retry import Retry as Reconnect
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.scheduler import RQScheduler

from app.queue import CLICKS, Compact
from config.settings import Settings
from workers import lifeline, memory

_ORPHAN_GRACE_S = 1.0
_CONNECT_S = 1.0
_RETRY_TICK_S = 1.0
_RETRY_LOCK_S = 10
_PAUSE_S = 0.5
# RQ looks after abandoned jobs at this pace; with its own defaults a killed worker's job lies for 11 minutes.
_PACE: dict[str, Any] = {"worker_ttl": 45, "maintenance_interval": 15, "job_monitoring_interval": 10}
_JOB_TIMEOUT_S = 60
_HEARTBEAT_SLACK_S = 5

log = structlog.get_logger(__name__)


def work(settings: Settings, queue_name: str) -> None:
    """Work the queue until SIGTERM, then finish the current job; a Redis that was away is found again in seconds."""
    lifeline.hold(grace_s=_ORPHAN_GRACE_S)
    if queue_name == CLICKS:
        # Clicks come as soon as the hub is up, and the first of them would wait for a second's imports.
        for part in ("workers.jobs", "app.flow.record_clicks"):
            importlib.import_module(part)
    url, stop = settings.effective_redis_url, threading.Event()
    threading.Thread(target=_bring_back_retries, args=(url, queue_name, stop), name="retries", daemon=True).start()
    while not stop.is_set():
        try:
            worker = _Worker([queue_name], connection=_connect(url), serializer=Compact, **_PACE)
            worker.stop = stop
            # No colours, no line for each job: only what needs somebody's eye.
            worker.work(logging_level="WARNING")
            stop.wait(_PAUSE_S)
        except StopRequested:  # The signal came while no job was being waited for.
            return
        except redis.RedisError as error:
            log.warning("redis does not answer", queue=queue_name, error=str(error))
            with contextlib.suppress(StopRequested):
                stop.wait(_PAUSE_S)


class _Worker(SimpleWorker):
    """A SimpleWorker that waits no minute for Redis, and says once what went wrong with a job."""

    exponential_backoff_factor = 1.0
    max_connection_wait_time = 1.0
    log_result_lifespan = False
    stop: threading.Event
    is_settled = False

    def subscribe(self) -> None:
        """Listen to no commands: signals say all there is to say, and a thread less delays the end."""

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Note that the end is wanted, for the loop around this worker too, which then waits for no Redis."""
        self.stop.set()
        self.connection.set_retry(Reconnect(NoBackoff(), 1))
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Do a job; after the first one nearly all that jobs need is loaded."""
        super().execute_job(job, queue)
        if not self.is_settled:
            memory.settle()
            self.is_settled = True

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:
        """Return after how many seconds a job that has not ended is taken for abandoned, and tried again."""
        return int(job.timeout or _JOB_TIMEOUT_S) + _HEARTBEAT_SLACK_S

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """Log one line, without the arguments, for these may hold addresses; the trace only when no try is left."""
        kind, error, _ = exc_info
        if job.should_retry:
            log.warning("job failed, will be tried again", job=job.id, function=job.func_name, error=_name(kind, error))
        else:
            log.error("job failed for good", job=job.id, function=job.func_name, exc_info=exc_info)


def _name(kind: type[BaseException] | None, error: BaseException | None) -> str:
    return f"{kind.__name__ if kind else 'unknown'}: {error}"


def _connect(url: str) -> redis.Redis:
    """Return a connection that may wait for a job as long as it likes, and rides out a restart of the server."""
    patience = Reconnect(ExponentialBackoff(cap=0.4, base=0.05), 4)
    return redis.Redis.from_url(url, socket_timeout=None, socket_connect_timeout=_CONNECT_S, retry=patience)


def _bring_back_retries(url: str, queue_name: str, stop: threading.Event) -> None:
    """Every second put the retries whose time has come back into the queue; one worker of a queue at a time."""
    connection = _connect(url)
    lock = f"throughline:retries:{queue_name}"
    while not stop.wait(_RETRY_TICK_S):
        with contextlib.suppress(redis.RedisError):  # The worker's own loop says that Redis is away.
            if connection.set(lock, 1, nx=True, ex=_RETRY_LOCK_S):
                scheduler = RQScheduler([queue_name], connection, logging_level=logging.WARNING, serializer=Compact)
                scheduler.prepare_registries([queue_name])
                scheduler.enqueue_scheduled_jobs()  # type: ignore[no-untyped-call]
                connection.delete(lock)
