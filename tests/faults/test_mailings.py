"""Lists of emails while the worker, the web and Valkey are killed at random: none lost, none doubled without a flag.

``FAULTS_SECONDS``, which ``make faults`` sets, makes it a thousand messages; without it, it is a short walk.
"""

import os
import random
import signal
import threading
import time
from collections import Counter

import pytest
import requests

from tests.fakes.sendgrid import SendGridFake
from tests.faults.test_kill import DOMAIN, Database, eventually, pids_of
from tests.walk.hub import Hub

LONG = "FAULTS_SECONDS" in os.environ
MESSAGES, A_LIST, KILLS = (1_000, 25, 20) if LONG else (40, 20, 1)
VICTIMS = ["worker sends", "web", "valkey-server"]
SETTLED_S = 120.0
ENDS = {"sent", "delivered", "failed", "unknown"}


@pytest.fixture(scope="module")
def vendor():
    with SendGridFake() as fake:
        # Long enough for a worker to be killed in the middle of a call.
        fake.late_s = 0.05
        yield fake


@pytest.fixture(scope="module")
def hub(tmp_path_factory, vendor):
    folder = tmp_path_factory.mktemp("mailings") / "data"
    hub = Hub(folder, SENDGRID_API_BASE=vendor.base_url)
    hub.database = Database(folder)
    with hub:
        yield hub


def mail(caller, number):
    """Ask for a list of emails until the hub says that it has it, as any sender does."""
    triggers = [
        {
            "id": f"kill-{one}",
            "channel": "email",
            "template": "news",
            "contact": {"email": f"p{one}@example.com", "first_name": f"P{one}"},
        }
        for one in range(number, number + A_LIST)
    ]
    url = f"{caller.hub.url}/hooks/{caller.account}/triggers"
    answer = None
    while answer is None:
        try:
            answer = caller.session.post(url, json={"triggers": triggers}, timeout=10)
        except requests.RequestException:
            time.sleep(0.05)
    assert answer.status_code == 202, answer.text
    assert {one["status"] for one in answer.json()["results"]} == {202}


def answers(hub):
    try:
        return requests.get(f"{hub.url}/healthz", timeout=10).ok
    except requests.RequestException:
        return False


def kill_at_random(hub, done, chance):
    for _ in range(KILLS):
        if done.wait(chance.uniform(0.05, 0.5 if LONG else 0.2)):
            return
        for pid in pids_of(hub, chance.choice(VICTIMS)):
            os.kill(pid, signal.SIGKILL)


def test_every_email_of_every_list_is_sent_once_or_flagged_whatever_is_killed(hub, vendor):
    caller, done, chance = hub.account("Shop", DOMAIN), threading.Event(), random.Random(5)
    words = {"channel": "email", "subject": "Hi", "html": '{{ contact.first_name }} <a href="https://a.example/">a</a>'}
    assert caller.put("templates/news", words).status_code in {200, 201}
    killer = threading.Thread(target=kill_at_random, args=(hub, done, chance))
    killer.start()
    for number in range(0, MESSAGES, A_LIST):
        mail(caller, number)
    killer.join()
    done.set()

    begun = time.monotonic()
    while not set(hub.database.statuses().values()) <= ENDS:
        assert time.monotonic() - begun < SETTLED_S, Counter(hub.database.statuses().values())
        hub.database.let_time_pass()
        time.sleep(0.2)
    statuses = hub.database.statuses()
    assert len(statuses) == MESSAGES
    got = Counter(one["to"] for one in vendor.mails())
    sent = {f"kill-{address[1:].partition('@')[0]}": count for address, count in got.items()}
    assert {key: sent.get(key) for key, status in statuses.items() if status == "sent"} == {
        key: 1 for key, status in statuses.items() if status == "sent"
    }
    assert max(sent.values()) == 1
    # The last kill may have been a web's, whose follower is there before it listens.
    eventually(lambda: answers(hub))
    assert "Every counter is right." in hub.run("audit")


def test_a_worker_that_was_stopped_in_its_call_and_goes_on_cannot_overwrite_what_was_sent_again(hub, vendor):
    caller, calls = hub.account("Stopped", "stopped.example"), len(vendor.calls)
    vendor.late_s = 1.0
    words = {"channel": "email", "contact": {"email": "s@example.com"}, "message": {"subject": "Hi", "text": "Hi"}}
    message_id = caller.hook("triggers", {"id": "kill-stopped", **words}).json()["message"]["id"]
    eventually(lambda: len(vendor.calls) > calls)
    workers = pids_of(hub, "worker sends")
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    vendor.late_s = 0.05

    def is_given_up():
        hub.database.let_time_pass()
        return caller.api(f"messages/{message_id}")["status"] == "unknown"

    eventually(is_given_up)
    assert caller.session.post(f"{hub.url}/api/v1/messages/{message_id}/resend", timeout=10).status_code == 202
    for pid in workers:
        os.kill(pid, signal.SIGCONT)
    eventually(lambda: caller.api(f"messages/{message_id}")["status"] == "sent")
    first, second = (one for one in vendor.messages if one["personalizations"][0]["to"][0]["email"] == "s@example.com")
    message = caller.api(f"messages/{message_id}")
    assert first["x_message_id"] != second["x_message_id"] == message["provider_id"]
    assert [event["type"] for event in message["events"]] == ["queued", "unknown", "queued", "sent"]
