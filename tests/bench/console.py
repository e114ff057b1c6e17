"""Every page and report over a year: a million clicks, 100,000 messages, 20,000 contacts; and the trigger webhook."""

import gc
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.domain.ids import new_api_key
from app.flow.keep_statistics import keep_statistics
from app.flow.rebuild_counters import audit_counters
from app.store.accounts import add_api_key
from app.store.base import open_engine, transactions
from app.store.schema import upgrade
from tests.bench.postgresql import ServerCpu, postgresql
from tests.bench.year import Size, Year
from tests.web.console.small_hub import EMAIL, NOW, PASSWORD, SmallHub, small_hub

_ROUNDS = 15
_TRIGGERS, _LISTS, _IN_A_LIST = 200, 10, 1_000
_PAGE_MS, _TRIGGER_MS = 200, 500
_SAMPLE = Size(5_000, 1_000, 200, 300, 50)
_LIGHTEST = "/console/sign-in"
_ALSO = (
    "/console/?days=365",
    "/console/?days=365&campaign={campaign_id}&machines=show",
    "/console/sms?days=90",
    "/console/channels?days=365",
    "/console/visitors?who=preview",
    "/console/outbox?status=failed",
    "/console/outbox?channel=sms",
    "/console/outbox?search=reader19999",
    "/console/outbox?search=nobody-at-all",
    "/api/v1/reports/messages",
    "/api/v1/reports/messages?from=2025-11-23&to=2026-11-22",
    "/api/v1/reports/channels?from=2025-11-23&to=2026-11-22",
    "/api/v1/reports/visitors",
    "/api/v1/reports/visitors?campaign=c3&limit=100",
    "/api/v1/reports/visitors?advocate=friend7&limit=100",
    "/api/v1/reports/visitors?verdict=preview",
    "/api/v1/reports/messages/t1/contacts?metric=clicked&from=2026-10-23&to=2026-11-22",
    "/api/v1/reports/messages/t1/contacts?metric=orders",
    "/api/v1/reports/channels/whatsapp/contacts?metric=clicks&from=2026-10-23&to=2026-11-22",
    "/api/v1/messages",
    "/api/v1/messages?status=failed",
    "/api/v1/contacts",
    "/api/v1/orders",
    "/console/people?of=messages&metric=clicked&channel=email&template=t1",
    "/console/people?of=channels&metric=clicks&days=30",
    "/console/people?of=messages&metric=revenue&channel=email&days=365",
    "/console/campaigns/of/c0",
    "/console/advocates/friend7?of=order",
    "/console/visitors?advocate=friend7",
    "/console/visitors?campaign=c3&from=2026-06-01&to=2026-06-30",
    "/console/visitors?platform=x&who=human",
    "/console/visitors?link=own&who=human",
)
"""Beside every page of the console as it opens: those that ask more of the store."""
_Calls = dict[str, list[float]]


def _pages(hub: SmallHub, known: dict[str, str]) -> list[str]:
    """Return every address of the console that can be opened here."""
    found = []
    for rule in hub.flask.url_map.iter_rules():
        if rule.rule.startswith("/console") and "GET" in (rule.methods or ()):
            path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: known.get(part[1], "<"), rule.rule)
            found += [path] if "<" not in path else []
    return sorted(found)


_Clock = Callable[[], float]
"""Tells the CPU time taken so far, the database's included: what else the machine does is left out."""


def _seconds(clock: _Clock, client: FlaskClient, path: str, **said: Any) -> tuple[int, float]:
    start = clock()
    answer = client.open(path, **said)
    return answer.status_code, clock() - start


def _asked(clock: _Clock, client: FlaskClient, paths: list[str], headers: dict[str, str]) -> _Calls:
    """Return the CPU time that each page took, asked for one after the other, over and over."""
    passed: _Calls = {}
    for path in paths:
        status, _ = _seconds(clock, client, path, headers=headers)
        if status < 300:
            passed[path] = []
    for _ in range(_ROUNDS):
        for path, times in passed.items():
            times.append(_seconds(clock, client, path, headers=headers)[1])
    return passed


def _part(times: list[float], percent: int) -> float:
    """Return the time in ms within which so many percent of the calls were answered."""
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1] * 1000


def _said(passed: _Calls) -> Iterator[str]:
    lightest = statistics.median(passed[_LIGHTEST])
    for path, times in sorted(passed.items(), key=lambda pair: _part(pair[1], 95), reverse=True):
        ratio = statistics.median(times) / lightest
        yield (
            f"p50 {_part(times, 50):6,.0f} ms, p95 {_part(times, 95):6,.0f} ms, {ratio:6.1f} times {_LIGHTEST}  {path}"
        )
    slow = [path for path, times in passed.items() if _part(times, 95) > _PAGE_MS]
    yield f"{len(passed) - len(slow)} of {len(passed)} pages within {_PAGE_MS} ms at p95"


def _trigger(number: int) -> dict[str, Any]:
    contact = {"email": f"reader{number}@example.com", "first_name": "Ada"}
    return {"channel": "email", "template": "t0", "campaign": "c0", "contact": contact}


def _triggers(clock: _Clock, client: FlaskClient, headers: dict[str, str]) -> Iterator[str]:
    def one(number: int) -> Any:
        return _trigger(number)

    def many(number: int) -> Any:
        return {"triggers": [_trigger(number * _IN_A_LIST + each) for each in range(_IN_A_LIST)]}

    ways: tuple[tuple[str, Callable[[int], Any], int], ...] = (
        ("one trigger", one, _TRIGGERS),
        (f"a list of {_IN_A_LIST:,}", many, _LISTS),
    )
    for name, body, count in ways:
        calls = [
            _seconds(clock, client, "/hooks/demo/triggers", method="POST", json=body(n), headers=headers)
            for n in range(count)
        ]
        times = [passed for _, passed in calls]
        statuses = sorted({status for status, _ in calls})
        yield (
            f"{name}: p50 {_part(times, 50):,.0f} ms, p99 {_part(times, 99):,.0f} ms of {_TRIGGER_MS}"
            f" (answered {', '.join(map(str, statuses))})"
        )


def _hub(engine: Engine, size: Size) -> tuple[SmallHub, Year]:
    upgrade(engine)
    hub = small_hub(engine)
    year = Year(hub.account.id, size, NOW)
    year.fill(engine)
    # What filling it left in memory is no hub's: the collector would look at all of it in the midst of some page.
    gc.collect()
    gc.freeze()
    return hub, year


def measure(clock: _Clock, hub: SmallHub, message_id: str) -> Iterator[str]:
    """Yield what every page and report of a filled hub takes, then its trigger webhook."""
    key = new_api_key()
    with hub.transaction() as session:
        add_api_key(session, hub.account.id, key, NOW)
    client = hub.flask.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(_LIGHTEST).text)
    assert token
    client.post(_LIGHTEST, data={"csrf_token": token[1], "email": EMAIL, "password": PASSWORD})
    stranger, bearer = hub.flask.test_client(), {"Authorization": f"Bearer {key}"}
    campaigns = stranger.get("/api/v1/campaigns", headers=bearer).get_json()["data"]
    known = {"message_id": message_id, "order_id": "o7", "key": "t0", "version": "1", "channel": "email"}
    asked = [path.format(campaign_id=campaigns[0]["id"]) for path in _ALSO]
    pages = [path for path in (*_pages(hub, known), *asked) if path.startswith("/console") and path != _LIGHTEST]
    passed = _asked(clock, client, pages, {})
    passed |= _asked(clock, stranger, [_LIGHTEST, *(path for path in asked if path.startswith("/api"))], bearer)
    yield from _said(passed)
    yield from _triggers(clock, stranger, bearer)


def run() -> Iterator[str]:
    """Yield p50 and p95 of every page in CPU time, each also as a multiple of the sign-in page's, on both databases."""
    with tempfile.TemporaryDirectory() as folder:
        sample = _opened(f"sqlite:///{Path(folder, 'sample.db')}")
        _hub(sample, _SAMPLE)
        wrong = audit_counters(transaction=transactions(sample))
        yield f"the counters of a sample, beside its raw rows: {len(wrong)} differ"
        yield "SQLite"
        engine = _opened(f"sqlite:///{Path(folder, 'year.db')}")
        hub, year = _hub(engine, Size())
        keep_statistics(transaction=transactions(engine), now=NOW)
        yield from measure(time.process_time, hub, year.message_id)
    with postgresql() as url:
        yield "PostgreSQL"
        engine = _opened(url)
        hub, year = _hub(engine, Size())
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            # What autovacuum has done by the time that anybody looks; whatever runs beside would not be measured.
            connection.exec_driver_sql("VACUUM ANALYZE")
            connection.exec_driver_sql("ALTER DATABASE bench SET max_parallel_workers_per_gather = 0")
        engine.dispose()
        server = ServerCpu(engine)
        yield from measure(lambda: time.process_time() + server.seconds(), hub, year.message_id)
        engine.dispose()


def _opened(url: str) -> Engine:
    return open_engine(url, ("0123456789abcdef",))
