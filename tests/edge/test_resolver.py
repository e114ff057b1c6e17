"""Memory first; what is new works at once, what changed is seen soon, and an outage is survived."""

import pytest

from app.domain.link_target import MessageLink, Referral, SharedLink
from app.edge.memory import Memory
from app.edge.resolver import Miss, Resolver
from app.edge.target import Target
from app.store.link_reader import LinksUnavailableError

CODE = "AbCdEfGhIj0"
SPRING = Referral("ad-1", "johndoe", "camp-1", "spring", "https://shop.example/spring", "Join me", '{"x":"Short"}')


class Store:
    """Answers like the reader, and remembers what it was asked."""

    def __init__(self):
        self.hosts = {"refer.example": "acc-1", "other.example": "acc-2", "localhost": "acc-1"}
        self.messages = {("acc-1", CODE): MessageLink("m-1", "ShareToken1", ("https://shop.example/a",), SPRING)}
        self.tokens = {("acc-1", "ShareToken1"): SharedLink("m-1", SPRING)}
        self.advocates = {("acc-1", "johndoe"): SharedLink(None, SPRING)}
        self.asked = []
        self.is_down = False

    def _find(self, found, key):
        self.asked.append(key)
        if self.is_down:
            raise LinksUnavailableError("down")
        return found.get(key)

    def account_of(self, host):
        return self._find(self.hosts, host)

    def message_link(self, account_id, code):
        return self._find(self.messages, (account_id, code))

    def message_links(self, wanted):
        self.asked.append(tuple(wanted))
        if self.is_down:
            raise LinksUnavailableError("down")
        return [self.messages.get(key) for key in wanted]

    def shared(self, account_id, token):
        return self._find(self.tokens, (account_id, token))

    def advocate(self, account_id, share_code):
        return self._find(self.advocates, (account_id, share_code))


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def resolver(store, clock):
    return Resolver(store, 8000, monotonic=clock)


def goes_to(found):
    assert isinstance(found, Target)
    return found.before


def test_a_link_is_read_once(resolver, store):
    first = resolver.find("refer.example", f"/-t{CODE}0")
    assert goes_to(first).startswith("https://shop.example/a?mbsy=johndoe&campaignid=spring&mbsy_source=")
    store.asked.clear()
    assert resolver.find("refer.example", f"/-t{CODE}0") is first
    assert store.asked == []


@pytest.mark.parametrize("host", ["REFER.example", "refer.example:8000", "refer.example.", "refer.example.:443"])
def test_the_host_is_what_counts_of_a_host_header(resolver, host):
    assert goes_to(resolver.find(host, "/johndoe"))


@pytest.mark.parametrize("host", ["other.example", "nobody.example", "", "refer.example,other.example", "\u00fc", "\0"])
def test_a_link_on_another_host_is_unknown(resolver, host):
    assert resolver.find(host, f"/-t{CODE}0") is Miss.UNKNOWN
    assert resolver.find(host, f"/-s{CODE}w") is Miss.UNKNOWN
    assert resolver.find(host, "/-iShareToken1w/johndoe") is Miss.UNKNOWN
    assert resolver.find(host, "/johndoe") is Miss.BEHIND


@pytest.mark.parametrize(
    "path", [f"/-t{CODE}1", "/-tAAAAAAAAAAA0", f"/-s{CODE}!", f"/-s{CODE}z", "/-iAAAAAAAAAAAw/x", "/-", "/-?"]
)
def test_an_unknown_id_is_unknown(resolver, path):
    assert resolver.find("refer.example", path) is Miss.UNKNOWN


def test_a_share_code_may_come_in_capitals_or_percent_encoded(resolver, store):
    store.advocates["acc-1", "J\u00f6rg"] = store.advocates["acc-1", "johndoe"]
    assert goes_to(resolver.find("refer.example", "/JohnDoe"))
    # WSGI reads the bytes of a path as Latin-1.
    assert goes_to(resolver.find("refer.example", "/J\u00c3\u00b6rg"))


def test_a_press_carries_the_channels_own_link(resolver):
    found = resolver.find("localhost:8000", f"/-s{CODE}w")
    assert goes_to(found) == (
        "https://wa.me/?text=Join%20me%20http%3A%2F%2Flocalhost%3A8000%2F-iShareToken1w%2Fjohndoe"
    )
    assert not found.has_source
    shorter = "https://x.com/intent/post?text=Short&url=https%3A%2F%2Frefer.example%2F-iShareToken1x%2Fjohndoe"
    assert goes_to(resolver.find("refer.example", f"/-s{CODE}x")) == shorter
    assert goes_to(resolver.find("refer.example", f"/-s{CODE}c")) == "https://refer.example/copy/ShareToken1"


def test_a_message_without_a_campaign_has_no_button_and_no_shared_link(resolver, store):
    store.messages["acc-1", CODE] = MessageLink("m-1", "ShareToken1", ("https://shop.example/a",), Referral())
    store.tokens["acc-1", "ShareToken1"] = SharedLink("m-1", Referral())
    assert goes_to(resolver.find("refer.example", f"/-t{CODE}0")) == "https://shop.example/a?mbsy_source="
    assert resolver.find("refer.example", f"/-s{CODE}w") is Miss.UNKNOWN
    assert resolver.find("refer.example", "/-iShareToken1w/johndoe") is Miss.UNKNOWN


def test_a_link_works_a_second_after_it_was_asked_for_in_vain(resolver, store, clock):
    link = store.messages.pop(("acc-1", CODE))
    assert resolver.find("refer.example", f"/-t{CODE}0") is Miss.UNKNOWN
    store.asked.clear()
    clock.now += 0.9
    assert resolver.find("refer.example", f"/-t{CODE}0") is Miss.UNKNOWN
    assert store.asked == []
    store.messages["acc-1", CODE] = link
    clock.now += 0.2
    assert goes_to(resolver.find("refer.example", f"/-t{CODE}0"))


def test_a_new_host_works_a_second_later(resolver, store, clock):
    assert resolver.find("new.example", "/johndoe") is Miss.BEHIND
    store.hosts["new.example"] = "acc-1"
    clock.now += 1.1
    assert goes_to(resolver.find("new.example", "/johndoe"))


def test_a_changed_campaign_is_seen_within_fifteen_seconds(resolver, store, clock):
    resolver.find("refer.example", "/johndoe")
    changed = Referral("ad-1", "johndoe", "camp-1", "spring", "https://shop.example/new", "Join me")
    store.advocates["acc-1", "johndoe"] = SharedLink(None, changed)
    clock.now += 15.1
    assert goes_to(resolver.find("refer.example", "/johndoe")).startswith("https://shop.example/new")


def test_a_message_is_not_read_again_but_its_host_is(resolver, store, clock):
    resolver.find("refer.example", f"/-t{CODE}0")
    store.asked.clear()
    clock.now += 15.1
    assert goes_to(resolver.find("refer.example", f"/-t{CODE}0"))
    assert store.asked == ["refer.example"]
    store.hosts["refer.example"] = "acc-2"
    clock.now += 15.1
    assert resolver.find("refer.example", f"/-t{CODE}0") is Miss.UNKNOWN


@pytest.mark.parametrize("path", [f"/-t{CODE}0", f"/-s{CODE}w", "/-iShareToken1w/johndoe", "/johndoe"])
def test_what_is_remembered_outlives_the_database(resolver, store, clock, path):
    known = resolver.find("refer.example", path)
    store.is_down = True
    clock.now += 3_600
    assert resolver.find("refer.example", path) == known
    assert not resolver.is_available()
    store.is_down = False
    clock.now += 1.1
    assert resolver.find("refer.example", path) == known
    assert resolver.is_available()


def test_an_unknown_link_in_an_outage_is_not_called_unknown(resolver, store, clock):
    store.is_down = True
    assert resolver.find("refer.example", f"/-t{CODE}0") is Miss.UNAVAILABLE
    assert resolver.find("refer.example", "/johndoe") is Miss.UNAVAILABLE
    assert resolver.find("refer.example", "/-junk") is Miss.UNKNOWN
    assert resolver.find("refer.example", "/console") is Miss.BEHIND
    # One question a second, however many visitors wait.
    assert len(store.asked) == 1
    store.is_down = False
    clock.now += 1.1
    assert goes_to(resolver.find("refer.example", f"/-t{CODE}0"))


EVERY_KIND = [f"/-t{CODE}0", f"/-s{CODE}w", "/-iShareToken1w/johndoe", "/johndoe"]


@pytest.mark.parametrize("path", EVERY_KIND)
def test_a_new_process_finds_the_copies_in_an_outage(store, clock, path):
    wanted = Resolver(store, 8000, monotonic=clock).find("refer.example", path)
    copies = Store()
    store.is_down = True
    resolver = Resolver(store, 8000, copies=copies, monotonic=clock)
    assert resolver.find("refer.example", path) == wanted
    copies.asked.clear()
    assert resolver.find("refer.example", path) == wanted
    assert copies.asked == []


def test_what_the_copies_do_not_know_is_not_called_unknown(store, clock):
    store.is_down = True
    copies = Store()
    resolver = Resolver(store, 8000, copies=copies, monotonic=clock)
    for host, path in (("refer.example", "/-tAAAAAAAAAAA0"), ("refer.example", "/nobody"), ("new.example", "/johndoe")):
        assert resolver.find(host, path) is Miss.UNAVAILABLE
    copies.is_down = True
    assert resolver.find("refer.example", f"/-t{CODE}0") is Miss.UNAVAILABLE


def test_copies_are_not_asked_while_the_database_answers(store, clock):
    copies = Store()
    resolver = Resolver(store, 8000, copies=copies, monotonic=clock)
    assert resolver.find("refer.example", "/-tAAAAAAAAAAA0") is Miss.UNKNOWN
    assert copies.asked == []


def test_only_one_visitor_waits_to_learn_whether_the_database_is_back(store, clock):
    store.is_down = True
    resolver = Resolver(store, 8000, copies=Store(), monotonic=clock)
    resolver.find("refer.example", f"/-t{CODE}0")
    clock.now += 1.1
    meanwhile = []

    def slow(host):
        # Somebody else comes while this question waits for its time-out.
        store.account_of = lambda _host: pytest.fail("asked twice")
        meanwhile.append(resolver.find("refer.example", "/johndoe"))
        raise LinksUnavailableError

    store.account_of = slow
    resolver.find("refer.example", f"/-s{CODE}w")
    assert goes_to(meanwhile[0])


OTHER = "AbCdEfGhIj1"
TOGETHER = [f"/-t{CODE}0", f"/-t{OTHER}0", f"/-t{CODE}1", "/-tAAAAAAAAAAA0", *EVERY_KIND, "/-", "/-\u00fc", "/nobody"]


def asked_together(resolver, *paths, host="refer.example"):
    return resolver.find_all([(host, path) for path in paths])


@pytest.fixture
def two_messages(store):
    store.messages["acc-1", OTHER] = MessageLink("m-2", "ShareToken2", ("https://shop.example/b",), SPRING)


def test_together_links_lead_where_each_does_alone(resolver, store, clock, two_messages):
    alone = Resolver(store, 8000, monotonic=clock)
    for _ in range(2):
        assert asked_together(resolver, *TOGETHER) == [alone.find("refer.example", path) for path in TOGETHER]
    assert asked_together(resolver, *TOGETHER, host="other.example")[:4] == [Miss.UNKNOWN] * 4


def test_messages_are_asked_for_by_one_question(resolver, store, two_messages):
    resolver.find("refer.example", "/johndoe")
    store.asked.clear()
    first, again, other, unknown = asked_together(
        resolver, f"/-t{CODE}0", f"/-t{CODE}0", f"/-t{OTHER}0", "/-tAAAAAAAAAAA0"
    )
    assert store.asked == [(("acc-1", CODE), ("acc-1", OTHER), ("acc-1", "AAAAAAAAAAA"))]
    assert first is again
    assert goes_to(other).startswith("https://shop.example/b?")
    assert unknown is Miss.UNKNOWN
    store.asked.clear()
    assert resolver.remembered("refer.example", f"/-t{CODE}0") is first
    assert asked_together(resolver, f"/-t{CODE}0", "/-tAAAAAAAAAAA0") == [first, Miss.UNKNOWN]
    assert store.asked == []


def test_share_buttons_are_asked_for_with_the_links_of_messages(resolver, store, two_messages):
    resolver.find("refer.example", "/johndoe")
    store.asked.clear()
    link, button, other = asked_together(resolver, f"/-t{CODE}0", f"/-s{OTHER}w", f"/gala/-s{CODE}w")
    assert store.asked == [(("acc-1", CODE), ("acc-1", OTHER), ("acc-1", CODE))]
    assert goes_to(link).startswith("https://shop.example/a?")
    assert "ShareToken2" in goes_to(button)
    assert "ShareToken1" in goes_to(other)


def test_an_outage_met_at_an_advocates_button_is_survived_by_the_rest(resolver, store, monkeypatch):
    resolver.find("refer.example", "/johndoe")

    def down(account_id, token):
        raise LinksUnavailableError("down")

    monkeypatch.setattr(store, "shared", down)
    known = resolver.find("refer.example", f"/-t{CODE}0")
    assert asked_together(resolver, "/-sTokenAdvoc8w", f"/-t{CODE}0") == [Miss.UNAVAILABLE, known]


def test_an_unknown_link_among_others_works_a_second_later(resolver, store, clock):
    resolver.find("refer.example", "/johndoe")
    assert asked_together(resolver, f"/-t{OTHER}0") == [Miss.UNKNOWN]
    store.messages["acc-1", OTHER] = store.messages["acc-1", CODE]
    clock.now += 1.1
    assert goes_to(*asked_together(resolver, f"/-t{OTHER}0"))


def test_a_domain_given_up_is_seen_among_others_within_fifteen_seconds(resolver, store, clock, two_messages):
    assert goes_to(*asked_together(resolver, f"/-t{CODE}0"))
    store.hosts["refer.example"] = None
    clock.now += 15.1
    assert asked_together(resolver, f"/-t{CODE}0", f"/-t{OTHER}0") == [Miss.UNKNOWN] * 2


def test_an_outage_met_together_is_survived_by_what_is_remembered_and_by_copies(store, clock, two_messages):
    copies = Store()
    resolver = Resolver(store, 8000, copies=copies, monotonic=clock)
    [known] = asked_together(resolver, f"/-t{CODE}0")
    store.is_down = True
    store.asked.clear()
    copies.messages["acc-1", OTHER] = store.messages["acc-1", OTHER]
    found = asked_together(resolver, f"/-t{OTHER}0", "/-tAAAAAAAAAAA0", f"/-t{CODE}0")
    assert goes_to(found[0]).startswith("https://shop.example/b?")
    assert found[1:] == [Miss.UNAVAILABLE, known]
    assert len(store.asked) == 1
    store.is_down = False
    clock.now += 1.1
    assert asked_together(resolver, "/-tAAAAAAAAAAA0") == [Miss.UNKNOWN]


def test_a_link_is_remembered_as_long_as_it_is_believed(resolver, clock):
    assert resolver.remembered("refer.example", f"/-t{CODE}0") is None
    found = resolver.find("refer.example", f"/-t{CODE}0")
    assert resolver.remembered("refer.example", f"/-t{CODE}0") is found
    clock.now += 15.1
    assert resolver.remembered("refer.example", f"/-t{CODE}0") is None


def test_pages_are_left_to_others_without_asking(resolver, store):
    for path in ("/", "/healthz", "/console", "/api/v1/orders", "/hooks/acme/orders", "/static/x.css", "//x"):
        assert resolver.find("refer.example", path) is Miss.BEHIND
    assert store.asked == []


def test_a_memory_is_bounded_and_keeps_what_is_used():
    memory = Memory(10)
    for number in range(1_000):
        memory.put(number, number)
        memory.put("used", "kept")
        assert memory.get("used") == "kept"
        assert len(memory) <= 11
    assert memory.get(0) is None
    memory.forget("used")
    assert memory.get("used") is None
