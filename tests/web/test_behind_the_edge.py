"""The edge in front and Flask behind, as ``make run`` serves them: no request line is an error of ours."""

import io

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.edge.redirect import Edge
from app.edge.resolver import Resolver
from app.store.link_reader import LinkReader

_BYTES = st.binary(max_size=30).map(lambda data: data.decode("latin-1"))
_PATHS = st.one_of(
    _BYTES.map("/".__add__),
    st.sampled_from(
        ["/-t", "/-i", "/copy/", "/u/", "/static/", "/console/", "/api/v1/", "/hooks/", "//", "/e/"]
    ).flatmap(lambda start: _BYTES.map(start.__add__)),
)


class _Keeping:
    def append(self, line):
        pass


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"]),
    path=_PATHS,
    host=st.one_of(st.sampled_from(["localhost:8000", "refer.shop.example"]), _BYTES),
    query=_BYTES,
)
@example(method="GET", path="/", host="localhost", query="\x80")
@example(method="GET", path="/console/\0", host="localhost", query="")
def test_no_request_line_is_an_error_of_ours(hub, method, path, host, query):
    edge = Edge(Resolver(LinkReader(hub.engine), 8000), _Keeping(), behind=hub.app.wsgi_app)
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": host,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "203.0.113.7",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
    }
    statuses = []
    b"".join(edge(environ, lambda status, headers, *_: statuses.append(int(status.split()[0]))))
    assert statuses[0] < 500
