"""The page on which somebody becomes an advocate: without a script, without an error, without telling on anybody."""

import re

import pytest
from sqlalchemy import select

from app.store.campaigns import AdvocateRow
from app.store.contacts import ContactRow
from app.store.orders import SignupRow
from app.web.limits import limiter
from tests.web.conftest import NOW

HOST = "http://demo.localhost:8000"
ADA = {"name": "Ada Lovelace", "email": "Ada@Example.com", "consent": "yes"}
CLICK = "01920000-0000-7000-8000-00000000000a"


class Visitor:
    """A browser on the page of a campaign."""

    def __init__(self, hub, campaign="spring", host=HOST):
        self.hub, self.campaign, self.host = hub, campaign, host
        self.client = hub.app.test_client()

    def open(self, query=""):
        return self.client.get(f"/e/{self.campaign}{query}", base_url=self.host)

    def fill(self, *, query="", **typed):
        """Open the page, fill it in, and send all that the form holds."""
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', self.open(query).text))
        return self.send({**hidden, **typed})

    def send(self, data):
        return self.client.post(f"/e/{self.campaign}", base_url=self.host, data=data)


@pytest.fixture
def visitor(hub):
    limiter.reset()
    return Visitor(hub)


@pytest.fixture
def settings(hub):
    def put(**enrolment):
        said = {"name": "Spring", "landing_url": "https://demo.example/", "enrolment": enrolment}
        assert hub.put("/api/v1/campaigns/spring", said).status_code == 200

    return put


def rows(hub, row):
    with hub.transaction() as session:
        return list(session.execute(select(row)).scalars())


def link_of(answer):
    assert answer.status_code == 200, answer.text
    return re.search(r'<input id="link"[^>]* value="([^"]+)"', answer.text)[1]


def wrong(answer):
    assert answer.status_code == 422
    return dict(re.findall(r'<p class="wrong" id="(\w+)-wrong">([^<]+)</p>', answer.text))


def test_looking_at_the_page_stores_nothing_and_search_engines_keep_out(hub, visitor):
    shown = visitor.open()
    assert (shown.status_code, shown.headers["Cache-Control"], shown.headers["X-Robots-Tag"]) == (
        200,
        "no-store",
        "noindex",
    )
    assert "<script" not in shown.text
    assert "checked" not in shown.text
    assert (rows(hub, ContactRow), rows(hub, AdvocateRow)) == ([], [])


def test_whoever_fills_it_in_gets_a_link_and_buttons_that_work(hub, visitor):
    answer = visitor.fill(**ADA)
    assert link_of(answer) == f"{HOST}/adalovelace"
    [advocate] = rows(hub, AdvocateRow)
    assert f'href="/-s{advocate.share_token}w"' in answer.text
    assert advocate.consent.startswith("demo may keep what I entered")
    [told] = hub.get("/api/v1/advocates").json["data"]
    assert (told["consent"], told["consented_at"]) == (advocate.consent, NOW.isoformat())
    [contact] = rows(hub, ContactRow)
    assert (contact.email, contact.first_name, contact.last_name) == ("ada@example.com", "Ada", "Lovelace")
    assert [subject for subject, _ in hub.queue.attributed] == ["signup"]


def test_twice_is_once_and_gives_the_same_link(hub, visitor):
    links = {link_of(visitor.fill(**ADA)), link_of(visitor.fill(**ADA)), link_of(Visitor(hub).fill(**ADA))}
    assert len(links) == len(rows(hub, AdvocateRow)) == len(rows(hub, SignupRow)) == len(hub.queue.attributed) == 1


def test_a_stranger_who_types_a_known_address_learns_and_changes_nothing(hub, visitor):
    said = {"email": "ada@example.com", "phone": "+15005550006", "first_name": "Ada", "last_name": "Lovelace"}
    hub.post("/hooks/demo/triggers", {"channel": "sms", "contact": said, "message": {"text": "Hi"}})
    before = hub.get("/api/v1/contacts").json
    answer = visitor.fill(**{**ADA, "name": "Mallory Smith"})
    assert link_of(answer) == f"{HOST}/mallorysmith"
    assert not re.search("ada|lovelace|5005550006", answer.text, re.IGNORECASE)
    assert hub.get("/api/v1/contacts").json == before


@pytest.mark.parametrize("carried", ["address", "cookie", "both"])
def test_the_click_that_brought_them_is_kept_with_the_signup(hub, visitor, carried):
    query = "" if carried == "cookie" else f"?mbsy=johndoe&mbsy_source={CLICK.upper()}"
    if carried != "address":
        other = CLICK if carried == "cookie" else CLICK.replace("a", "b")
        visitor.client.set_cookie("mbsy", "johndoe", domain="demo.localhost")
        visitor.client.set_cookie("mbsy_source", other, domain="demo.localhost")
    visitor.fill(query=query, **ADA)
    [signup] = rows(hub, SignupRow)
    assert (signup.mbsy, signup.mbsy_source) == ("johndoe", CLICK)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "a\u0085b"}, ["name"]),
        ({"name": "x" * 100_000}, ["name"]),
        ({"email": ""}, ["email"]),
        ({"email": "ada@"}, ["email"]),
        ({"email": "ada@example.com\r\nBcc: eve@example.com"}, ["email"]),
        ({"email": "a" * 5_000 + "@example.com"}, ["email"]),
        ({"consent": ""}, ["consent"]),
        ({"name": "", "email": "", "consent": ""}, ["consent", "email", "name"]),
        ({"name": "\0", "email": "\0"}, ["email", "name"]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_used_is_said_beside_its_field_and_what_was_typed_stays(hub, visitor, changed, named):
    answer = visitor.fill(**{**ADA, **changed})
    assert sorted(wrong(answer)) == named
    assert answer.text.count('aria-invalid="true"') == len(named)
    assert ("Ada Lovelace" in answer.text) is ("name" not in changed)
    assert rows(hub, ContactRow) == []


@pytest.mark.parametrize("name", ["\U0001f600 \u202eoli", "<script>alert(1)</script>", "Александр", "' or 1=1 --"])
def test_a_strange_name_is_no_error_and_runs_nowhere(visitor, name):
    assert re.fullmatch(rf"{HOST}/[a-z0-9-]+", link_of(visitor.fill(**{**ADA, "name": name})))
    again = visitor.fill(name=name)
    assert "<script" not in again.text


def test_the_campaign_says_what_stands_there_and_what_is_asked(hub, visitor, settings):
    settings(title="Give 10 %", text="Both of you save.", button="Join", consent="Yes & <b>no</b>", collect="phone")
    shown = visitor.open().text
    for words in ("<h1>Give 10 %</h1>", "Both of you save.", ">Join</button>", "Yes &amp; &lt;b&gt;no&lt;/b&gt;"):
        assert words in shown
    assert 'name="email"' not in shown
    assert set(wrong(visitor.fill(**{**ADA, "phone": "020 7946 0018"}))) == {"phone"}
    assert link_of(visitor.fill(**{**ADA, "phone": "+44 20 7946 0018"}))
    [contact] = rows(hub, ContactRow)
    assert (contact.email, contact.phone) == (None, "+442079460018")


def test_either_an_email_or_a_phone_is_enough_where_the_campaign_takes_both(visitor, settings):
    settings(collect=["phone", "email"])
    assert set(wrong(visitor.fill(name="Ada", consent="yes"))) == {"email"}
    assert link_of(visitor.fill(name="Ada", consent="yes", phone="+44 20 7946 0018"))
    assert link_of(visitor.fill(name="Bob", consent="yes", email="bob@example.com"))


def test_nonsense_in_the_settings_is_no_error(visitor, settings):
    settings(title=5, text=["x"], button={}, consent=None, collect=[1, {"a": 2}], choose_code="yes", open=0)
    assert "<h1>Spring</h1>" in visitor.open().text
    settings(open=False)
    assert visitor.open().status_code == visitor.send(ADA).status_code == 404


def test_a_chosen_code_is_free_and_none_of_the_hubs_own_words(hub, visitor, settings):
    settings(choose_code=True)
    assert link_of(visitor.fill(**ADA, share_code=" Ada ")) == f"{HOST}/ada"
    bob = {**ADA, "email": "bob@example.com"}
    for code in ("ADA", "widget.js", "Console", "e", "-bob", "a/b", "x" * 33):
        assert set(wrong(visitor.fill(**bob, share_code=code))) == {"share_code"}
        limiter.reset()
    assert len(rows(hub, ContactRow)) == 1


def test_a_form_from_elsewhere_and_one_that_a_program_filled_in_enrol_nobody(hub, visitor):
    forged = visitor.send(ADA)
    assert (forged.status_code, "Nothing was sent" in forged.text, "ada@example.com" in forged.text.lower()) == (
        400,
        True,
        True,
    )
    trapped = visitor.fill(**ADA, website="https://spam.example")
    assert link_of(trapped) == "https://demo.example/spring"
    assert rows(hub, ContactRow) == []


def test_whoever_tries_too_often_waits(hub, visitor):
    answers = [visitor.fill(**{**ADA, "email": f"a{n}@example.com"}) for n in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert "tried too often" in answers[-1].text
    assert visitor.open().status_code == 200


@pytest.mark.parametrize(
    ("host", "campaign"),
    [
        (HOST, "autumn"),
        (HOST, "%F0%9F%98%80"),
        (HOST, "x" * 5_000),
        ("http://localhost:8000", "spring"),
        ("http://nobody.example", "spring"),
    ],
    ids=lambda value: value[:30],
)
def test_what_is_not_there_leads_nowhere(visitor, host, campaign):
    visitor.host, visitor.campaign = host, campaign
    for answer in (visitor.open(), visitor.send(ADA)):
        assert answer.status_code == 404
        assert "This link leads nowhere" in answer.text


def test_each_account_enrols_its_own(hub, visitor):
    assert (
        link_of(Visitor(hub, host="http://other.localhost:8000").fill(**ADA))
        == "http://other.localhost:8000/adalovelace"
    )
    assert hub.get("/api/v1/advocates").json["data"] == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe%00%ff=%zz&name=%ED%A0%80", "application/x-www-form-urlencoded"),
        (b"name=" + b"a" * 900_000, "application/x-www-form-urlencoded"),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b"x" * 100, "multipart/form-data"),
        (b'{"name": 5}', "application/json"),
        (b"&" * 5_000, "application/x-www-form-urlencoded"),
    ],
    ids=["bytes", "huge", "half", "no boundary", "json", "many"],
)
def test_nothing_that_is_posted_is_an_error_of_ours(hub, visitor, body, kind):
    answer = visitor.client.post("/e/spring", base_url=HOST, data=body, content_type=kind)
    assert answer.status_code in {400, 413}
    assert rows(hub, ContactRow) == []


def test_what_the_form_hides_may_be_nonsense(hub, visitor):
    visitor.fill(query="?mbsy=%F0%9F%98%80%E2%80%AE&mbsy_source=' or 1=1--", **ADA)
    assert [(row.mbsy, row.mbsy_source) for row in rows(hub, SignupRow)] == [(None, None)]
