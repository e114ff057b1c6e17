"""The supervisor, with stand-ins for its children: a granian that serves, a worker that takes its time to end."""

import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
import time
import types
import urllib.request

import pytest
import redis
from structlog.testing import capture_logs

from workers import family, port, supervisor

APPLICATION = """
import json, os
def application(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "application/json")])
    told = {name: value for name, value in environ.items() if isinstance(value, (str, bool))}
    return [json.dumps({**told, "pid": os.getpid(), "above": os.getppid(), "body": len(body)}).encode()]
"""
WEB = """
from workers import memory
memory.begin()
from config.settings import read_settings
from workers import web
web.serve(read_settings(), "standin:application", threads=2, processes=1)
"""
WORKER = """
import os, signal, sys, time
from pathlib import Path
from workers import lifeline
notes = Path(sys.argv[1])
def end(*_):
    time.sleep(0.15)
    (notes / "finished").touch()
    sys.exit()
lifeline.hold(grace_s=0.5)
signal.signal(signal.SIGTERM, signal.SIG_IGN if "deaf" in sys.argv else end)
(notes / f"worker-{os.getpid()}").touch()
while True:
    time.sleep(0.1)
"""
SUPERVISOR = """
import os, sys
from config.settings import read_settings
from workers import supervisor
from workers.family import Child
notes, *words = {words!r}
children = (
    Child("web", (sys.executable, "-c", {web!r}), 1, 3.0),
    Child("worker", (sys.executable, "-c", {worker!r}, notes, *words), 2, {grace_s}),
)
sys.exit(supervisor.run(
    read_settings(), children=children,
    prepare=lambda: print("prepared", flush=True), announce=lambda: print("ready", flush=True),
))
"""


class Hub:
    """A supervisor that is ready, and what one can know of it from outside."""

    def __init__(self, process, settings, notes):
        self.process, self.settings, self.notes = process, settings, notes
        assert process.stdout.readline() == "prepared\n", process.stderr.read()
        assert process.stdout.readline() == "ready\n"
        self.redis = redis.Redis.from_url(settings.effective_redis_url)

    def worker_pids(self):
        return [int(path.name.removeprefix("worker-")) for path in self.notes.glob("worker-*")]

    def valkey_pid(self):
        try:
            return self.redis.info("server")["process_id"]
        except redis.RedisError:
            return None

    def web(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.settings.port}/", timeout=2) as answer:
            return json.load(answer)

    def web_pid(self):
        try:
            return self.web()["pid"]
        except OSError:
            return None

    def processes(self):
        web = self.web()
        return [web["pid"], web["above"], self.valkey_pid(), *self.worker_pids()]


@pytest.fixture
def hub(settings, start, tmp_path, eventually):
    """Start a hub and wait until it says that it is ready."""

    def hub(*words, grace_s=3.0, shell=""):
        (tmp_path / "standin.py").write_text(APPLICATION)
        notes = tmp_path / "notes"
        notes.mkdir()
        code = SUPERVISOR.format(words=(str(notes), *words), web=WEB, worker=WORKER, grace_s=grace_s)
        ready = Hub(start(code, shell=shell), settings, notes)
        eventually(ready.worker_pids)
        return ready

    return hub


def _listens(address):
    with socket.socket() as probe:
        return probe.connect_ex(address) == 0


def _refusal(start, code):
    out, err = (process := start(code)).communicate(timeout=8)
    return process.returncode, out, err


def test_a_second_start_on_the_same_folder_is_refused(settings, start):
    code = SUPERVISOR.format(words=("unused",), web=WEB, worker=WORKER, grace_s=1.0)
    with supervisor.hold_folder(settings.data_dir):
        refused = _refusal(start, code)
    line = f"throughline: already running on {settings.data_dir} (process {os.getpid()})\n"
    assert refused == (1, "", line)


def test_a_second_start_on_the_same_port_is_refused(settings, start):
    code = SUPERVISOR.format(words=("unused",), web=WEB, worker=WORKER, grace_s=1.0)
    with socket.create_server(("127.0.0.1", settings.port)):
        code, out, err = _refusal(start, code)
    by = f" (process {os.getpid()})" if sys.platform == "linux" else ""
    assert (code, out) == (1, "")
    assert err.startswith(f"throughline: cannot listen on 127.0.0.1:{settings.port}{by}: ")
    assert err.count("\n") == 1


def test_whatever_is_killed_is_started_again(hub, eventually, is_alive):
    running = hub()
    running.redis.set("kept", "yes")
    worker, valkey, granian, above = running.worker_pids()[0], running.valkey_pid(), *running.processes()[:2]
    os.kill(worker, signal.SIGKILL)
    os.kill(valkey, signal.SIGKILL)
    os.kill(granian, signal.SIGKILL)
    eventually(lambda: len(running.worker_pids()) == 2)
    eventually(lambda: running.valkey_pid() not in {None, valkey})
    eventually(lambda: running.web_pid() not in {None, granian})
    assert running.redis.get("kept") == b"yes"
    second = running.web_pid()
    os.kill(above, signal.SIGKILL)
    eventually(lambda: running.web_pid() not in {None, second})
    assert not is_alive(second)
    assert running.process.poll() is None


def test_a_killed_supervisor_takes_everything_with_it(hub, eventually, is_alive):
    running = hub()
    processes = running.processes()
    os.kill(running.process.pid, signal.SIGKILL)
    eventually(lambda: not any(map(is_alive, processes)))
    port.ensure_port_free(running.settings.host, running.settings.port)


@pytest.mark.parametrize(
    ("number", "shell"),
    [(signal.SIGINT, ""), (signal.SIGTERM, "trap '' INT HUP; exec")],
    ids=["Ctrl-C", "SIGTERM in the background"],
)
def test_a_signal_ends_everything_once_the_current_work_is_done(hub, is_alive, number, shell):
    running = hub(shell=shell)
    processes = running.processes()
    running.process.send_signal(number)
    out, err = running.process.communicate(timeout=8)
    assert (running.process.returncode, out, err) == (0, "", "throughline: stopping; another Ctrl-C hurries\n")
    assert not any(map(is_alive, processes))
    assert (running.notes / "finished").exists()
    assert (running.settings.data_dir / "supervisor.lock").read_text() == ""


def test_a_child_that_will_not_end_is_killed_after_its_grace_with_all_it_started(tmp_path, eventually, is_alive):
    deaf = f"trap '' TERM; sleep 60 & echo $! > {tmp_path}/pid; while :; do sleep 60; done"
    unhurried = types.SimpleNamespace(hurried=False, wait=lambda _: time.sleep(0.02))
    with capture_logs() as logs, family.Family(unhurried) as alive:
        process = alive.add(family.Child("deaf", ("sh", "-c", deaf), 1, grace_s=0.1))
        eventually(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    assert process.returncode == -signal.SIGKILL
    assert [entry["event"] for entry in logs] == ["child killed"]
    eventually(lambda: not is_alive(int((tmp_path / "pid").read_text())))


def test_a_second_ctrl_c_hurries(hub, is_alive):
    running = hub("deaf", grace_s=30.0)
    running.process.send_signal(signal.SIGINT)
    running.process.send_signal(signal.SIGINT)  # Make's copy of the same Ctrl-C, which counts for nothing.
    with pytest.raises(subprocess.TimeoutExpired):
        running.process.wait(timeout=0.7)
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(timeout=3) == 0
    assert not any(map(is_alive, running.worker_pids()))


def test_bodies_reach_the_application_and_the_environment_does_not(settings, start, tmp_path, eventually):
    (tmp_path / "standin.py").write_text(APPLICATION)
    start(WEB)
    address = (settings.host, settings.port)
    eventually(lambda: _listens(address))
    with socket.create_connection(address, timeout=2) as raw:
        raw.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nfour")
        told = json.loads(raw.recv(4096).partition(b"\r\n\r\n")[2])
        raw.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
        assert b'"body": 5' in raw.recv(4096)
    assert told["body"] == 4
    assert told["wsgi.input_terminated"] is True
    assert not {"SECRET_KEY", "DATA_DIR", "PATH"} & set(told)


def test_a_child_that_keeps_ending_is_started_ever_more_slowly():
    member = family.Member(family.Child("web", ("false",), 1, 1.0))
    member.started_at = time.monotonic()
    pauses = [member.plan_restart() for _ in range(8)]
    assert pauses == [0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
    member.started_at -= 60
    assert member.plan_restart() == 0.0


def test_a_hub_has_every_child_it_needs(settings):
    names = [child.name for child in supervisor.children(settings)]
    assert names == ["web", "sends-1", "clicks", "outcomes", "webhooks", "ship", "schedule"]


def test_clicks_are_recorded_by_two_where_a_server_keeps_them(settings):
    named = dataclasses.replace(settings, database_url="postgresql://hub@localhost/hub")
    names = [child.name for child in supervisor.children(named)]
    assert [name for name in names if name.startswith("clicks")] == ["clicks-1", "clicks-2"]
