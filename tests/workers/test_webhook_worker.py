"""The worker that calls webhooks: many at once, and no slow one before the others."""

import threading
from types import SimpleNamespace

import pytest
from structlog.testing import capture_logs

from app.flow.redeliver_event import ping_webhook
from app.flow.register_webhook import register_webhook
from app.store.base import readings
from app.store.webhook_log import list_deliveries
from integrations.protocol import WebhookAnswer
from workers.webhook_worker import WebhookWorker


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


class Postman:
    """Is kept waiting by receivers whose address says so."""

    def __init__(self):
        self.called, self.released = [], threading.Event()

    def call(self, call):
        self.called.append(call.url)
        if "slow" in call.url:
            self.released.wait(5)
        return WebhookAnswer(200)


@pytest.fixture
def postman():
    return Postman()


@pytest.fixture
def factory(transaction, engine, now, postman):
    return SimpleNamespace(transaction=transaction, reading=readings(engine), clock=lambda: now, webhook_caller=postman)


@pytest.fixture
def worker(factory):
    worker = WebhookWorker(factory)
    thread = threading.Thread(target=worker.run)
    thread.start()
    yield worker
    worker.stop()
    thread.join(5)
    assert not thread.is_alive()


@pytest.fixture
def webhook(transaction, account, now):
    """Register a webhook with some pings to be delivered; return what tells how they stand."""

    def make(host, pings):
        with transaction() as session:
            values = {"url": f"https://{host}/", "events": []}
            webhook_id = register_webhook(session, account.id, values, private_too=False, now=now).webhook.id
            for _ in range(pings):
                ping_webhook(session, account.id, webhook_id, now=now)

        def statuses():
            with transaction() as session:
                found = list_deliveries(session, account.id, webhook_id, before=None, limit=100)
                return [delivery.status for delivery in found]

        return statuses

    return make


def test_a_slow_receiver_gets_a_few_calls_and_holds_up_nobody(webhook, worker, postman, eventually):
    slow = webhook("slow.example", 50)
    eventually(lambda: postman.called.count("https://slow.example/") == 4)
    quick = webhook("quick.example", 50)
    eventually(lambda: quick() == ["delivered"] * 50)
    assert postman.called.count("https://slow.example/") == 4
    postman.released.set()
    eventually(lambda: slow() == ["delivered"] * 50)


def test_a_stop_lets_the_calls_under_way_end(webhook, worker, postman, eventually):
    slow = webhook("slow.example", 6)
    eventually(lambda: len(postman.called) == 4)
    worker.stop()
    postman.released.set()
    eventually(lambda: slow().count("delivered") == 4)
    assert slow().count("pending") == 2


def test_a_database_that_is_away_is_waited_for(webhook, factory, eventually):
    reading, tries = factory.reading, []

    def away():
        tries.append(1)
        raise OSError

    factory.reading = away
    pinged = webhook("quick.example", 1)
    worker = WebhookWorker(factory)
    thread = threading.Thread(target=worker.run)
    with capture_logs() as logs:
        thread.start()
        eventually(lambda: len(tries) >= 2)
        factory.reading = reading
        eventually(lambda: pinged() == ["delivered"])
    worker.stop()
    thread.join(5)
    assert [entry["event"] for entry in logs] == ["webhooks cannot be looked for"]
