"""Copies of advocates and of what was sent in seven days, in Redis: where the edge looks while the database is down.

Nothing needs them. Whatever is missing there is missing in an outage of the database alone, and is copied again by the
schedule; whatever cannot be written is left out. A message takes about 0.5 kB for the seven days.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import chain
from typing import Any

import orjson
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.domain.link_target import MessageLink, Referral, SharedLink
from app.store.link_reader import LinksUnavailableError
from app.store.sent_links import SentLinks

LIFETIME = timedelta(days=7)
_ANSWER_S = 0.5
_PAUSE_S = 1.0
_HOSTS = "link:hosts"
_KEEP = """
local lifetime, rows, shared = ARGV[1], cjson.decode(ARGV[2]), cjson.decode(ARGV[3])
local function keep(key, value) redis.call('SET', 'link:' .. key, value, 'EX', lifetime) end
for i = 1, #shared, 2 do keep(shared[i], shared[i + 1]) end
for _, row in ipairs(rows) do
  local account, message, code, token, set, advocate, share_code, own_token, campaign = unpack(row)
  if message ~= cjson.null then
    keep('m:' .. code, cjson.encode({account, message, token, set, advocate, share_code, campaign}))
    keep('t:' .. token, cjson.encode({account, message, advocate, share_code, campaign}))
  end
  if advocate ~= cjson.null then
    local own = cjson.encode({account, cjson.null, advocate, share_code, campaign})
    keep('t:' .. own_token, own)
    keep('a:' .. account .. '/' .. share_code, own)
  end
end
"""
"""Many links as one argument, and written out only here: each by itself costs the client more than all the rest."""
_ADVOCATES = "link:advocates"
_COMPLETE = "link:complete"
"""Holds the moment up to which everything was copied; with all the rest, it is gone when Redis has lost its data."""


class LinkCopies:
    """The copies at one Redis: written by whoever sends, read by an edge whose database does not answer."""

    def __init__(self, redis_url: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Connect to nothing yet."""
        self._redis = redis.Redis.from_url(
            redis_url,
            socket_connect_timeout=_ANSWER_S,
            socket_timeout=_ANSWER_S,
            # Once, for a kept connection whose server was restarted meanwhile.
            retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        )
        self._monotonic = monotonic
        self._quiet_until = 0.0

    def keep(self, links: Iterable[SentLinks]) -> bool:
        """Copy links for ``LIFETIME``; False when Redis does not take them, which harms nobody now."""
        hosts: dict[str, str] = {}
        shared: dict[str, str] = {}
        rows, last = [], None
        for link in links:
            rows.append(link.own)
            # Nearly always as those of the link before.
            if (common := (link.link_set_id, link.campaign_id, link.link_host)) != last:
                last = common
                _enter(shared, link)
                if link.link_host:
                    hosts[link.link_host] = link.account_id
        with self._redis.pipeline(transaction=False) as pipeline:
            if rows:
                written = (orjson.dumps(rows), orjson.dumps(list(chain.from_iterable(shared.items()))))
                pipeline.eval(_KEEP, 0, int(LIFETIME.total_seconds()), *written)
            for host, account_id in hosts.items():
                pipeline.hset(_HOSTS, host, account_id)
            return self._execute(pipeline)

    def keep_hosts(self, hosts: Mapping[str, str], complete_to: str) -> bool:
        """Replace what is known of hosts ({host: account id}), and note up to when everything is copied."""
        with self._redis.pipeline() as pipeline:
            pipeline.delete(_HOSTS)
            for host, account_id in hosts.items():
                pipeline.hset(_HOSTS, host, account_id)
            pipeline.set(_COMPLETE, complete_to)
            return self._execute(pipeline)

    def complete_to(self) -> str | None:
        """Return the moment up to which everything was copied; None when Redis is new, or has lost its data.

        Raises:
            LinksUnavailableError: Redis does not answer.
        """
        found = self._ask(lambda: self._redis.get(_COMPLETE))
        return found.decode() if found else None

    def advocates_to(self) -> str:
        """Return the advocate up to whom a round through all of them came; empty where one may begin.

        Raises:
            LinksUnavailableError: Redis does not answer.
        """
        found = self._ask(lambda: self._redis.get(_ADVOCATES))
        return found.decode() if found else ""

    def note_advocates_to(self, advocate_id: str, lifetime: timedelta) -> None:
        """Note how far a round came, or its end; once ``lifetime`` is over, the next may begin."""
        self._ask(lambda: self._redis.set(_ADVOCATES, advocate_id, ex=lifetime))

    def account_of(self, host: str) -> str | None:
        """Return the account whose verified domain ``host`` is."""
        found = self._ask(lambda: self._redis.hget(_HOSTS, host.encode(errors="replace")))
        return found.decode() if found else None

    def message_link(self, account_id: str, code: str) -> MessageLink | None:
        """Return the message with this personal code."""
        found = self._get(_key("m", code))
        if found is None or found[0] != account_id:
            return None
        _, message_id, share_token, set_id, advocate_id, share_code, campaign_id = found
        destinations, campaign = self._parts(_key("d", set_id), _key("c", campaign_id))
        if set_id and destinations is None:
            return None
        referral = Referral(advocate_id, share_code, *campaign or ())
        return MessageLink(message_id, share_token, tuple(destinations or ()), referral)

    def message_links(self, wanted: Sequence[tuple[str, str]]) -> list[MessageLink | None]:
        """Return the message of each account id and personal code."""
        return [self.message_link(*one) for one in wanted]

    def shared(self, account_id: str, token: str) -> SharedLink | None:
        """Return whose share token this is."""
        return self._shared(account_id, _key("t", token))

    def advocate(self, account_id: str, share_code: str) -> SharedLink | None:
        """Return the advocate with exactly this share code."""
        return self._shared(account_id, _key("a", f"{account_id}/{share_code}"))

    def close(self) -> None:
        """Let go of the connections."""
        self._redis.close()

    def _shared(self, account_id: str, key: bytes) -> SharedLink | None:
        found = self._get(key)
        if found is None or found[0] != account_id:
            return None
        _, message_id, advocate_id, share_code, campaign_id = found
        (campaign,) = self._parts(_key("c", campaign_id))
        return SharedLink(message_id, Referral(advocate_id, share_code, *campaign or (None,) * 4))

    def _get(self, key: bytes) -> Any:
        return self._parts(key)[0]

    def _parts(self, *keys: bytes) -> list[Any]:
        found = self._ask(lambda: self._redis.mget(keys))
        return [orjson.loads(value) if value else None for value in found]

    def _ask(self, question: Callable[[], Any]) -> Any:
        # Nobody else waits for a time-out while it is known that there will be one.
        if self._monotonic() < self._quiet_until:
            raise LinksUnavailableError("Redis did not answer a moment ago")
        try:
            return question()
        except redis.RedisError as error:
            self._quiet_until = self._monotonic() + _PAUSE_S
            raise LinksUnavailableError(str(error)) from error

    def _execute(self, pipeline: Any) -> bool:
        try:
            self._ask(pipeline.execute)
        except LinksUnavailableError:
            return False
        return True


def _key(kind: str, name: str | None) -> bytes:
    # The edge asks for whatever stands in an address, half a character included.
    return f"link:{kind}:{name}".encode(errors="replace")


def _enter(shared: dict[str, str], link: SentLinks) -> None:
    """Add what many links have in common, a set of destinations or a campaign: it is kept once."""
    if link.campaign_id and (key := f"c:{link.campaign_id}") not in shared:
        campaign = (link.campaign_id, link.campaign_key, link.landing_url, link.share_text, link.share_texts)
        shared[key] = _json(campaign)
    if link.link_set_id and (key := f"d:{link.link_set_id}") not in shared:
        shared[key] = _json(link.destinations)


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
