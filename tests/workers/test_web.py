"""How the server hands requests over: to the edge first, which may answer later, and the rest by WSGI."""

import granian.server.mp
import pytest

from workers.web import _serve_with


class Protocol:
    """Granian's side of a request."""

    def __init__(self):
        self.answers = []

    def response_bytes(self, status, headers, body):
        self.answers.append((status, headers, body))


class Taking:
    """An app that takes what is for "/ours" and answers it later."""

    def __init__(self):
        self.later = []

    def take(self, environ, respond):
        if environ["PATH_INFO"] == "/ours":
            self.later.append(respond)
            return True
        return False

    def behind(self, environ, start_response):
        start_response("200 OK", [("X-From", environ["PATH_INFO"])])
        return [b"be", b"hind"]


@pytest.fixture
def app():
    return Taking()


def serve(app, path):
    protocol = Protocol()
    _serve_with(app, {}, None)(protocol, {"PATH_INFO": path})
    return protocol


def test_granian_has_the_place_where_it_is_put_in():
    assert callable(granian.server.mp._wsgi_call_wrap)


def test_what_an_app_takes_it_answers_when_it_likes(app):
    protocol = serve(app, "/ours")
    assert protocol.answers == []
    app.later[0](302, [("Location", "/")], b"")
    assert protocol.answers == [(302, [("Location", "/")], b"")]


def test_the_rest_is_answered_by_what_stands_behind(app):
    assert serve(app, "/theirs").answers == [(200, [("X-From", "/theirs")], b"behind")]


def test_a_plain_callable_is_served_as_ever(app):
    assert serve(app.behind, "/ours").answers == [(200, [("X-From", "/ours")], b"behind")]
