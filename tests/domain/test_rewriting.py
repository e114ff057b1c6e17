"""Only links change, every change has a reason, and all of it can be undone."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.rewriting import REASONS, LinkDecision, Rules, plan, rewrite, undo

EMAILS = Path(__file__).parents[1] / "cases/html_emails"
EXPECTED = json.loads((EMAILS / "expected.json").read_text())
TEXTS = [case["text"] for case in json.loads((EMAILS.parent / "plain_text/cases.json").read_text())]
RULES = Rules(own_hosts=frozenset({"refer.example.com"}), skip=("https://example.com/legal*",))
UNSUBSCRIBE = "http://www.geheimesgeld.ru/unsubscribe.php?id=78684302557913"
"""The one web link of the cases that is kept: readers must always be able to unsubscribe."""


def address(index):
    return f"https://refer.example.com/-tAbCdEfGhIjK{index}"


def load(name):
    return (EMAILS / name).read_bytes().decode(EXPECTED[name]["charset"])


def decide(url, *, rules=RULES, attributes=""):
    [link] = rewrite(f'<a {attributes} href="{url}">', None, rules=rules, address=address).links
    return link.reason


@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_email_keeps_every_byte_but_its_links(name):
    html = load(name)
    rewritten = rewrite(html, None, rules=RULES, address=address)
    followable = [link for link in EXPECTED[name]["links"] if link["tag"] != "link"]
    wanted = Counter(link["url"] for link in followable if link["kind"] == "http")
    wanted.pop(UNSUBSCRIBE, None)
    tracked = Counter(link.original for link in rewritten.links if link.decision == "tracked")
    assert tracked - Counter(link["url"] for link in followable if link["kind"] == "templated") == wanted
    assert set(rewritten.destinations) == set(tracked)

    assert undo(rewritten) == (html, None)
    again = rewrite(rewritten.html, None, rules=RULES, address=lambda _: "https://twice.example/")
    assert again.html == rewritten.html
    # Addresses back in their places: each leads to the very link that stood there.
    links = [link for link in rewritten.links if link.decision == "tracked"]
    assert [rewritten.html[edit.start : edit.end] for edit in rewritten.html_edits] == [link.url for link in links]
    assert [rewritten.destinations.index(link.original) for link in links] == [
        int(link.url.rpartition("K")[2]) for link in links
    ]


def test_all_links_of_the_real_emails_are_found():
    found, wanted = Counter(), Counter()
    for name in EXPECTED:
        found.update(
            (link.original, link.kind) for link in rewrite(load(name), None, rules=RULES, address=address).links
        )
        wanted.update(
            (link["url"], "mso" if link["context"] == "mso_comment" else "html")
            for link in EXPECTED[name]["links"]
            if link["tag"] != "link" and link["url"]
        )
    print(f"html emails: {sum((found & wanted).values())} of {sum(wanted.values())} links in {len(EXPECTED)} files")  # noqa: T201 - a score
    assert not wanted - found


ONE_RULE_AND_ITS_NEAR_MISS = [
    ("empty", "", "https://a.example/"),
    ("empty", " \n", "https://a.example/?empty"),
    ("merge_tag", "https://a.example/{{ user.id }}", "https://a.example/%7B%7Buser%7D%7D"),
    ("merge_tag", "*|UNSUB|*", "https://a.example/2*3|4*5"),
    ("merge_tag", "https://a.example/%%name%%", "https://a.example/50%25%20off"),
    ("merge_tag", "https://a.example/?to=%recipient.name%", "https://a.example/?q=50%off%20now"),
    ("merge_tag", "[[link]]", "https://a.example/?list[0]=1"),
    ("merge_tag", "<%asm_global_unsubscribe_raw_url%>", "https://a.example/?a<1"),
    ("merge_tag", "[unsubscribe]", "https://a.example/[unsubscribed-folk]"),
    ("merge_tag", "https://a.example/{first_name}", "https://a.example/?q={1,2}"),
    ("fragment", "#top", "https://a.example/#top"),
    ("not_http", "mailto:ada@a.example", "https://a.example/?mailto:ada@a.example"),
    ("not_http", "tel:1100000", "https://tel.example/1100000"),
    ("not_http", "sms:+1500", "https://a.example/sms:+1500"),
    ("not_http", "cid:image1", "https://cid.example/"),
    ("not_http", "data:text/html,x", "https://data.example/text/html,x"),
    ("not_http", "java\nscript:alert(1)", "https://a.example/javascript:alert(1)"),
    ("relative", "a.example/x", "https://a.example/x"),
    ("relative", "//a.example/x", "http:///a.example/x"),
    ("relative", "localhost:8000/x", "http://localhost:8000/x"),
    ("relative", "/x?u=https://a.example", "https://a.example?u=/x"),
    ("invalid_url", "http://", "http://a"),
    ("invalid_url", "https://#", "https://a#"),
    ("own_link", "https://refer.example.com/-tX", "https://refer.example.com.evil.example/-tX"),
    ("own_link", "HTTPS://Refer.Example.com:443/-tX", "https://a.example/refer.example.com/"),
    ("own_link", "https://u@refer.example.com", "https://refer.example.com@a.example/"),
    ("skip_listed", "https://example.com/legal/terms", "https://example.com/Legal"),
    ("skip_listed", "HTTPS://EXAMPLE.com/legal", "https://example.com/de/legal"),
    ("unsubscribe", "https://a.example/unsubscribe?u=1", "https://a.example/unsubscribe-from-boring-lunch"),
    ("unsubscribe", "https://a.example/u/newsletter_unsubscribe.php", "https://a.example/how-to-unsubscribe"),
    ("unsubscribe", "https://a.example/opt-out/abc", "https://a.example/opt-in"),
    ("unsubscribe", "https://a.example/?action=unsubscribe", "https://a.example/?utm_campaign=unsubscribe"),
    ("unsubscribe", "https://a.example/mail?unsubscribe=1", "https://a.example/mail?unsubscribe=0"),
    ("unsubscribe", "https://unsubscribe.a.example/x", "https://unsubscribe.example/x"),
    ("unsubscribe", "https://a.example/d%C3%A9sinscription", "https://a.example/inscription"),
    ("preferences", "https://a.example/email-preferences", "https://a.example/cookie-preferences"),
    ("preferences", "https://a.example/PreferenceCenter.aspx?id=1", "https://a.example/shopping-center"),
    ("preferences", "https://a.example/manage_subscriptions", "https://a.example/subscriptions"),
    ("preferences", "https://a.example/notification-settings", "https://a.example/settings"),
    ("web_view", "https://a.example/view-in-browser?id=1", "https://a.example/browser"),
    ("web_view", "https://a.example/webversion/1", "https://a.example/version/1"),
    ("web_view", "https://a.example/view_online", "https://a.example/online"),
]


@pytest.mark.parametrize(("reason", "url", "near_miss"), ONE_RULE_AND_ITS_NEAR_MISS)
def test_each_rule_stops_before_its_near_miss(reason, url, near_miss):
    assert decide(url) == reason
    assert decide(near_miss) == "web_link"


@pytest.mark.parametrize(
    "url",
    [
        "HTTP://A.EXAMPLE",
        "https:a.example/x",
        "http:/a.example",
        "http:\\\\a.example\\x",
        "https://a.example/two words",
        "https://a.example?q=[1]",
        "http://münchen.example/ä",
        "http://[2001:db8::1]:8080/",
        "http://localhost:8000/",
        "http://under_score.example/",
        "https://a.example/" + "x" * 5000,
    ],
)
def test_wherever_a_browser_could_go_is_tracked(url):
    assert decide(url) == "web_link"


def test_a_marked_link_is_kept_and_one_beside_it_is_not():
    html = '<a data-no-track href="https://a.example/x">x</a><a href="https://a.example/y">y</a>'
    assert [link.reason for link in rewrite(html, None, rules=RULES, address=address).links] == [
        "marked_no_track",
        "web_link",
    ]


def test_links_with_one_of_our_prefixes_are_ours():
    rules = Rules(frozenset(), own_prefixes=("http://demo.localhost:8000/",))
    assert decide("http://demo.localhost:8000/-tX", rules=rules) == "own_link"
    assert decide("http://demo.localhost:8001/-tX", rules=rules) == "web_link"


@pytest.mark.parametrize(
    ("pattern", "url", "kept"),
    [
        ("https://a.example/*/terms", "https://a.example/de/terms", True),
        ("https://a.example/*/terms", "https://a.example/de/terms2", False),
        ("https://*.a.example/*", "https://www.a.example/x", True),
        ("a.example/x", "http://a.example/x", True),
        ("https://a.example/x?y=1", "https://a.example/xy=1", False),
        ("https://a.example/*ab*bc", "https://a.example/abc", False),
        ("*", "https://a.example/", True),
    ],
)
def test_only_a_star_is_special_in_a_skip_list(pattern, url, kept):
    assert (decide(url, rules=Rules(frozenset(), skip=(pattern,))) == "skip_listed") is kept


def test_every_reason_is_explained_and_tested():
    tested = {reason for reason, _, _ in ONE_RULE_AND_ITS_NEAR_MISS} | {"web_link", "marked_no_track"}
    assert tested == set(REASONS)
    assert all(sentence.endswith(".") for sentence in REASONS.values())


def test_the_text_follows_the_html():
    html = '<a data-no-track href="https://a.example/?a=1&amp;b=2">x</a><a href="https://a.example/y">'
    text = "Kept: https://a.example/?a=1&b=2. Shared: https://a.example/y. New: https://a.example/z"
    rewritten = rewrite(html, text, rules=RULES, address=address)
    assert rewritten.destinations == ("https://a.example/y", "https://a.example/z")
    assert rewritten.text == f"Kept: https://a.example/?a=1&b=2. Shared: {address(0)}. New: {address(1)}"
    assert rewritten.links[2] == LinkDecision(*["https://a.example/?a=1&b=2"] * 2, "kept", "marked_no_track", "text")


def test_a_link_in_an_outlook_comment_shares_its_destination():
    html = '<!--[if mso]><v:rect href="https://a.example/?a&amp;b"/><![endif]--><A HREF=https://a.example/?a&b>'
    rewritten = rewrite(html, None, rules=RULES, address=address)
    assert rewritten.html == f'<!--[if mso]><v:rect href="{address(0)}"/><![endif]--><A HREF={address(0)}>'
    assert [link.kind for link in rewritten.links] == ["mso", "html"]


def test_an_address_that_html_would_misread_is_escaped():
    rewritten = rewrite("<a href=https://a.example/>", None, rules=RULES, address=lambda _: "https://b.example/?a&b='>")
    assert rewritten.html == "<a href=https://b.example/?a&amp;b&#61;&#39;&gt;>"
    assert decide("https://b.example/?a&amp;b&#61;&#39;&gt;") == "web_link"


@pytest.mark.parametrize("wrong", ["", "https://b.example/a b", "https://b.example/\n", "\u00a0"])
def test_an_address_that_no_link_can_hold_is_refused(wrong):
    with pytest.raises(ValueError, match="address"):
        rewrite("<a href=https://a.example/>", None, rules=RULES, address=lambda _: wrong)


def test_names_without_a_scheme_are_links_by_choice():
    rules = Rules(frozenset(), schemeless=True)
    assert rewrite(None, "see a.com/x.", rules=rules, address=address).text == f"see {address(0)}."
    assert rewrite(None, "see a.com/x.", rules=RULES, address=address).text == "see a.com/x."


@pytest.mark.parametrize(("html", "text"), [(None, None), ("", None), (None, ""), ("\ud800", "\ud800")])
def test_a_message_without_links_stays_as_it_is(html, text):
    rewritten = rewrite(html, text, rules=RULES, address=address)
    assert (rewritten.html, rewritten.text, rewritten.links) == (html, text, ())


def test_a_plan_serves_every_recipient():
    html, text = load("mjmlio__ugg-royale.html"), "See http://www.ugg.com/ now"
    prepared = plan(html, text, rules=RULES)
    for recipient in ("a", "b"):
        addresses = [f"https://refer.example.com/-t{recipient}{index}" for index in range(len(prepared.destinations))]
        rewritten = rewrite(html, text, rules=RULES, address=addresses.__getitem__)
        assert prepared.bodies(addresses) == (rewritten.html, rewritten.text)


def holds_together(html, text):
    """Assert what is true of every message: it can be undone, and rewriting it again changes nothing."""
    rewritten = rewrite(html, text, rules=RULES, address=address)
    assert undo(rewritten) == (html, text)
    again = rewrite(rewritten.html, rewritten.text, rules=RULES, address=lambda _: "https://twice.example/")
    assert (again.html, again.text) == (rewritten.html, rewritten.text)


SMALL_EMAILS = [load(name) for name in EXPECTED if (EMAILS / name).stat().st_size < 12_000]


@given(
    st.sampled_from(SMALL_EMAILS),
    st.lists(
        st.tuples(
            st.integers(0, 12_000), st.integers(0, 40), st.sampled_from([*"<>\"'&=/-! \0", "<!--[if mso]>", "-->"])
        )
    ),
)
def test_a_damaged_email_holds_together(html, damages):
    for position, length, piece in damages:
        html = html[:position] + piece + html[position + length :]
    holds_together(html, None)


@given(
    st.lists(
        st.sampled_from(TEXTS) | st.text(max_size=12) | st.sampled_from(["http://", "https://a.example/", "a.com"]),
        max_size=5,
    )
)
def test_any_text_holds_together(pieces):
    holds_together("<p>".join(pieces), "".join(pieces))
