"""Real emails, altered the way tools and people alter them, still give exactly the links that a browser sees."""

import random
import re

import pytest

from app.domain.html_links import html_links
from app.domain.rewriting import rewrite, undo
from tests.bench.cases import RULES, address, emails
from tests.domain.browser import followable

SMALL = [email.html for email in emails() if len(email.raw) < 15_000]
# fmt: off
PIECES = [
    '<!--[if gte mso 9]><xml><o:AllowPNG/></xml><![endif]-->', '<!--[if !mso]><!-- -->', '<!--[if !mso]><!-->',
    '<!--<![endif]-->', '<!--[if mso | IE]>', '<![endif]-->', '<![if !mso]>', '<![endif]>', '<!--[IF MSO]>', '<!-->',
    '<!--[if mso]><v:roundrect href="http://v.example/?a=1&amp;b=2"><w:anchorlock/></v:roundrect><![endif]-->',
    "<!--[if (gte mso 9)|(IE)]><a href='http://m.example/'>", '<o:p>&nbsp;</o:p>', '<v:rect href=http://v.example/ />',
    '{{#if a > b}}', '*|IF:A > 1|*', '%%=RedirectTo("http://x.example")=%%', '{% if a < b %}', '<% if a < b %>',
    '<a {{#if x}}href="http://h.example/"{{/if}}>', '<a {% if a > b %}class="x"{% endif %} href="http://j.example">',
    '<a href=" http://s.example/ ">', '<a href = "http://q.example/?a&b=c">', "<a href='http://q.example/\"'>",
    '<base href="http://base.example/">', '<style>', '</style>', '<title>x <a href="http://t.example"></title>',
    '<textarea><a href="http://t.example"></textarea>', '<noscript><a href="http://n.example"></noscript>',
    '<template><a href="http://t.example"></template>', '<iframe><a href="http://i.example"></iframe>', '<xmp>',
    '<svg><a xlink:href="http://x.example" href="http://svg.example"><path d=""/></a></svg>', '</xmp>', '<svg><style>',
    '<svg><foreignObject><a href="http://fo.example/"></a></foreignObject></svg>', '<math><mi>x</mi></math>', '<p/>',
    '<a href="http://one.example"href="http://two.example">', '<a\u00a0href="http://nb.example/">', '<a/href=x>',
    '<a href=http://un.example/?a=b&c="d">', '<a title=a>b href="http://no.example/">', '<a title="a>b" href="x">',
    '<a href="http://broken.example/ title="x">', '<area shape=rect href="http://area.example/">', '<a href>',
    '<!-- <a href="http://c.example"> -->', '<?xml version="1.0"?>', '<![CDATA[ <a href="http://cd.example"> ]]>',
    '<script>"<a href=x>"</script>', '<script>a<!--', '<plaintext>', '\0', '\ufeff', *"&<>\"'=/", '-->', '--!>', '<!--',
]
WAYS_TO_SAY_HREF = [
    r"href='\1'", r'HREF = "\1"', r"hReF=\1", r'href="\1" href="http://dup.example"', 'href\n=\n"\\1"',
    'href=" \\1\\t"',
]
WAYS_TO_OPEN = ["<A ", "<a\n", "<a\t", "<a/", '<a data-x="y>" ', '<a x=">" ', "<a x='<a href=z>' "]
# fmt: on


def cut(html, chance):
    start = chance.randrange(len(html) + 1)
    return html[:start] + html[start + chance.choice([1, 2, 30, 500]) :]


def insert(html, chance):
    start = chance.choice([found.start() for found in re.finditer("<", html)] or [0])
    start = chance.choice([start, chance.randrange(len(html) + 1)])
    return html[:start] + chance.choice(PIECES) + html[start:]


MUTATIONS = [
    cut,
    insert,
    insert,
    insert,
    lambda html, _: html.upper(),
    lambda html, _: html.replace("\n", "\r\n"),
    lambda html, chance: html.replace("&amp;", chance.choice(["&", "&AMP;", "&#38;", "&#x26;", "&amp"])),
    lambda html, chance: re.sub('href="([^"]*)"', chance.choice(WAYS_TO_SAY_HREF), html),
    lambda html, chance: html.replace("<a ", chance.choice(WAYS_TO_OPEN)),
]


@pytest.mark.parametrize("seed", range(4))
def test_a_mutated_email_has_the_links_that_a_browser_sees(seed):
    chance = random.Random(seed)
    for _ in range(100):
        html = chance.choice(SMALL)
        start = chance.randrange(len(html))
        html = html[start : start + chance.randrange(2500)]
        for _ in range(chance.randint(1, 6)):
            html = chance.choice(MUTATIONS)(html, chance)
        assert [(link.context, link.tag, link.url) for link in html_links(html) if link.url] == followable(html)
        rewritten = rewrite(html, None, rules=RULES, address=address)
        assert undo(rewritten) == (html, None)
        again = rewrite(rewritten.html, None, rules=RULES, address=lambda _: "https://twice.example/")
        assert again.html == rewritten.html
