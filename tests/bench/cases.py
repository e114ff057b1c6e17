"""The real cases, and what right means for them."""

import json
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from app.domain.rewriting import Rewritten, Rules, rewrite, undo
from app.domain.text_links import text_links

CASES = Path(__file__).parents[1] / "cases"
RULES = Rules(own_hosts=frozenset({"refer.shop.example"}))
SERVICE_PAGES = {"unsubscribe", "preferences", "web_view"}
"""Web links that are kept all the same: readers must always be able to follow them."""


class Email(NamedTuple):
    """A real email and the links that a browser's tokenizer sees in it."""

    name: str
    raw: bytes
    charset: str
    links: list[dict[str, Any]]

    @property
    def html(self) -> str:
        """The email as text, every character of it."""
        return self.raw.decode(self.charset)

    @property
    def followable(self) -> list[dict[str, Any]]:
        """What a reader can follow, in a browser or in Outlook."""
        return [link for link in self.links if link["tag"] != "link" and link["context"] != "comment"]


def emails() -> list[Email]:
    """Return all real emails."""
    folder = CASES / "html_emails"
    cases = json.loads((folder / "expected.json").read_text())
    return [Email(name, (folder / name).read_bytes(), seen["charset"], seen["links"]) for name, seen in cases.items()]


def texts() -> list[dict[str, Any]]:
    """Return the texts of other libraries' tests."""
    cases: list[dict[str, Any]] = json.loads((CASES / "plain_text" / "cases.json").read_text())
    return cases


def address(index: int) -> str:
    """Return the address that stands for destination ``index``."""
    return f"https://refer.shop.example/-tAbCdEfGhIjK{index}"


def swapped(email: Email) -> Rewritten:
    """Return the email with its links swapped."""
    return rewrite(email.html, None, rules=RULES, address=address)


def right_links(email: Email, rewritten: Rewritten) -> int:
    """Return how many of the email's web links are tracked, or kept because they lead to a service page."""
    wanted = Counter(link["url"] for link in email.followable if link["kind"] == "http")
    found = Counter(
        link.original for link in rewritten.links if link.decision == "tracked" or link.reason in SERVICE_PAGES
    )
    return (wanted & found).total()


def is_perfect(email: Email, rewritten: Rewritten) -> bool:
    """Return whether every web link is right, nothing else is swapped, and not a byte outside of them differs."""
    wanted = Counter(link["url"] for link in email.followable if link["kind"] == "http")
    either_way = Counter(link["url"] for link in email.followable if link["kind"] == "templated")
    tracked = Counter(link.original for link in rewritten.links if link.decision == "tracked")
    was = undo(rewritten)[0] or ""
    return (
        right_links(email, rewritten) == wanted.total()
        and not tracked - wanted - either_way
        and was.encode(email.charset) == email.raw
        and len(rewritten.html_edits) == tracked.total()
    )


def is_exact(case: dict[str, Any]) -> bool:
    """Return whether the web addresses of a text are found exactly."""
    wanted = [url for url in case["urls"] if url.lower().startswith(("http://", "https://"))]
    return [link.url for link in text_links(case["text"])] == wanted
