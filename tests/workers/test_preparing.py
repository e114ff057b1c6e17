"""A web that loads while the supervisor prepares the database."""

import threading
import time
import urllib.request

from workers import preparing

APPLICATION = """
from pathlib import Path
def note(name):
    return Path(__file__).with_name(name)
def __getattr__(name):
    if name != "application":
        raise AttributeError(name)
    note("loaded").touch()
    return answer
def answer(environ, start_response):
    start_response("200 OK", [])
    return [b"prepared" if note("prepared").exists() else b"too early"]
"""
WEB = """
from config.settings import read_settings
from workers import web
web.serve(read_settings(), "standin:application", threads=2, processes=2)
"""


def _answer(settings):
    try:
        with urllib.request.urlopen(f"http://{settings.host}:{settings.port}/", timeout=30) as answer:
            return answer.read()
    except OSError:
        return None


def test_a_web_that_has_loaded_serves_nobody_before_the_database_is_prepared(settings, start, tmp_path, eventually):
    (tmp_path / "standin.py").write_text(APPLICATION)
    settings.data_dir.mkdir()
    with preparing.hold_back(settings.data_dir):
        start(WEB)
        eventually((tmp_path / "loaded").exists)
        for _ in range(10):
            assert _answer(settings) is None
            time.sleep(0.02)
        (tmp_path / "prepared").touch()
    answers = []
    eventually(lambda: answers.append(_answer(settings)) or answers[-1])
    assert answers[-1] == b"prepared"


def test_whoever_is_held_back_goes_on_when_that_ends(tmp_path):
    happened = []
    waiting = threading.Thread(
        target=lambda: (preparing.wait_until_prepared(tmp_path), happened.append("goes on")), daemon=True
    )
    with preparing.hold_back(tmp_path):
        waiting.start()
        waiting.join(timeout=0.1)
        happened.append("prepared")
    waiting.join(timeout=30)
    assert happened == ["prepared", "goes on"]


def test_a_web_by_itself_waits_for_nobody(tmp_path):
    preparing.wait_until_prepared(tmp_path)
    with preparing.hold_back(tmp_path):
        pass
    preparing.wait_until_prepared(tmp_path)
