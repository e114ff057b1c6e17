"""How long a list of a thousand triggers waits for its answer: from a whole hub, over a socket, while it sends them."""

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.vendor import vendor
from tests.walk.hub import Caller, Hub

_DOMAIN = "refer.shop.example"


def answered(name: str, database_url: str | None, lists: Sequence[bytes], templates: dict[str, dict[str, str]]) -> str:
    """Return the median and the 99th percentile of ``lists``, one after the other, at a hub on a database."""
    place = {} if database_url is None else {"DATABASE_URL": database_url}
    with (
        tempfile.TemporaryDirectory() as folder,
        vendor("SendGrid") as mail,
        Hub(Path(folder, "data"), SENDGRID_API_BASE=mail, **place) as hub,
    ):
        caller = hub.account("Shop", _DOMAIN)
        caller.put("campaigns/spring", {"name": "Spring", "landing_url": "https://shop.example/"}).raise_for_status()
        for key, words in templates.items():
            caller.put(f"templates/{key}", words).raise_for_status()
        took_ms = sorted(_asked(caller, lists))
    p50, p99 = (statistics.quantiles(took_ms, n=100, method="inclusive")[at] for at in (49, 98))
    return f"{name}: {len(took_ms)} calls over a socket, the hub sending meanwhile: p50 {p50:.0f} ms, p99 {p99:.0f} ms"


def _asked(caller: Caller, lists: Sequence[bytes]) -> Iterator[float]:
    address = f"{caller.hub.url}/hooks/{caller.account}/triggers"
    for raw in lists:
        began = time.perf_counter()
        answer = caller.session.post(address, data=raw, headers={"Content-Type": "application/json"}, timeout=30)
        yield (time.perf_counter() - began) * 1000
        assert answer.status_code == 202, answer.text
        assert all(one["status"] == 202 for one in answer.json()["results"]), answer.text
