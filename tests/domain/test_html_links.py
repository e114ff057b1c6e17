"""The links of an email are found where a browser finds them, and exactly there."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.html_links import html_links
from tests.domain.browser import followable

# fmt: off
PIECES = [
    '<a href="x1">', '<a href=x2>', "<a HREF='x3'>", '<A\nhref = "x4" >',
    '<a href="&amp;&ampx=1&copy=2&#65;&notit;&notin;&#x80;">', '<a href=a/>', '<a title="<a href=q>" href=y>', '</a>',
    '<area href=r>', '<v:rect href="v">', '<!--', '-->', '--!>', '<!-->', '<!--->', '<!-', '<![CDATA[', ']]>',
    '<![if !mso]>', '<![endif]>', '<!doctype html>', '<?xml ?>', '</', '<', '>', '"', "'", '=', '/', '<style>',
    '</style>', '<script>', '</script>', '<script', '</script', '<!--<script>', '<title>', '</title>', '<textarea>',
    '</textarea >', '<xmp>', '</xmp>', '<iframe>', '</iframe>', '<noembed>', '<noframes>', '</noframes>',
    '<noscript>', '</noscript>', '<plaintext>', '<p>', '</p>', '<a b=', '<a b href=z>', '<a href=1 href=2>',
    '<a =href=3>', '<a href="4"href="5">', '<a/href=6>', '<a href="7\n8\t9">', ' ', '', 'x', '&', '<a href="',
    '<td a="b>c" d=\'<a href=e>\'>', '</td x="<a href=f>">', '<a href = >', '<a href>', '\x00', '<a\x00 href=n>',
    '<a href="\x00">', '\r\n', '\x0c', '<A/>', "<a hreF='&quot;&#x26;&#38;amp'>", '</p x=">', '<svg a=/>', '<svg/>',
    '<font color=x>', '<table>', '<b>', '<script ', '<!--<!-->', '{% if a > b %}', '<a {{#if x}}href="h"{{/if}}>',
    '<!--[if mso]>', '<![endif]-->', '<!--[if !mso]><!-- -->', '<!--<![endif]-->',
]
# fmt: on


def found(document):
    return [(link.context, link.tag, link.url) for link in html_links(document) if link.url]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join).filter(lambda document: "<svg><" not in document))
def test_a_browsers_parser_sees_the_same_links(document):
    assert found(document) == followable(document)


@pytest.mark.parametrize(
    ("document", "value", "url"),
    [
        ('<a href="http://a.b/?x=1&amp;y=2">', "http://a.b/?x=1&amp;y=2", "http://a.b/?x=1&y=2"),
        ("<a href='http://a.b/'>", "http://a.b/", "http://a.b/"),
        ("<a href=http://a.b/>", "http://a.b/", "http://a.b/"),
        ("<A CLASS=x HREF = 'http://a.b/'>", "http://a.b/", "http://a.b/"),
        ('<a href="http://a.b/?a=1&sectionid=2&copy=3">', None, "http://a.b/?a=1&sectionid=2&copy=3"),
        ('<a href="http://a.b/?a&lt&copy;">', None, "http://a.b/?a<©"),
        ('<a href=" http://a.b/\r\n\tpath \n">', None, "http://a.b/path"),
        ('<a href="http://a.b/&#10;&#x2F;&#0;&#x110000;&#150;">', None, "http://a.b//\ufffd\ufffd–"),
        (f'<a href="http://a.b/&#{"9" * 9999};">', None, "http://a.b/\ufffd"),
        ('<a data-x="<a href=no>" href="http://a.b/">', "http://a.b/", "http://a.b/"),
        ('<a href="http://a.b/" href="http://second/">', "http://a.b/", "http://a.b/"),
        ('<a title=">" href="http://😀.b/">', "http://😀.b/", "http://😀.b/"),
        ('<noscript><a href="http://a.b/"></noscript>', "http://a.b/", "http://a.b/"),
        ('<![if !mso]><a href="http://a.b/"><![endif]>', "http://a.b/", "http://a.b/"),
        ('<!--[if !mso]><!--><a href="http://a.b/"><!--<![endif]-->', "http://a.b/", "http://a.b/"),
        ('<svg><title><a href="http://a.b/"></title></svg>', "http://a.b/", "http://a.b/"),
        ('<svg><p><![CDATA[ ><a href="http://a.b/">', "http://a.b/", "http://a.b/"),
        ('<svg><a/><style><a href="http://a.b/"></style></svg>', "http://a.b/", "http://a.b/"),
        ('<script><!--<!--><script </script><a href="http://a.b/">', "http://a.b/", "http://a.b/"),
        ('<a {% if a > b %}><a href="http://a.b/{% if c %}x{% endif %}">', None, "http://a.b/{% if c %}x{% endif %}"),
    ],
)
def test_a_link_is_the_address_that_a_reader_would_follow(document, value, url):
    [link] = html_links(document)
    assert link.url == url
    assert value is None or document[link.start : link.end] == value


@pytest.mark.parametrize(
    "document",
    [
        '<!-- <a href="http://a.b/"> -->',
        '<!-- [if mso]><a href="http://a.b/"><![endif]-->',
        '<style><a href="http://a.b/"></style>',
        '<script>"<!--<script></script><a href="http://a.b/">"-->',
        '<title><a href="http://a.b/">',
        '<textarea></textareas><a href="http://a.b/"></textarea>',
        '<plaintext></plaintext><a href="http://a.b/">',
        '<svg><![CDATA[ ><a href="http://a.b/"> ]]></svg>',
        '<p title="<a href=http://a.b/>">',
        '</p title="<a href=http://a.b/>">',
        '<a href="http://a.b/',
        '<a href="http://a.b/" title="never closed>',
        '<link href="http://a.b/"><base href="http://a.b/"><img src="http://a.b/"><form action="http://a.b/">',
        '<a xlink:href="http://a.b/" data-href="http://a.b/">',
        "<a href><a href=>",
        '<svg><a><foreignObject><a></a><title><a href="http://a.b/"></title></foreignObject></a></svg>',
        '<a\u00a0href="http://a.b/">',
    ],
)
def test_what_no_reader_can_follow_is_no_link(document):
    assert html_links(document) == []


@pytest.mark.parametrize(
    ("document", "tag"),
    [
        ('<!--[if mso]><a href="http://a.b/"><![endif]-->', "a"),
        (
            '<!--[IF (gte mso 9)|(IE)]><v:RoundRect xmlns:v="x" href="http://a.b/" arcsize="9%"/><![endif]-->',
            "v:roundrect",
        ),
        ('<!--[if mso]><p title="--!><a href="http://a.b/">', None),
        ('<!--[if mso]><!--[if gte mso 9]><area href="http://a.b/">', "area"),
    ],
)
def test_what_outlook_shows_counts_as_well(document, tag):
    assert [(link.tag, link.context) for link in html_links(document)] == [(tag, "mso") if tag else ("a", "body")]


@pytest.mark.parametrize(
    "mark",
    """data-no-track|data-no-track=""|no-track|clicktracking="off"|clicktracking=off|CLICKTRACKING='OFF'
    |data-cio-tag="no-track"|data-pm-no-track|ses:no-track|data-notrack|data-track="false"|disable-tracking=true|mc:disable-tracking|data-msys-clicktrack=0
    |class="button untracked"|class=mktNoTrack""".replace("\n", "").split("|"),
)
def test_a_senders_mark_is_respected(mark):
    [link] = html_links(f'<a {mark.strip()} href="http://a.b/">')
    assert link.opted_out


@pytest.mark.parametrize(
    "mark",
    [
        "clicktracking=on",
        'data-no-track="false"',
        "data-track=signup",
        'class="soundtrack"',
        'title="data-no-track"',
        'data-track-label="no"',
    ],
)
def test_what_only_looks_like_a_mark_is_none(mark):
    [link] = html_links(f'<a {mark} href="http://a.b/no-track">')
    assert not link.opted_out


@given(st.text(alphabet="<>!-/=\"'[]&;ahrefsv: \n\0é😀", max_size=200) | st.text())
@example("<a href=\ud800>")
def test_positions_always_lie_inside_the_document_and_in_order(document):
    links = html_links(document)
    edges = [edge for link in links for edge in (link.start, link.end)]
    assert edges == sorted(edges)
    assert all(document[link.start - len(link.quote) : link.start] == link.quote for link in links)


# fmt: off
HOSTILE = [
    '<', '&', '<!--[if', '<!--[if x]>', '<!--', '"', "'", '<a ', '<a href="', '<a b=', '<style>', '<script><!--',
    '<svg>', '</', '-', '<!---', '=', '<a href="&#9', '<svg></x>', '<![CDATA[', '<div a="b" ', '<!--[if x]>href-->',
    ']]>', '<title', '< ', '<svg', '<a href=x\t', '<a href=x>', '<a href="http://a.b">', '<math>', '<math><mi>',
    '<svg><p>', '<svg/>', '<svg a=/>', '<svg><font color=x>', '<!--[if x]><a href=y>-->', '<v:rect href=x />', '<a b ',
    '<a class="-', '<a href="&amp', '<a href="&aaaaaaaa', '<script></script', '<textarea>', '<a data-no-track-', '--!>',
    '</a ', '<?', '\0', '/', '<a/', '<svg><desc>', '<![endif]-->', '<a href=x data-track=no>', "<a b='", '<p a=">" ',
]
# fmt: on


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_the_length_alone(piece):
    def seconds(characters):
        document = piece * (characters // len(piece))
        started = time.process_time()
        html_links(document)
        return time.process_time() - started

    # Ten times the length would cost a hundred times as much, were it quadratic; other processes do not count.
    short, long = min(seconds(10_000) for _ in range(3)), min(seconds(100_000) for _ in range(2))
    assert long < 40 * short + 0.02
