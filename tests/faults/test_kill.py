"""A whole hub whose processes are killed one after the other while triggers and clicks come in: nothing gets lost.

How long they are killed at random is in ``FAULTS_SECONDS``; ``make faults`` makes it a minute.
"""

import os
import random
import re
import signal
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path

import pytest
import requests

from tests.fakes.twilio import TwilioFake
from tests.walk.hub import Hub

DOMAIN = "refer.shop.example"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/604.1"
CHILDREN = ["worker sends", "worker clicks", "ship", "schedule", "valkey-server", "web"]
PATIENCE_S = 60.0
KILL_S = float(os.environ.get("FAULTS_SECONDS", "3"))


def eventually(look):
    deadline = time.monotonic() + PATIENCE_S
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return found


def table():
    """Return {process: (its parent, its command)} of all that run; those that ended and wait do not."""
    if not Path("/proc/self/stat").exists():
        asked = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True)
        rows = [line.split(None, 3) for line in asked.stdout.splitlines()]
        return {int(row[0]): (int(row[1]), row[3]) for row in rows if len(row) == 4 and not row[2].startswith("Z")}
    running = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            running[int(folder.name)] = (int(parent), command)
    return running


def family(pid):
    """Return {process: command} of everything below ``pid``."""
    running = table()
    found, generation = {}, {pid}
    while generation:
        generation = {child for child, (parent, _) in running.items() if parent in generation}
        found |= {child: running[child][1] for child in generation}
    return found


class Senders:
    """An automation platform and a crowd of readers: they go on until told to stop, and write down what they got."""

    def __init__(self, hub, caller, link):
        self.hub, self.caller, self.link = hub, caller, link
        self.accepted, self.clicked, self.unanswered, self.odd = {}, [], 0, []
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self._trigger), threading.Thread(target=self._click)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(20)

    def _trigger(self):
        number = 0
        with requests.Session() as session:
            session.headers.update(self.caller.session.headers)
            while not self.stopped.wait(0.1):
                key = f"kill-{number}"
                body = {
                    "id": key,
                    "channel": "sms",
                    "contact": {"external_id": "c-1", "phone": "+15005550010"},
                    "message": {"text": f"{key}."},
                }
                url = f"{self.hub.url}/hooks/{self.caller.account}/triggers"
                try:
                    answer = session.post(url, json=body, timeout=10)
                except requests.RequestException:
                    continue  # As any sender does, the same trigger is sent again.
                if answer.status_code != 202:
                    self.odd.append(answer.text)
                    continue
                self.accepted[key] = answer.json()["message"]["id"]
                number += 1

    def _click(self):
        with requests.Session() as session:
            while not self.stopped.wait(0.04):
                try:
                    answer = session.get(
                        self.hub.url + self.link,
                        headers={"Host": DOMAIN, "User-Agent": PHONE},
                        allow_redirects=False,
                        timeout=10,
                    )
                except requests.RequestException:
                    self.unanswered += 1
                    continue
                if answer.status_code != 302:
                    self.odd.append(answer.text)
                    continue
                self.clicked.append(re.search(r"mbsy_source=([0-9a-f-]{36})", answer.headers["Location"])[1])


class Database:
    """The hub's own file, read beside it."""

    def __init__(self, data_dir):
        self.path = data_dir / "throughline.db"

    def ask(self, query, *values):
        with closing(sqlite3.connect(self.path, timeout=10, isolation_level=None)) as connection:
            return connection.execute(query, values).fetchall()

    def statuses(self):
        return dict(self.ask("SELECT trigger_key, status FROM messages WHERE trigger_key LIKE 'kill-%'"))

    def clicks(self):
        return [row[0] for row in self.ask("SELECT id FROM clicks")]

    def let_time_pass(self):
        """Make the leases and wake-ups an hour older: what is left behind is due now, and not in minutes."""
        for column in ("lease_until", "woken_at"):
            self.ask(
                f"UPDATE messages SET {column} = strftime('%Y-%m-%d %H:%M:%f', {column}, '-1 hour') || '000'"
                " WHERE status IN ('queued', 'sending')"
            )


@pytest.fixture(scope="module")
def vendor():
    with TwilioFake() as fake:
        # Long enough for a worker to be killed in the middle of a call.
        fake.late_s = 0.02
        yield fake


@pytest.fixture(scope="module")
def hub(tmp_path_factory, vendor):
    folder = tmp_path_factory.mktemp("hub") / "data"
    hub = Hub(folder, TWILIO_API_BASE=vendor.base_url, SEND_WORKERS="1", WEB_PROCESSES="1")
    hub.database = Database(folder)
    with hub:
        yield hub


@pytest.fixture(scope="module")
def senders(hub):
    caller = hub.account("Shop", DOMAIN)
    words = {"subject": "Hi", "html": '<a href="https://shop.example/new">New</a>'}
    accepted = caller.hook("triggers", {"channel": "email", "contact": {"email": "a@example.com"}, "message": words})
    message_id = accepted.json()["message"]["id"]
    html = eventually(lambda: caller.api(f"messages/{message_id}")["html"])
    senders = Senders(hub, caller, re.search(r"/-t\w+", html)[0])
    senders.start()
    yield senders
    senders.stop()
    caller.session.close()
    caller.browser.close()


def pids_of(hub, name):
    """Return the hub's own children of that name."""
    children = {pid: command for pid, (parent, command) in table().items() if parent == hub.process.pid}
    return {pid for pid, command in children.items() if f"{name} " in f"{command} ".replace("app.cli ", " ")}


def kill_at_random(hub, names):
    """Kill one or the other, again and again, as long as ``KILL_S`` says."""
    end = time.monotonic() + KILL_S
    while time.monotonic() < end:
        for pid in pids_of(hub, random.choice(names)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(random.uniform(0.05, 0.2) if KILL_S < 10 else random.uniform(0.2, 1.5))


def ends_well(status):
    return status in {"sent", "delivered", "unknown"}


@pytest.mark.parametrize("name", CHILDREN)
def test_after_any_process_was_killed_messages_go_out_and_clicks_come_in_again(hub, senders, name):
    killed = eventually(lambda: pids_of(hub, name))
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: pids_of(hub, name) - killed)
    triggers, clicks = len(senders.accepted), len(senders.clicked)
    trigger = eventually(lambda: list(senders.accepted)[triggers + 1 :])[0]
    click = eventually(lambda: senders.clicked[clicks + 1 :])[0]
    hub.database.let_time_pass()
    eventually(lambda: ends_well(hub.database.statuses()[trigger]))
    eventually(lambda: click in hub.database.clicks())
    assert hub.process.poll() is None


def test_killed_at_random_moments_it_goes_on(hub, senders):
    kill_at_random(hub, CHILDREN)
    triggers, clicks = len(senders.accepted), len(senders.clicked)
    eventually(lambda: len(senders.accepted) > triggers and len(senders.clicked) > clicks)
    assert hub.process.poll() is None


def test_a_second_start_on_the_same_folder_is_refused(hub):
    second = subprocess.run(
        hub._command("up"),
        cwd=Path(__file__).parents[2],
        env={**hub.environment, "PORT": "1"},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert second.returncode == 1
    assert f"already running on {hub.environment['DATA_DIR']} (process {hub.process.pid})" in second.stderr
    assert hub.process.poll() is None


def test_a_stop_leaves_no_process_and_a_restart_goes_on(hub, senders):
    processes = family(hub.process.pid)
    assert len(processes) >= len(CHILDREN)
    hub.process.send_signal(signal.SIGTERM)
    assert hub.process.wait(timeout=PATIENCE_S) == 0
    assert not processes.keys() & table().keys()
    told = len(senders.accepted)
    hub.__enter__()
    eventually(lambda: len(senders.accepted) > told)


def test_in_the_end_every_trigger_was_sent_once_and_every_click_is_there(hub, senders, vendor):
    senders.stop()
    assert senders.odd == []
    assert len(senders.accepted) > 50
    assert len(senders.clicked) > 50

    hub.database.let_time_pass()
    eventually(lambda: all(map(ends_well, hub.database.statuses().values())))
    sent = Counter(message["Body"].rstrip(".") for message in vendor.messages)
    statuses = hub.database.statuses()
    assert senders.accepted.keys() <= statuses.keys()
    assert {key: sent[key] for key, status in statuses.items() if status != "unknown"} == {
        key: 1 for key, status in statuses.items() if status != "unknown"
    }
    assert all(sent[key] <= 1 for key in statuses)
    eventually(lambda: set(senders.clicked) <= set(hub.database.clicks()))
    # A click whose answer was cut off may have been kept; one that nobody made may not.
    assert len(hub.database.clicks()) - len(senders.clicked) <= senders.unanswered
    assert "Every counter is right." in hub.run("audit")
