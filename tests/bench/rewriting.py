"""Rewriting the real emails, beside what else one could do with them."""

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from itertools import accumulate
from statistics import median

from bs4 import BeautifulSoup
from lxml import html as lxml_html

from app.domain.rewriting import plan, rewrite
from tests.bench.cases import RULES, Email, address, emails, is_exact, is_perfect, right_links, swapped, texts
from tests.bench.turns import Work, in_turns

_WEB = ("http://", "https://")
_HREF = re.compile(r"""\bhref\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
_LINK = re.compile(r"""(<(?:a|area|v:\w+)\b[^>]*?\bhref\s*=\s*)("https?:[^"]*"|'https?:[^']*'|https?:[^\s>]+)""", re.I)


class _Splicer(HTMLParser):
    """The standard library's parser, told to say where each link stands."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=False)
        self._document, self._pieces, self._position, self._count = document, [""], 0, 0
        self._lines = [0, *accumulate(len(line) + 1 for line in document.split("\n"))]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"a", "area"} or not (dict(attrs).get("href") or "").startswith(_WEB):
            return
        found = _HREF.search(self.get_starttag_text() or "")
        if not found:
            return
        line, column = self.getpos()
        offset = self._lines[line - 1] + column
        self._pieces += (self._document[self._position : offset + found.start(1)], f'"{address(self._count)}"')
        self._position = offset + found.end(1)
        self._count += 1

    def spliced(self) -> str:
        self.feed(self._document)
        self.close()
        return "".join((*self._pieces, self._document[self._position :]))


def _by_regex(document: str) -> str:
    count = iter(range(len(document)))
    return _LINK.sub(lambda link: f'{link[1]}"{address(next(count))}"', document)


def _competitors(cases: Sequence[Email]) -> dict[str, Work]:
    documents = [email.html for email in cases]

    def with_lxml() -> int:
        for email in cases:
            lxml_html.tostring(lxml_html.document_fromstring(email.raw))
        return len(cases)

    def with_html_parser() -> int:
        for document in documents:
            _Splicer(document).spliced()
        return len(documents)

    def with_beautiful_soup() -> int:
        for document in documents:
            str(BeautifulSoup(document, "lxml"))
        return len(documents)

    def with_a_regex() -> int:
        for document in documents:
            _by_regex(document)
        return len(documents)

    return {
        "lxml, parse and serialise": with_lxml,
        "html.parser, splicing": with_html_parser,
        "BeautifulSoup, parse and serialise": with_beautiful_soup,
        "a plain regex": with_a_regex,
    }


def _recipients(cases: Sequence[Email]) -> Work:
    """Return what each further recipient of a located template costs."""
    plans = [plan(email.html, None, rules=RULES) for email in cases]
    prepared = [(located, list(map(address, range(len(located.destinations))))) for located in plans]

    def bodies() -> int:
        for located, addresses in prepared:
            located.bodies(addresses)
        return len(prepared)

    return bodies


def run() -> Iterator[str]:
    """Yield the scores over the real cases, and how fast each way of rewriting them is."""
    cases = emails()
    yield from scores(cases)
    documents = [email.html for email in cases]

    def ours() -> int:
        for document in documents:
            rewrite(document, None, rules=RULES, address=address)
        return len(documents)

    competitors = _competitors(cases)
    rounds = in_turns(ours, _recipients(cases), *competitors.values())
    yield f"{median(turn[0] for turn in rounds):,.0f} documents/s rewritten"
    for column, name in enumerate(competitors, start=2):
        theirs, share = median(turn[column] for turn in rounds), median(turn[0] / turn[column] for turn in rounds)
        yield f"÷ {theirs:,.0f}/s by {name} = {share:.2f}"
    yield f"a further recipient of a located template costs 1/{median(turn[1] / turn[0] for turn in rounds):.0f} of it"


def scores(cases: Sequence[Email]) -> Iterator[str]:
    """Yield how many of the real emails and texts are right."""
    done = [(email, swapped(email)) for email in cases]
    links = sum(link["kind"] == "http" for email in cases for link in email.followable)
    yield f"{sum(is_perfect(*pair) for pair in done)} of {len(done)} emails perfect"
    yield f"{sum(right_links(*pair) for pair in done)} of {links} web links right"
    plain = texts()
    yield f"{sum(map(is_exact, plain))} of {len(plain)} plain texts exact"
