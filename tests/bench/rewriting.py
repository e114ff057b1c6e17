"""Rewriting the real emails, beside the standard library's parser that only reads them."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from app.domain.rewriting import Rules, rewrite
from tests.bench.turns import ratio

_CASES = Path(__file__).parents[1] / "cases" / "html_emails"
_LARGEST = 100_000
_RULES = Rules(own_hosts=frozenset({"refer.shop.example"}))


def run() -> Iterator[str]:
    """Yield the ratio over the real emails of up to 100 KB."""
    documents = [path.read_text(errors="replace") for path in sorted(_CASES.glob("*.html"))]
    documents = [document for document in documents if len(document) <= _LARGEST]

    def ours() -> int:
        for document in documents:
            rewrite(
                document, None, rules=_RULES, address=lambda index: f"https://refer.shop.example/-tAAAAAAAAAAA{index}"
            )
        return len(documents)

    def theirs() -> int:
        for document in documents:
            HTMLParser().feed(document)
        return len(documents)

    mine, others, share = ratio(ours, theirs)
    yield f"{mine:,.0f} documents/s ÷ {others:,.0f}/s read by html.parser = {share:.1f}"
