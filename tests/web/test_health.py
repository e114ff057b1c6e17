"""What watches over the hub gets to know."""

import pytest
from werkzeug.exceptions import InternalServerError

from app.web import problems


def test_the_process_is_up(hub):
    assert hub.client.get("/healthz").json == {"status": "ok"}


def test_everything_works(hub):
    answer = hub.client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"database": "ok", "queue": "ok", "journal": "ok"})


@pytest.mark.parametrize("part", ["database", "queue", "journal"])
def test_what_is_down_is_named(hub, part):
    hub.trouble[part] = "disk full"
    hub.queue.works = part != "queue"
    answer = hub.client.get("/readyz")
    assert answer.status_code == 503
    assert [name for name, state in answer.json.items() if state != "ok"] == [part]
    assert f'throughline_up{{part="{part}"}} 0.0' in hub.client.get("/metrics").text


def test_figures_are_for_prometheus(hub, sms):
    hub.trigger(sms())
    answer = hub.client.get("/metrics")
    assert answer.content_type.startswith("text/plain")
    assert 'throughline_queue_jobs{queue="sends"} 1.0' in answer.text
    assert 'throughline_last_day{what="untracked"} 0.0' in answer.text


def test_every_answer_is_guarded(hub):
    for path in ("/healthz", "/api/v1/messages", "/api/v1/docs", "/nowhere"):
        headers = hub.client.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert headers["X-Content-Type-Options"] == "nosniff"
    assert hub.client.get("/api/v1/messages").headers["Cache-Control"] == "no-store"


def test_an_error_of_ours_tells_nothing_of_the_inside(hub):
    with hub.app.test_request_context("/api/v1/messages"):
        answer = problems.answer_http(InternalServerError(original_exception=ValueError("secret path")))
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert b"secret" not in answer.data
