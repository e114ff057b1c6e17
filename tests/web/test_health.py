"""What watches over the hub gets to know."""

from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from werkzeug.exceptions import InternalServerError

from app.edge.figures import Backlog, HubFigures
from app.store.clicks import take_batch
from app.web import problems
from app.web.edge_metrics import EdgeFigures
from tests.web.conftest import NOW


def test_the_process_is_up(hub):
    assert hub.client.get("/healthz").json == {"status": "ok"}


def test_everything_works(hub):
    answer = hub.client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"database": "ok", "queue": "ok", "journal": "ok", "clock": "ok"})


@pytest.mark.parametrize("part", ["database", "queue", "journal"])
def test_what_is_down_is_named(hub, part):
    hub.trouble[part] = "disk full"
    hub.queue.works = part != "queue"
    answer = hub.client.get("/readyz")
    assert answer.status_code == 503
    assert [name for name, state in answer.json.items() if state != "ok"] == [part]
    assert f'throughline_up{{part="{part}"}} 0.0' in hub.client.get("/metrics").text


def test_a_clock_that_was_set_back_is_told_of_and_stops_nothing(hub):
    for ahead in (60, 3_600):
        with hub.transaction() as session:
            take_batch(session, f"batch-{ahead}", visits=1, refused=0, now=NOW + timedelta(seconds=ahead))
        answer = hub.client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json["clock"].startswith("ok" if ahead == 60 else "It is 3600 s behind")
    text = hub.client.get("/metrics").text
    assert "throughline_clock_behind_seconds 3600.0" in text
    assert 'throughline_up{part="clock"} 0.0' in text


def test_figures_are_for_prometheus(hub, sms):
    hub.trigger(sms())
    answer = hub.client.get("/metrics")
    assert answer.content_type.startswith("text/plain")
    assert 'throughline_queue_jobs{queue="sends"} 1.0' in answer.text
    assert 'throughline_last_day{what="untracked"} 0.0' in answer.text


def test_the_edges_figures_are_for_prometheus(hub):
    counts = {"message redirected": 7, "none unknown": 2, "visits human": 5, "batches": 2, "batch seconds": 0.5}
    counts |= {"recorded machine": 4, "revised human machine": 1}
    figures = HubFigures(counts, held=3, lost=1, errors=()), Backlog(clicks=4, oldest_s=1.5, damaged=1)
    registry = CollectorRegistry()
    registry.register(EdgeFigures(lambda: figures))
    text = generate_latest(registry).decode()
    for line in (
        'throughline_redirects_total{kind="message",result="redirected"} 7.0',
        'throughline_redirects_total{kind="press",result="redirected"} 0.0',
        'throughline_redirects_total{kind="none",result="unknown"} 2.0',
        'throughline_visits_total{verdict="human"} 5.0',
        'throughline_visits_recorded_total{verdict="machine"} 4.0',
        'throughline_visits_recorded_total{verdict="human"} 0.0',
        'throughline_verdicts_revised_total{new="machine",old="human"} 1.0',
        "throughline_batch_seconds_count 2.0",
        "throughline_batch_seconds_sum 0.5",
        "throughline_journal_clicks 4.0",
        "throughline_journal_oldest_seconds 1.5",
        "throughline_journal_held_clicks 3.0",
        "throughline_journal_damaged_files 1.0",
        "throughline_journal_lost_clicks_total 1.0",
    ):
        assert f"\n{line}\n" in text


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
