"""Which links are tracked and which are kept: one table, in which the first rule that applies decides."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from app.domain.service_pages import service_page

Decision = Literal["tracked", "kept"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What an account says about its links."""

    own_hosts: frozenset[str]
    """Hosts of the account's smart-URL domains, in lower case: links that lead there are ours already."""
    skip: tuple[str, ...] = ()
    """URLs to keep, ``*`` standing for anything: ``https://example.com/legal*``."""
    own_prefixes: tuple[str, ...] = ()
    """Beginnings of URLs that are ours, where the host alone does not say so: ``http://demo.localhost:8000/``."""
    schemeless: bool = False
    """Whether names without a scheme, ``example.com/x``, count as links in plain text."""


class Candidate(NamedTuple):
    """A link about to be judged."""

    url: str
    marked: bool
    """Whether its sender marked it as not to be tracked."""
    rules: Rules
    is_web: bool
    """Whether its scheme is http or https."""
    authority: str
    """Host and port in lower case, without user and password; empty where a browser would find none."""

    @property
    def page(self) -> str | None:
        """Unsubscribe, preferences or web_view, when the URL leads to that page of the sender."""
        return service_page(self.url)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table."""

    reason: str
    sentence: str
    applies: Callable[[Candidate], bool]
    decision: Decision = "kept"


# As a browser does: any number of slashes, forward or backward, before the host, which ends at the next one.
_WEB: Final = re.compile(r"[hH][tT][tT][pP][sS]?+:[/\\]*+([^/\\?#]*+)")
_HOST_PART: Final = re.compile(r"\A(?:[A-Za-z*]++://)?+[^/?#]*+")
# In localhost:8000 and example.com:80 the colon stands before a port.
_SCHEME: Final = re.compile(r"(?!(?:localhost|[^:/]*+\.[^:/]*+):[0-9])[A-Za-z][A-Za-z0-9+.-]*+:")
_MERGE_TAG: Final = re.compile(
    r"\{\{|\{%|<%|\*\||\[\[|%%[^%\s]++%%"  # the openings of {{ }} {% %} <% %> *| |* [[ ]], and %%name%%
    r"|%(?![0-9A-Fa-f]{2})[A-Za-z_][\w.-]*+%(?![0-9A-Fa-f]{2})"  # %recipient.name%
    r"|\{[A-Za-z_][\w .-]*+\}"  # {name} ${name}
)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def _is_own(link: Candidate) -> bool:
    authority = link.authority
    own = link.rules.own_hosts
    return authority in own or authority.partition(":")[0] in own or link.url.startswith(link.rules.own_prefixes)


def _is_skipped(link: Candidate) -> bool:
    return bool(link.rules.skip) and any(_fits(pattern, link.url) for pattern in link.rules.skip)


def _fits(pattern: str, url: str) -> bool:
    """Return whether ``url`` is ``pattern``, in which only ``*`` is special; scheme and host may be in any case."""
    pattern, url = (_HOST_PART.sub(lambda part: part[0].lower(), each) for each in (pattern, url))
    if "://" not in pattern:
        url = url.partition("://")[2]
    first, *pieces = pattern.split("*")
    if not pieces:
        return url == pattern
    position = len(first) if url.startswith(first) else len(url) + 1
    for piece in pieces[:-1]:
        found = url.find(piece, position)
        position = found + len(piece) if found >= 0 else len(url) + 1
    return url.endswith(pieces[-1]) and position <= len(url) - len(pieces[-1])


TABLE: Final = (
    Rule("empty", "The link has no address.", lambda link: not link.url),
    Rule(
        "merge_tag",
        "A merge tag in the address was not filled in, so nobody knows yet where it leads.",
        lambda link: (
            bool(_MERGE_TAG.search(link.url)) or (link.url[0] == "[" and link.url.find("]") == len(link.url) - 1)
        ),
    ),
    Rule("fragment", "The link jumps to a place in the message itself.", lambda link: link.url.startswith("#")),
    Rule(
        "not_http",
        "The link opens something other than a web page, such as mail or a phone.",
        lambda link: not link.is_web and bool(_SCHEME.match(link.url)),
    ),
    Rule("relative", "The address is not complete: it has no scheme.", lambda link: not link.is_web),
    Rule(
        "invalid_url",
        "The address names no host, so it leads nowhere.",
        lambda link: not link.authority or not (link.url.isascii() or _SURROGATE.search(link.url) is None),
    ),
    Rule("own_link", "The link is one of ours already.", _is_own),
    Rule("marked_no_track", "The sender marked this link as not to be tracked.", lambda link: link.marked),
    Rule("skip_listed", "The address is on the list of links to leave alone.", _is_skipped),
    Rule("unsubscribe", "Unsubscribing must work whatever happens to us.", lambda link: link.page == "unsubscribe"),
    Rule("preferences", "The link leads to the reader's mail preferences.", lambda link: link.page == "preferences"),
    Rule("web_view", "The link shows this message in a browser.", lambda link: link.page == "web_view"),
    Rule("web_link", "A web link: clicks on it are counted.", lambda _: True, "tracked"),
)
REASONS: Final[dict[str, str]] = {rule.reason: rule.sentence for rule in TABLE}
"""Each reason and the sentence that explains it to people."""


def judge(url: str, *, marked: bool, rules: Rules) -> Rule:
    """Return the first rule of the table that applies; the last one always does."""
    web = _WEB.match(url)
    link = Candidate(url, marked, rules, web is not None, web[1].rpartition("@")[2].lower() if web else "")
    for rule in TABLE:
        if rule.applies(link):
            break
    return rule
