"""Replace the links of a message by tracked ones, and nothing else.

A message is read once, into a :class:`Plan`: the pieces between its links, and which destination belongs where. Each
recipient then costs a join of pieces. Links that lead to us are kept, so rewriting twice is the same as rewriting once.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from app.domain.html_links import html_links
from app.domain.link_rules import REASONS, Decision, Rule, Rules, judge
from app.domain.text_links import text_links

__all__ = ["REASONS", "LinkDecision", "Plan", "Rewritten", "Rules", "plan", "rewrite", "undo"]

Kind = Literal["html", "mso", "text"]
_UNSAFE: Final = re.compile(r"""[&<>"'=`]""")
_NOT_IN_ADDRESSES: Final = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff]")
_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "=": "&#61;", "`": "&#96;"}


@dataclass(frozen=True, slots=True)
class LinkDecision:
    """What happened to one link, once for each time it occurs."""

    original: str
    """The link as the reader would have followed it."""
    url: str
    """What now stands in the message."""
    decision: Decision
    reason: str
    """A key of ``REASONS``."""
    kind: Kind

    def as_dict(self) -> dict[str, str]:
        """Return it by its fields' names, as it is kept and shown."""
        return {name: getattr(self, name) for name in self.__slots__}


class Edit(NamedTuple):
    """A place of a rewritten body and what stood there before."""

    start: int
    end: int
    was: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A message with its links replaced, and all that is needed to explain or undo it."""

    html: str | None
    text: str | None
    links: tuple[LinkDecision, ...]
    """One for each occurrence, HTML first, in document order."""
    destinations: tuple[str, ...]
    """The distinct tracked URLs in order of first appearance; ``address(i)`` leads to ``destinations[i]``."""
    html_edits: tuple[Edit, ...] = ()
    text_edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """A body taken apart: ``gaps[i]`` is the tracked link between ``literals[i]`` and ``literals[i + 1]``."""

    literals: tuple[str, ...]
    gaps: tuple[str, ...]
    """What stood in each gap."""
    destinations: tuple[int, ...]
    """Which destination each gap leads to."""

    def filled(self, addresses: Sequence[str]) -> str:
        """Return the body with ``addresses[i]`` wherever destination ``i`` is linked."""
        pieces = [""] * (2 * len(self.gaps) + 1)
        pieces[::2] = self.literals
        pieces[1::2] = [addresses[index] for index in self.destinations]
        return "".join(pieces)

    def edits(self, addresses: Sequence[str]) -> tuple[Edit, ...]:
        """Return where ``filled`` puts its addresses."""
        edits, position = [], 0
        for literal, was, index in zip(self.literals, self.gaps, self.destinations, strict=False):
            start = position + len(literal)
            position = start + len(addresses[index])
            edits.append(Edit(start, position, was))
        return tuple(edits)


class Planned(NamedTuple):
    """The judgement on one link; ``destination`` is None for one that is kept."""

    url: str
    kind: Kind
    rule: Rule
    destination: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A message whose links are located and judged; every recipient is a cheap variation of it."""

    html: Body | None
    text: Body | None
    judged: tuple[Planned, ...]
    """Each distinct link."""
    links: tuple[int, ...]
    """Which of ``judged`` each occurrence is, HTML first, in document order."""
    destinations: tuple[str, ...]

    def bodies(self, addresses: Sequence[str]) -> tuple[str | None, str | None]:
        """Return HTML and text for one recipient, ``addresses[i]`` leading to ``destinations[i]``.

        The addresses are spliced in as they are, so they hold only ``[A-Za-z0-9:/._~-]``, as ours do.
        """
        html = self.html.filled(addresses) if self.html else None
        return html, self.text.filled(addresses) if self.text else None

    def rewritten(self, address: Callable[[int], str]) -> Rewritten:
        """Return the message for one recipient with every decision.

        ``address`` may return any URL: what HTML would misread is escaped.

        Raises:
            ValueError: an address is empty or holds white space, which no attribute without quotes can carry.
        """
        plain = [_checked(address(index)) for index in range(len(self.destinations))]
        escaped = [_UNSAFE.sub(lambda found: _ESCAPES[found[0]], each) for each in plain]
        decisions = [_decision(link, plain) for link in self.judged]
        return Rewritten(
            html=self.html.filled(escaped) if self.html else None,
            text=self.text.filled(plain) if self.text else None,
            links=tuple([decisions[index] for index in self.links]),
            destinations=self.destinations,
            html_edits=self.html.edits(escaped) if self.html else (),
            text_edits=self.text.edits(plain) if self.text else (),
        )


def rewrite(html: str | None, text: str | None, *, rules: Rules, address: Callable[[int], str]) -> Rewritten:
    """Return the message with each tracked link replaced by ``address(i)``, every other character as it was.

    Raises:
        ValueError: an address is empty or holds white space.
    """
    return plan(html, text, rules=rules).rewritten(address)


def undo(rewritten: Rewritten) -> tuple[str | None, str | None]:
    """Return the HTML and the text as they were before."""
    html, text = rewritten.html, rewritten.text
    return (
        None if html is None else _undone(html, rewritten.html_edits),
        None if text is None else _undone(text, rewritten.text_edits),
    )


def plan(html: str | None, text: str | None, *, rules: Rules) -> Plan:
    """Locate and judge the links of a message; a URL in the text is decided as the same one in the HTML was."""
    located = _Located(rules)
    html_body = text_body = None
    if html is not None:
        html_body = located.body(
            html,
            (
                (link.start, link.end, link.url, "mso" if link.context == "mso" else "html", link.opted_out)
                for link in html_links(html)
            ),
        )
    if text is not None:
        found = text_links(text, schemeless=rules.schemeless)
        text_body = located.body(text, ((link.start, link.end, link.url, "text", False) for link in found))
    return Plan(html_body, text_body, tuple(located.judged), tuple(located.links), tuple(located.destinations))


@dataclass(slots=True)
class _Located:
    """What is known while a message is read."""

    rules: Rules
    judged: list[Planned] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    destinations: dict[str, int] = field(default_factory=dict)
    _known: dict[tuple[str, Kind, bool], int] = field(default_factory=dict)
    _marked: set[str] = field(default_factory=set)

    def body(self, body: str, places: Iterable[tuple[int, int, str, Kind, bool]]) -> Body:
        literals, gaps, indexes, position = [], [], [], 0
        for start, end, url, kind, marked in places:
            index = self._known.get((url, kind, marked))
            if index is None:
                index = self._judge(url, kind, marked=marked)
            self.links.append(index)
            destination = self.judged[index].destination
            if destination is not None:
                literals.append(body[position:start])
                gaps.append(body[start:end])
                indexes.append(destination)
                position = end
        return Body((*literals, body[position:]), tuple(gaps), tuple(indexes))

    def _judge(self, url: str, kind: Kind, *, marked: bool) -> int:
        """Judge a link that was not met before; in a text a URL counts as marked when it is marked in the HTML."""
        if marked:
            self._marked.add(url)
        rule = judge(url, marked=url in self._marked if kind == "text" else marked, rules=self.rules)
        tracked = rule.decision == "tracked"
        destination = self.destinations.setdefault(url, len(self.destinations)) if tracked else None
        self.judged.append(Planned(url, kind, rule, destination))
        index = self._known[url, kind, marked] = len(self.judged) - 1
        return index


def _checked(address: str) -> str:
    if not address or _NOT_IN_ADDRESSES.search(address):
        message = f"Not an address that a link can hold: {address!r}"
        raise ValueError(message)
    return address


def _decision(link: Planned, addresses: Sequence[str]) -> LinkDecision:
    url = link.url if link.destination is None else addresses[link.destination]
    return LinkDecision(link.url, url, link.rule.decision, link.rule.reason, link.kind)


def _undone(body: str, edits: Sequence[Edit]) -> str:
    pieces: list[str] = []
    position = 0
    for edit in edits:
        pieces += body[position : edit.start], edit.was
        position = edit.end
    return "".join((*pieces, body[position:]))
