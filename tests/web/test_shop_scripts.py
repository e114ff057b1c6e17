"""The scripts for the shop's own pages: small, alike on every host, and kept by browsers."""

import gzip

import pytest

from tests.web.conftest import PUBLIC_URL

LIMITS = {"/mbsy.js": 4096, "/widget.js": 10_240}


@pytest.mark.parametrize("path", LIMITS)
def test_a_script_is_small_and_any_page_may_load_and_keep_it(hub, path):
    answer = hub.client.get(path, headers={"Accept-Encoding": "br, gzip"})
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert len(answer.data) < LIMITS[path]
    assert gzip.decompress(answer.data) == hub.client.get(path).data
    assert "stale-if-error" in answer.headers["Cache-Control"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("path", LIMITS)
def test_whoever_has_the_script_is_not_sent_it_again(hub, path, encoding):
    first = hub.client.get(path, headers={"Accept-Encoding": encoding})
    again = hub.client.get(path, headers={"Accept-Encoding": encoding, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


@pytest.mark.parametrize("path", LIMITS)
def test_a_script_is_the_same_on_every_host(hub, path):
    sent = {hub.client.get(path, base_url=host).data for host in (PUBLIC_URL, "http://demo.localhost:8000")}
    assert len(sent) == 1
