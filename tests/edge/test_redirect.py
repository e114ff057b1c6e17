"""The hot path from outside: what a visitor gets, and what is kept of the visit."""

import threading
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
import uuid_utils
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.link_target import MessageLink, Referral, SharedLink
from app.domain.visit import LinkKind, Verdict, Visit
from app.edge.figures import Figures, sum_up
from app.edge.journal import Journal
from app.edge.redirect import Edge, not_found
from app.edge.resolver import Resolver
from app.store.link_reader import LinksUnavailableError

CODE = "AbCdEfGhIj0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"
    " Mobile/15E148 Safari/604.1"
)
SPRING = Referral("ad-1", "johndoe", "camp-1", "spring", "https://shop.example/spring?a=%2f#top", "Join me")
DESTINATIONS = ("https://shop.example/a?x=1#f", "https://b\u00fccher.example/\u00e4 b")


class Links:
    """One account with one message and one advocate."""

    is_down = False

    def account_of(self, host):
        if self.is_down:
            raise LinksUnavailableError("down")
        return {"refer.example": "acc-1", "other.example": "acc-2"}.get(host)

    def message_link(self, account_id, code):
        known = (account_id, code) == ("acc-1", CODE)
        return MessageLink("m-1", "ShareToken1", DESTINATIONS, SPRING) if known else None

    def message_links(self, wanted):
        if self.is_down:
            raise LinksUnavailableError("down")
        return [self.message_link(*one) for one in wanted]

    def shared(self, account_id, token):
        known = {"ShareToken1": SharedLink("m-1", SPRING), "TokenAdvoc8": SharedLink(None, SPRING)}
        return known.get(token) if account_id == "acc-1" else None

    def advocate(self, account_id, share_code):
        return SharedLink(None, SPRING) if (account_id, share_code) == ("acc-1", "johndoe") else None


class Notebook:
    """A journal that remembers."""

    def __init__(self):
        self.lines = []

    def append(self, line):
        self.lines.append(line)

    @property
    def visits(self):
        return [Visit.from_line(line) for line in self.lines]


class Answer:
    def __init__(self, status, headers, body):
        self.status = int(status.split()[0])
        self.headers = dict(headers)
        self.body = body
        assert len(self.headers) == len(headers)
        for name, value in headers:
            assert name.isascii()
            assert value.isascii()
            assert not set(value) & set("\r\n\t\0")

    @property
    def location(self):
        return self.headers["Location"]


def behind(_environ, start_response):
    start_response("200 OK", [("X-From", "behind")])
    return [b"behind"]


@pytest.fixture
def journal():
    return Notebook()


@pytest.fixture
def links():
    return Links()


@pytest.fixture
def edge(links, journal):
    return Edge(Resolver(links, 8000), journal, behind=behind)


def ask(edge, path, method="GET", host="refer.example", agent=IPHONE, **more):
    asked = {"REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_HOST": host, "HTTP_USER_AGENT": agent}
    environ = asked | {"REMOTE_ADDR": "203.0.113.77"} | more
    started = []
    body = b"".join(edge(environ, lambda status, headers: started.append((status, headers))))
    return Answer(*started[0], body)


def test_a_tracked_link_leads_on_and_is_kept(edge, journal):
    answer = ask(edge, f"/-t{CODE}0", HTTP_REFERER="https://mail.example/")
    [visit] = journal.visits
    assert answer.status == 302
    assert answer.location == f"https://shop.example/a?x=1&mbsy=johndoe&campaignid=spring&mbsy_source={visit.id}#f"
    assert uuid.UUID(visit.id).version == 7
    assert visit == Visit(
        id=visit.id,
        at_ms=uuid.UUID(visit.id).int >> 80,
        account_id="acc-1",
        kind=LinkKind.MESSAGE,
        verdict=Verdict.HUMAN,
        signals=(),
        rules=visit.rules,
        url=DESTINATIONS[0],
        message_id="m-1",
        link_index=0,
        advocate_id="ad-1",
        campaign_id="camp-1",
        ip="203.0.113.0",
        user_agent=IPHONE,
        referrer="https://mail.example/",
    )


def test_a_redirect_is_never_stored_and_tells_no_referrer(edge):
    answer = ask(edge, f"/-t{CODE}0")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert (answer.headers["Content-Length"], answer.body) == ("0", b"")


def test_every_visit_has_its_own_source(edge, journal):
    sources = {parse_qs(urlsplit(ask(edge, f"/-t{CODE}0").location).query)["mbsy_source"][0] for _ in range(50)}
    assert sources == {visit.id for visit in journal.visits}
    assert len(sources) == 50


def test_a_destination_in_another_script_is_sent_in_ascii(edge):
    assert ask(edge, f"/-t{CODE}1").location.startswith("https://xn--bcher-kva.example/%C3%A4%20b?mbsy=johndoe&")


def test_a_press_opens_the_platform_and_is_kept(edge, journal):
    answer = ask(edge, f"/-s{CODE}w")
    assert answer.location == "https://wa.me/?text=Join%20me%20https%3A%2F%2Frefer.example%2F-iShareToken1w%2Fjohndoe"
    [visit] = journal.visits
    assert (visit.kind, visit.platform, visit.message_id) == (LinkKind.PRESS, "whatsapp", "m-1")
    assert (visit.advocate_id, visit.campaign_id) == ("ad-1", "camp-1")


def test_a_press_in_an_advocates_widget_opens_the_platform_and_is_kept(edge, journal):
    answer = ask(edge, "/-sTokenAdvoc8w")
    assert answer.location == "https://wa.me/?text=Join%20me%20https%3A%2F%2Frefer.example%2F-iTokenAdvoc8w%2Fjohndoe"
    assert ask(edge, "/-sTokenAdvoc8c").location == "https://refer.example/copy/TokenAdvoc8"
    visit = journal.visits[0]
    assert (visit.kind, visit.platform, visit.message_id) == (LinkKind.PRESS, "whatsapp", None)
    assert (visit.advocate_id, visit.campaign_id) == ("ad-1", "camp-1")


def test_the_token_of_a_message_which_its_friends_see_presses_no_button(edge, journal):
    assert ask(edge, "/-sShareToken1w").status == 404
    assert ask(edge, "/-sTokenAdvoc8w", host="other.example").status == 404
    assert journal.visits == []


@pytest.mark.parametrize("end", ["/johndoe", "", "/", "/j%C3%A4", "/john/doe?x"])
def test_a_shared_link_leads_to_the_campaign(edge, journal, end):
    answer = ask(edge, f"/-iShareToken1x{end}")
    [visit] = journal.visits
    assert (
        answer.location
        == f"https://shop.example/spring?a=%2f&mbsy=johndoe&campaignid=spring&mbsy_source={visit.id}#top"
    )
    assert (visit.kind, visit.platform, visit.message_id) == (LinkKind.SHARED, "x", "m-1")


def test_a_plain_share_code_has_no_platform(edge, journal):
    assert ask(edge, "/johndoe").status == 302
    [visit] = journal.visits
    assert (visit.kind, visit.platform, visit.message_id, visit.advocate_id) == (LinkKind.ADVOCATE, None, None, "ad-1")


@pytest.mark.parametrize(
    "path", ["/-", "/-t", "/-tAAAAAAAAAAA0", f"/-t{CODE}9", f"/-s{CODE}?", "/-iAAAAAAAAAAAw/x", "/-\0\r\n"]
)
def test_an_unknown_link_is_a_plain_page(edge, journal, path):
    answer = ask(edge, path)
    assert answer.status == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert b"does not exist" in answer.body
    assert journal.lines == []
    assert ask(edge, path, method="HEAD").body == b""


def test_another_accounts_host_knows_nothing(edge, journal):
    assert ask(edge, f"/-t{CODE}0", host="other.example").status == 404
    assert ask(edge, "/johndoe", host="other.example").headers["X-From"] == "behind"
    assert journal.lines == []


@pytest.mark.parametrize("path", ["/", "/nobody", "/console", "/api/v1/orders", "/healthz", "/e/spring", "/u/x", ""])
def test_other_paths_are_handed_behind(edge, path):
    assert ask(edge, path).headers["X-From"] == "behind"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "FOO", ""])
def test_other_methods_are_handed_behind(edge, method):
    assert ask(edge, f"/-t{CODE}0", method=method).headers["X-From"] == "behind"


def test_alone_it_answers_404(links, journal):
    alone = Edge(Resolver(links, 8000), journal, behind=not_found)
    assert ask(alone, "/console").status == 404
    assert ask(alone, f"/-t{CODE}0", method="POST").status == 404


@pytest.mark.parametrize(
    ("more", "verdict", "signals"),
    [
        ({"method": "HEAD"}, Verdict.MACHINE, ("head",)),
        ({"HTTP_SEC_PURPOSE": "prefetch;prerender"}, Verdict.PREVIEW, ("prefetch",)),
        ({"HTTP_PURPOSE": "prefetch"}, Verdict.PREVIEW, ("prefetch",)),
        ({"HTTP_X_PURPOSE": "preview"}, Verdict.PREVIEW, ("prefetch",)),
        ({"HTTP_X_MOZ": "prefetch"}, Verdict.PREVIEW, ("prefetch",)),
        ({"agent": "WhatsApp/2.23.20.0 A"}, Verdict.PREVIEW, ("previewer", "whatsapp/")),
        ({"agent": "curl/8.5.0"}, Verdict.MACHINE, ("library", "curl")),
        ({"agent": ""}, Verdict.UNKNOWN, ("no-user-agent",)),
    ],
)
def test_machines_are_answered_alike_and_marked(edge, journal, more, verdict, signals):
    answer = ask(edge, f"/-t{CODE}0", **more)
    assert answer.status == 302
    assert (journal.visits[0].verdict, journal.visits[0].signals) == (verdict, signals)
    assert ask(edge, f"/-t{CODE}0").status == 302
    assert journal.visits[1].verdict is Verdict.HUMAN


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("::ffff:203.0.113.77", "203.0.113.0"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        ("unix:", ""),
        ('1.2.3."', ""),
        ('"}\n', ""),
    ],
)
def test_only_the_network_of_an_address_is_kept(edge, journal, address, kept):
    ask(edge, f"/-t{CODE}0", REMOTE_ADDR=address)
    assert journal.visits[0].ip == kept


@pytest.mark.parametrize(
    ("proxies", "forwarded", "kept"),
    [
        (0, "198.51.100.9", "203.0.113.0"),
        (1, "198.51.100.9", "198.51.100.0"),
        (1, "1.1.1.1, 198.51.100.9", "198.51.100.0"),
        (2, "1.1.1.1,198.51.100.9, 10.0.0.1", "198.51.100.0"),
        (2, "198.51.100.9", "203.0.113.0"),
        (1, "", "203.0.113.0"),
        (1, "[2001:db8:1:2::3]", "2001:db8:1::"),
        (1, "198.51.100.9:1234", "198.51.100.0"),
        (1, "nonsense", ""),
    ],
)
def test_a_forwarded_address_counts_only_from_our_own_proxies(links, journal, proxies, forwarded, kept):
    edge = Edge(Resolver(links, 8000), journal, trusted_proxies=proxies)
    ask(edge, f"/-t{CODE}0", HTTP_X_FORWARDED_FOR=forwarded)
    assert journal.visits[0].ip == kept


def hand_over(edge, path, method="GET", host="refer.example", agent=IPHONE, **more):
    """Hand a request to the edge as a server does that takes answers later; return the answer, or None."""
    asked = {"REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_HOST": host, "HTTP_USER_AGENT": agent}
    came, answered = [], threading.Event()

    def respond(*answer):
        came.append(answer)
        answered.set()

    if not edge.take(asked | {"REMOTE_ADDR": "203.0.113.77"} | more, respond):
        return None
    assert answered.wait(5)
    [(status, headers, body)] = came
    return Answer(str(status), headers, body)


@pytest.mark.parametrize("host", ["refer.example", "other.example"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "path",
    [
        f"/-t{CODE}0",
        f"/-t{CODE}1",
        f"/gala/-t{CODE}0",
        f"/-s{CODE}w",
        "/-iShareToken1x/johndoe",
        "/-sTokenAdvoc8w",
        "/johndoe",
        f"/-t{CODE}9",
        "/-tAAAAAAAAAAA0",
        "/-",
    ],
)
def test_a_request_that_is_handed_over_is_answered_alike(links, journal, path, method, host):
    # With one id for all visits the answers must be the same to the byte; twice: looked up, and remembered.
    minted = uuid_utils.uuid7()
    edge = Edge(Resolver(links, 8000), journal, behind=behind, mint=lambda: minted)
    for _ in range(2):
        handed = hand_over(edge, path, method=method, host=host)
        if handed is None:
            assert ask(edge, path, method=method, host=host).headers["X-From"] == "behind"
            continue
        plain = ask(edge, path, method=method, host=host)
        assert (handed.status, handed.headers, handed.body) == (plain.status, plain.headers, plain.body)
    assert len(set(journal.lines)) <= 1


@pytest.mark.parametrize(
    ("path", "method"),
    [("/", "GET"), ("/console", "GET"), ("/nobody", "GET"), ("*", "OPTIONS"), (f"/-t{CODE}0", "POST")],
)
def test_what_is_for_others_is_not_taken(edge, journal, path, method):
    assert hand_over(edge, path, method=method) is None
    assert journal.lines == []


@pytest.mark.parametrize(
    ("path", "status"), [("/johndoe", 302), ("/gala/-tAbCdEfGhIj00", 302), ("/nobody", 404), ("/console", 404)]
)
def test_an_edge_with_nothing_behind_it_looks_nothing_up_in_the_thread_that_serves(links, journal, path, status):
    looked_up_by = []
    account_of = links.account_of
    links.account_of = lambda host: looked_up_by.append(threading.current_thread()) or account_of(host)
    edge = Edge(Resolver(links, 8000), journal)
    answer = hand_over(edge, path)
    assert (answer.status, len(journal.lines)) == (status, int(status == 302))
    assert threading.current_thread() not in looked_up_by


def test_a_visit_that_is_handed_over_is_kept_before_it_is_answered(edge, journal):
    kept = []
    answered = threading.Event()

    def respond(*_answer):
        kept.append(len(journal.lines))
        answered.set()

    environ = {"REQUEST_METHOD": "GET", "HTTP_HOST": "refer.example", "PATH_INFO": f"/-t{CODE}0"}
    for number in (1, 2):
        answered.clear()
        assert edge.take(dict(environ), respond)
        assert answered.wait(5)
        assert kept[-1] == number


def test_many_that_are_handed_over_at_once_are_answered_each_with_its_own_visit(links, tmp_path):
    journal = Journal(tmp_path)
    edge = Edge(Resolver(links, 8000), journal)
    answers, done = [], threading.Semaphore(0)

    def respond(status, headers, _body):
        answers.append((status, dict(headers)["Location"][-38:-2]))
        done.release()

    for number in range(300):
        # Different hosts headers of one host are different links to the memory.
        environ = {"REQUEST_METHOD": "GET", "HTTP_HOST": f"refer.example:{number}", "PATH_INFO": f"/-t{CODE}0"}
        assert edge.take(environ, respond)
    assert all(done.acquire(timeout=5) for _ in range(300))
    journal.close()
    visits = [Visit.from_line(line) for path in tmp_path.iterdir() for line in path.read_bytes().splitlines()]
    assert sorted(answers) == sorted((302, visit.id) for visit in visits)
    assert len(set(answers)) == 300


def test_a_mistake_of_ours_is_answered_as_one_and_stops_nobody(edge, links, capsys):
    links.message_link = lambda *_: 1 // 0
    answer = hand_over(edge, f"/-t{CODE}0")
    assert (answer.status, answer.headers["Cache-Control"]) == (500, "no-store")
    assert "ZeroDivisionError" in capsys.readouterr().out
    del links.message_link
    assert [hand_over(edge, f"/-t{CODE}{number}").status for number in "01"] == [302, 302]


def test_in_an_outage_what_is_handed_over_is_asked_to_wait(edge, links, journal):
    links.is_down = True
    answer = hand_over(edge, f"/-t{CODE}0")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert journal.lines == []


def test_in_an_outage_what_is_not_remembered_is_asked_to_wait(edge, links, journal):
    links.is_down = True
    answer = ask(edge, f"/-t{CODE}0")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert journal.lines == []


def test_answers_are_counted_by_kind_and_result(links, journal, tmp_path):
    figures = Figures(tmp_path, every_s=0)
    edge = Edge(Resolver(links, 8000), journal, figures=figures)
    for path in (f"/-t{CODE}0", f"/-t{CODE}0", f"/-s{CODE}w", "/johndoe", "/-tAAAAAAAAAAA0"):
        ask(edge, path)
    figures.write(at_once=True)
    found = {name: number for name, number in sum_up(tmp_path).counts.items() if number}
    assert found == {"message redirected": 2, "press redirected": 1, "advocate redirected": 1, "none unknown": 1}
    figures._close()


def test_long_headers_are_cut(edge, journal):
    ask(edge, f"/-t{CODE}0", agent="x" * 50_000, HTTP_REFERER="y" * 50_000)
    assert (len(journal.visits[0].user_agent), len(journal.visits[0].referrer)) == (1_000, 1_000)


_BYTES = st.binary(max_size=40).map(lambda data: data.decode("latin-1"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.one_of(_BYTES, st.sampled_from(["/-t", "/-s", "/-i", "/"]).flatmap(lambda kind: _BYTES.map(kind.__add__))),
    host=st.one_of(st.just("refer.example"), _BYTES),
    agent=_BYTES,
    referrer=_BYTES,
    query=_BYTES,
)
def test_no_input_breaks_it(edge, path, host, agent, referrer, query):
    answer = ask(edge, path, host=host, agent=agent, HTTP_REFERER=referrer, QUERY_STRING=query)
    assert answer.status in {200, 302, 404}
    handed = hand_over(edge, path, host=host, agent=agent, HTTP_REFERER=referrer, QUERY_STRING=query)
    assert (handed.status if handed else 200) == answer.status


_METHODS = st.one_of(st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "get", "TRACE", "CONNECT", ""]), _BYTES)
_HEADERS = st.sampled_from(
    [
        "HTTP_HOST",
        "HTTP_USER_AGENT",
        "HTTP_REFERER",
        "HTTP_X_FORWARDED_FOR",
        "HTTP_PURPOSE",
        "HTTP_X_MOZ",
        "REMOTE_ADDR",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=_METHODS,
    path=st.one_of(st.sampled_from([f"/-t{CODE}0", f"/-s{CODE}w", "/johndoe", "*", "http://x/"]), _BYTES),
    headers=st.dictionaries(_HEADERS, _BYTES, max_size=7),
    is_down=st.booleans(),
    proxies=st.sampled_from([0, 1, 3]),
)
def test_no_method_header_or_outage_breaks_it(links, journal, method, path, headers, is_down, proxies):
    links.is_down = is_down
    edge = Edge(Resolver(links, 8000), journal, behind=behind, trusted_proxies=proxies)
    started = []
    body = b"".join(
        edge(
            {"REQUEST_METHOD": method, "PATH_INFO": path, **headers},
            lambda status, headers: started.append((status, headers)),
        )
    )
    answer = Answer(*started[0], body)
    assert answer.status in {200, 302, 404, 503}
    # Only an outage is called one, and then with a plain page and when to come back.
    assert (answer.status == 503) == ("Retry-After" in answer.headers)
    assert answer.status != 503 or is_down


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(agent=st.text(max_size=40), referrer=st.text(max_size=40), address=st.text(max_size=20))
def test_every_visit_is_one_readable_line(edge, journal, agent, referrer, address):
    journal.lines.clear()
    ask(edge, f"/-t{CODE}0", agent=agent, HTTP_REFERER=referrer, REMOTE_ADDR=address)
    assert len(journal.visits) == 1
    assert journal.lines[0].count(b"\n") == 1
    assert journal.lines[0].endswith(b"}\n")
