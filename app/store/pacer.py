"""How fast messages may leave: one line for each account, kept in Redis so that all workers stand in the same one.

Without Redis every process keeps a line of its own and goes at its share of the rate; so it is never too fast, whoever
counts. Source: the generic cell rate algorithm, ITU-T I.371 annex A, without a burst.
"""

import threading
import time
from collections.abc import Callable

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

_ANSWER_S = 0.5
_PAUSE_S = 1.0
_SHORT_S = 0.25
"""A turn this near is waited for; for a later one the message goes back."""
_MICROSECONDS = 1_000_000
_LINE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local gap, short = tonumber(ARGV[1]), tonumber(ARGV[2])
local free = math.max(tonumber(redis.call('HGET', KEYS[1], 'free') or '0'), now)
local wait, taken = free - now, 0
if wait <= short then
  redis.call('HSET', KEYS[1], 'free', string.format('%.0f', free + gap))
  taken = 1
else
  local last = math.max(tonumber(redis.call('HGET', KEYS[1], 'last') or '0'), free)
  redis.call('HSET', KEYS[1], 'last', string.format('%.0f', last + gap))
  wait = last - now
end
redis.call('PEXPIRE', KEYS[1], math.floor((wait + gap) / 1000) + 60000)
return {taken, string.format('%.0f', wait)}
"""
"""Takes the next turn if it is near; else only says when the line, and all who were sent back, will have passed."""


class Pacer:
    """Lets one message after the other go, at an account's rate; threads may share it."""

    def __init__(
        self,
        redis_url: str,
        *,
        processes: int = 1,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Connect to nothing yet; ``processes`` share an account's rate while Redis does not answer."""
        self._redis = redis.Redis.from_url(
            redis_url,
            socket_connect_timeout=_ANSWER_S,
            socket_timeout=_ANSWER_S,
            retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        )
        self._script = self._redis.register_script(_LINE)
        self._processes, self._monotonic, self._sleep = processes, monotonic, sleep
        self._quiet_until = 0.0
        self._lock = threading.Lock()
        self._lines: dict[str, tuple[float, float]] = {}

    def take(self, account_id: str, per_second: float) -> float:
        """Wait for a near turn and return 0; else return after how many seconds to ask again."""
        taken, wait_s = self._turn(account_id, 1 / per_second)
        if not taken:
            return wait_s
        if wait_s > 0:
            self._sleep(wait_s)
        return 0.0

    def _turn(self, account_id: str, gap_s: float) -> tuple[bool, float]:
        if self._monotonic() >= self._quiet_until:
            try:
                gap, short = round(gap_s * _MICROSECONDS), round(_SHORT_S * _MICROSECONDS)
                taken, wait = self._script(keys=[f"pace:{account_id}"], args=[gap, short])
                return bool(taken), int(wait) / _MICROSECONDS
            except redis.RedisError:
                self._quiet_until = self._monotonic() + _PAUSE_S
        return self._own_turn(account_id, gap_s * self._processes)

    def _own_turn(self, account_id: str, gap_s: float) -> tuple[bool, float]:
        with self._lock:
            now = self._monotonic()
            free, last = (max(at, now) for at in self._lines.get(account_id, (0.0, 0.0)))
            if free - now <= _SHORT_S:
                self._lines[account_id] = (free + gap_s, last)
                return True, free - now
            last = max(last, free)
            self._lines[account_id] = (free, last + gap_s)
            return False, last - now
