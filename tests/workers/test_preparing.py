"""A web that loads while the supervisor prepares the database."""

import contextlib
import socket

from workers import preparing

APPLICATION = """
from pathlib import Path
(Path(__file__).parent / "loaded").touch()
def application(environ, start_response):
    start_response("200 OK", [])
    return [b"prepared" if (Path(__file__).parent / "prepared").exists() else b"too early"]
"""
WEB = """
from config.settings import read_settings
from workers import web
web.serve(read_settings(), "standin:application", threads=2, processes=2)
"""
REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def _connected(address):
    try:
        return socket.create_connection(address, timeout=30)
    except ConnectionRefusedError:
        return None


def test_nobody_is_served_before_the_database_is_prepared(settings, start, tmp_path, eventually):
    (tmp_path / "standin.py").write_text(APPLICATION)
    settings.data_dir.mkdir()
    with contextlib.ExitStack() as stack:
        with preparing.hold_back(settings.data_dir):
            start(WEB)
            visitors = []
            eventually(lambda: visitors.append(_connected((settings.host, settings.port))) or visitors[-1])
            visitor = stack.enter_context(visitors[-1])
            visitor.sendall(REQUEST)
            eventually((tmp_path / "loaded").exists)
            (tmp_path / "prepared").touch()
        answer = b"".join(iter(lambda: visitor.recv(4096), b""))
    assert answer.endswith(b"prepared")


def test_a_web_by_itself_waits_for_nobody(tmp_path):
    preparing.wait_until_prepared(tmp_path)
    with preparing.hold_back(tmp_path):
        pass
    preparing.wait_until_prepared(tmp_path)
