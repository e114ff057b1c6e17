"""A whole hub in processes of its own, met only through its command line and its port."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import requests

_PROJECT = Path(__file__).parents[2]
_READY_S = 90.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Hub:
    """Starts on entering, is told to stop on leaving, and must leave no process behind."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        small = {"WEB_PROCESSES": "1", "SEND_WORKERS": "1"}
        place = {"DATA_DIR": str(data_dir), "PORT": str(self.port)}
        self.environment = {**os.environ, **small, **place, **environment}
        self.log = data_dir.with_suffix(".log")

    def __enter__(self) -> Self:
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                self._command("up"), cwd=_PROJECT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + _READY_S
        while "Throughline is up" not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "app.cli", *words]

    def run(self, *words: str) -> str:
        """Run a throughline command beside the hub and return what it printed."""
        done = subprocess.run(
            self._command(*words), cwd=_PROJECT, env=self.environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def account(self, name: str, domain: str) -> "Caller":
        """Make an account and return who calls the hub with its key."""
        created = json.loads(self.run("account", "create", name, "--domain", domain, "--json"))
        return Caller(self, created["account"], created["api_key"], created["signing_secret"], domain)


class Caller:
    """An automation platform, a shop and a browser in one."""

    def __init__(self, hub: Hub, account: str, api_key: str, signing_secret: str, domain: str) -> None:
        self.hub, self.account, self.domain, self.signing_secret = hub, account, domain, signing_secret
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {api_key}"
        self.browser = requests.Session()

    def hook(self, name: str, body: Any, **headers: str) -> requests.Response:
        """Call a webhook."""
        return self.session.post(f"{self.hub.url}/hooks/{self.account}/{name}", json=body, headers=headers, timeout=20)

    def api(self, path: str) -> Any:
        """Read from the API."""
        answer = self.session.get(f"{self.hub.url}/api/v1/{path}", timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def put(self, path: str, body: Any) -> requests.Response:
        """Write to the API."""
        return self.session.put(f"{self.hub.url}/api/v1/{path}", json=body, timeout=20)

    def follow(self, address: str, user_agent: str = "") -> requests.Response:
        """Follow one of the account's links as a person's browser does, without going to where it leads."""
        path = address.split(self.domain, 1)[1]
        return self.browser.get(
            self.hub.url + path.removeprefix(f":{self.hub.port}"),
            headers={"Host": self.domain, "User-Agent": user_agent or PHONE},
            allow_redirects=False,
            timeout=20,
        )


PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1"
)


def eventually(look: Any, patience_s: float = 60.0) -> Any:
    """Return the first truthy answer of ``look``."""
    deadline = time.monotonic() + patience_s
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
