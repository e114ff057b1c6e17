"""The addresses of a plain text are found without the sentence around them."""

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain import text_links as module
from app.domain.text_links import text_links
from tests.bench.cases import is_exact, texts

CASES = texts()


def urls(text, **options):
    return [link.url for link in text_links(text, **options)]


def test_other_libraries_cases_are_found_exactly():
    wrong = [case["text"] for case in CASES if not is_exact(case)]
    right = len(CASES) - len(wrong)
    print(f"plain text: {right} of {len(CASES)} exact ({right / len(CASES):.1%}); not: {wrong}")  # noqa: T201 - a score
    assert right / len(CASES) >= 0.98


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("Go to https://a.example/x.", "https://a.example/x"),
        ("Really: https://a.example/x?!", "https://a.example/x"),
        ("(see https://a.example/wiki/Link_(film))", "https://a.example/wiki/Link_(film)"),
        ("https://a.example/x]", "https://a.example/x"),
        ("https://a.example/?f[a]=1&f[b]={2}", "https://a.example/?f[a]=1&f[b]={2}"),
        ("<https://a.example/x>", "https://a.example/x"),
        ("[text](https://a.example/x)more", "https://a.example/x"),
        ("“https://a.example/x”", "https://a.example/x"),
        ("«https://a.example/x»", "https://a.example/x"),
        ("„https://a.example/x“", "https://a.example/x"),
        ("'https://a.example/x', he said", "https://a.example/x"),
        ("https://a.example/it's", "https://a.example/it's"),
        ("**https://a.example/x**", "https://a.example/x"),
        ("「https://a.example/x」", "https://a.example/x"),
        ("詳細はhttps://a.example/xをご覧ください", "https://a.example/x"),
        ("请看https://a.example。谢谢", "https://a.example"),
        ("https://a.example见面", "https://a.example"),
        ("https://a.example/wiki/日本語", "https://a.example/wiki/日本語"),
        ("https://ja.example/wiki/いろは", "https://ja.example/wiki/いろは"),
        ("https://a.example/をご覧", "https://a.example/"),
        ("https://a.example/wiki/Café", "https://a.example/wiki/Café"),
        ("https://bücher.example/", "https://bücher.example/"),
        ("https://例え.テスト/パス", "https://例え.テスト/パス"),
        ("\u200fhttps://a.example/x\u200f", "https://a.example/x"),
        ("https://a.example/x\u200bnext", "https://a.example/x"),
        ("Tap https://a.example/x👈", "https://a.example/x"),
        ("http://[2001:db8::2]:8080/x.", "http://[2001:db8::2]:8080/x"),
        ("https://user:secret@a.example:8443/x", "https://user:secret@a.example:8443/x"),
        ("HTTPS://A.EXAMPLE/X", "HTTPS://A.EXAMPLE/X"),
        ("https://a.example/?u=https://b.example/x", "https://a.example/?u=https://b.example/x"),
        ("https://a.example: yes", "https://a.example"),
        ("https://a.example/x…", "https://a.example/x"),
        ("https://a.example—which", "https://a.example"),
        ("https://a.example/x\nhttps", "https://a.example/x"),
        ("https://a.example/{{ user.id }}/x now", "https://a.example/{{ user.id }}/x"),
        ("https://a.example/<%= id %>/x now", "https://a.example/<%= id %>/x"),
        ("https://a.example{{ path }} now", "https://a.example{{ path }}"),
        ("https://a.example- a shop", "https://a.example"),
        ("https://a.example@ noon", "https://a.example"),
        ("~~https://a.example/x~~", "https://a.example/x"),
        ("https://a.example/x**", "https://a.example/x**"),
        ("https://a.example/x...", "https://a.example/x"),
        ("https://a.example/x--", "https://a.example/x--"),
        ("| https://a.example/x|", "https://a.example/x"),
        ("http://localhost:3000/", "http://localhost:3000/"),
        ("http://under_score.a.example/", "http://under_score.a.example/"),
        ("http://a--b.example/", "http://a--b.example/"),
        ("http://[::1]", "http://[::1]"),
        ("(‘https://a.example/it’s’)", "https://a.example/it’s"),
        ("(https://a.example/(x)y(z))", "https://a.example/(x)y(z)"),
    ],
)
def test_a_url_ends_where_the_sentence_goes_on(text, url):
    [link] = text_links(text)
    assert link.url == url
    assert text[link.start : link.end] == url


@pytest.mark.parametrize(
    "text",
    [
        "http://",
        "https://.example",
        "https://-a.example",
        "https://a-.example/",
        "https://a.example-/",
        "https://a.-example/",
        "http://under_score/",
        "http://a.b_c.example_/",
        "https:///a.example",
        "http://a.example:99999/",
        "http://a.example:80x",
        "xhttp://a.example",
        "_http://a.example",
        "ftp://a.example",
        "http://{{ host }}/x",
        "mail me: a@b.example",
    ],
)
def test_what_leads_nowhere_is_no_url(text):
    assert urls(text) == []


def test_several_urls_come_in_their_order():
    text = "https://a.example, http://b.example; (https://c.example/x)"
    assert urls(text) == ["https://a.example", "http://b.example", "https://c.example/x"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see example.com/x, or www.example.co.uk.", ["https://example.com/x", "https://www.example.co.uk"]),
        ("example.com:8080/x", ["https://example.com:8080/x"]),
        ("詳細はexample.jpを", ["https://example.jp"]),
        ("https://a.example and b.com", ["https://a.example", "https://b.com"]),
        ("me@example.com, first.last@example.com", []),
        ("node.js, readme.txt, 1.2.3.4, e.g. this.That", []),
        ("/path/to/file.pl ../x.pm path:to.pm _example.com", []),
    ],
)
def test_names_without_a_scheme_count_by_choice(text, found):
    assert urls(text, schemeless=True) == found
    assert all(url in text for url in urls(text))


@given(st.lists(st.sampled_from([case["text"] for case in CASES]) | st.text(max_size=20), max_size=4).map("".join))
@example("http://a.example/\ud800")
def test_every_url_stands_where_it_is_said_to_stand(text):
    for schemeless in (False, True):
        links = text_links(text, schemeless=schemeless)
        edges = [edge for link in links for edge in (link.start, link.end)]
        assert edges == sorted(edges)
        assert all(link.url.removeprefix("https://") in text[link.start : link.end] for link in links)


PIECES = [
    "http://",
    "https://a.example",
    "a.com",
    "x.y",
    ":80",
    "{{",
    "%%",
    *"//?#=@,. \né日&([)*\"'`“_-a|!\u200f\u2028\x0b",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.booleans())
def test_the_short_way_for_ordinary_urls_finds_what_the_long_one_does(text, schemeless):
    short = text_links(text, schemeless=schemeless)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "ORDINARY", re.compile("(?!)"))
        assert text_links(text, schemeless=schemeless) == short


HOSTILE = """http://|http://a|http://a/(|http://a/"|http://a/'|http://a/{{|(|a.|a.com/|http://a@|http://a/)|http://a/%%|http://[::|h|
http://x?http://y!|a|http://a/“|http://x.com✪.|日a|.com日|http://a.b |http://a.b/x, |()|([|.|\u200f|
http://a/\u200f|http://😀 |a.com |a"|a'|(http://a/x) |http://a/()|http://a/"http://|
http://a-|http://[::1] |“”|http://a/(http://b/)|@|http://a.b/“” """.replace("\n", "").split("|")


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_the_length_alone(piece):
    def seconds(characters):
        text = "http://a/" + piece * (characters // len(piece))
        started = time.process_time()
        text_links(text)
        text_links(text[8:], schemeless=True)
        return time.process_time() - started

    # Ten times the length would cost a hundred times as much, were it quadratic; other processes do not count.
    short, long = min(seconds(4_000) for _ in range(3)), min(seconds(40_000) for _ in range(2))
    assert long < 40 * short + 0.02
