"""Rewrite once, render many: a template whose structure is the same for everybody has its links located once.

What is each person's own (a name, a coupon) is left as a gap, and so are the two codes that our links are made of. A
gap may only stand where nothing that fills it could make, end or change a link: in running text, or in a title; what
would, is found out when the gap is filled, and then the whole body is rendered and rewritten as any other. Either way
the bytes are the same.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson
from liquid.ast import Node

from app.domain.composing import Codes, LinkSpace, Sharing, link_rules, merge_fields
from app.domain.destination import tracked_path
from app.domain.gapped_text import GappedText
from app.domain.html_links import html_links
from app.domain.message import Channel, ContactDetails, Content
from app.domain.rewriting import Plan, plan
from app.domain.template import FAULTS
from app.domain.template_pieces import MergeFields, Pieces, take_apart

_LONGEST = 200_000
_KEPT = 64
"""Templates that a process keeps located; the longest unused goes first."""
_CODE, _SHARE_CODE, _STOP, _FIRST = 0, 1, 2, 3
"""The numbers of the gaps: a message's own code, its reader's share code, its stop token, and then one's own pieces."""
_FOREIGN: Final = re.compile(r"<(?:svg|math)\b", re.IGNORECASE)
_TITLE: Final = re.compile(r"<title(?:\s[^<>]*)?>([^<>]*)</title>", re.IGNORECASE)
_MERGE_TAGS: Final = re.compile(r"\{\{|\{%|<%|\*\||\[\[|%%|[<>]")
_HARMLESS_IN_HTML: Final = re.compile("""[^<>"']*+""")
_HARMLESS_IN_TEXT: Final = re.compile(r"[^/{}\[\]|%\\]*+")
_ANYTHING: Final = re.compile(".*+", re.DOTALL)
_MARKED_UP: Final = re.compile("[*_~`]https?:", re.IGNORECASE)
"""Behind which the same character ends an address, and a stop token may end in one of them."""
_PLAIN_CODE: Final = re.compile("[A-Za-z0-9]{1,32}")
_MARK = re.compile(r"zq([0-9a-f]{16})x([0-9]+)z")

Merger = Callable[[ContactDetails, Mapping[str, Any], tuple[str, str, str], MergeFields], list[str] | None]
"""Works out what fills the gaps, from contact, data, codes (the message's, its reader's share code, its stop token) and
merge fields; None for somebody whose body must be made as a whole."""


@dataclass(frozen=True, slots=True)
class FormLetter:
    """A located template: every reader's body is this one with the gaps filled."""

    subject: GappedText | None
    """Before its white space is put in order."""
    html: GappedText | None
    text: GappedText | None
    decisions: GappedText
    """What became of each link, as the JSON of a list."""
    destinations: tuple[str, ...]
    sources: tuple[Pieces | None, ...]
    """The pieces of the HTML, of the text and of the subject."""

    def subject_liner(self) -> Callable[[Sequence[str]], str | None]:
        """Return what makes, of one person's values after the other's, the subject on one line."""
        if self.subject is None:
            return lambda _: None
        fill = self.subject.filler()
        return lambda values: " ".join(fill(values).split())

    @property
    def needs_share_links(self) -> bool:
        """Whether somebody's own pieces may ask for the addresses of share buttons."""
        return any(pieces is not None and pieces.names_share_links for pieces in self.sources)

    def merger(self) -> Merger:
        """Return what works out the values of one person after the other; for one thread."""
        harmless = (_HARMLESS_IN_HTML, _HARMLESS_IN_TEXT, _ANYTHING)
        parts = [
            pieces.merger(allowed.fullmatch)
            for pieces, allowed in zip(self.sources, harmless, strict=True)
            if pieces and pieces.own
        ]

        def merge(
            contact: ContactDetails, data: Mapping[str, Any], codes: tuple[str, str, str], fields: MergeFields
        ) -> list[str] | None:
            values = [*codes]
            try:
                for own in parts:
                    found = own(contact, data, fields)
                    if found is None:
                        return None
                    values += found
            except FAULTS:
                # Rendering the whole will say in words what is wrong.
                return None
            share_code = codes[_SHARE_CODE]
            return values if not share_code or _PLAIN_CODE.fullmatch(share_code) else None

        return merge


@lru_cache(maxsize=_KEPT)
def form_letter(channel: Channel, content: Content, space: LinkSpace, *, shares: bool) -> FormLetter | None:
    """Return a template with its links located, once for all its readers; None where every body must be its own.

    Args:
        channel: how it is sent; nothing is located in the HTML of a text message.
        content: the template's words.
        space: where the links stand, and which are left alone; it has a host.
        shares: whether its readers are advocates.

    Raises:
        TemplateError: the template is not Liquid.
    """
    parts = [part for part in (content.html, content.text) if part is not None]
    if space.host is None or not content.liquid or not parts or sum(map(len, parts)) > _LONGEST:
        return None
    if channel is Channel.SMS and (space.plain_sms or content.html is not None):
        return None
    return _Draft(space, shares=shares).located(content, is_email=channel is Channel.EMAIL)


class _Draft:
    """A template on its way to a form letter; its gaps are marks that no sender can know."""

    def __init__(self, space: LinkSpace, *, shares: bool) -> None:
        self._space, self._nonce, self._count = space, secrets.token_hex(8), _FIRST
        sharing = Sharing("", "", "", "", self._mark(_SHARE_CODE)) if shares else None
        codes = Codes(self._mark(_CODE), "", self._mark(_STOP))
        self._of_codes = merge_fields(ContactDetails(), {}, sharing=sharing, codes=codes, space=space)

    def located(self, content: Content, *, is_email: bool) -> FormLetter | None:
        html = text = None
        html_source = text_source = None
        if is_email and content.html is not None:
            html_source = take_apart(content.html, self._of_codes, is_html=True)
            html = self._marked(html_source)
            if html is None or not _holds_gaps_in_running_html(html):
                return None
        first_of_text = self._count
        if content.text is not None:
            text_source = take_apart(content.text, self._of_codes, is_html=False)
            text = self._marked(text_source)
            if text is None or not self._holds_gaps_in_running_text(text, first_of_text):
                return None
        found = plan(html, text, rules=link_rules(self._space))
        if not _is_for_everybody(found):
            return None
        subject_source = None if content.subject is None else take_apart(content.subject, self._of_codes, is_html=False)
        subject = self._marked(subject_source)
        if (subject is None) != (content.subject is None):
            return None
        return self._letter(found, subject, (html_source, text_source, subject_source))

    def _marked(self, pieces: Pieces | None) -> str | None:
        """Return the template with a mark in each gap."""
        if pieces is None:
            return None
        marked = []
        for part in pieces.parts:
            if isinstance(part, Node):
                marked.append(self._mark(self._count))
                self._count += 1
            else:
                marked.append(part)
        return "".join(marked)

    def _holds_gaps_in_running_text(self, text: str, first: int) -> bool:
        """Return whether no gap touches an address, or a word that might become one."""
        if _MARKED_UP.search(text):
            return False
        if self._count == first:
            return True
        marks = [self._mark(number) for number in range(first, self._count)]
        words = (word for word in text.split() if any(mark in word for mark in marks))
        return not self._space.schemeless and not _MERGE_TAGS.search(text) and not any("//" in word for word in words)

    def _letter(self, found: Plan, subject: str | None, sources: tuple[Pieces | None, ...]) -> FormLetter:
        base, code = self._space.base, self._mark(_CODE)
        rewritten = found.rewritten(lambda index: base + tracked_path(code, index))
        decisions = orjson.dumps([link.as_dict() for link in rewritten.links]).decode()
        return FormLetter(
            subject=None if subject is None else _gapped(subject),
            html=None if rewritten.html is None else _gapped(rewritten.html),
            text=None if rewritten.text is None else _gapped(rewritten.text),
            decisions=_gapped(decisions),
            destinations=rewritten.destinations,
            sources=sources,
        )

    def _mark(self, number: int) -> str:
        return f"zq{self._nonce}x{number}z"


def _is_for_everybody(found: Plan) -> bool:
    """Return whether no link's fate, or destination, hangs on a gap: only our own addresses hold any."""
    return all(link.rule.reason == "own_link" for link in found.judged if _MARK.search(link.url))


def _holds_gaps_in_running_html(html: str) -> bool:
    """Return whether every gap of a person's own stands where a tag could begin, or in a title.

    Where a tag could begin, text without angle brackets changes nothing; so a link is put there, and must be seen.
    """
    own = [mark for mark in _MARK.finditer(html) if int(mark[2]) >= _FIRST]
    if not own:
        return True
    if _FOREIGN.search(html):
        return False
    titles = [title.span(1) for title in _TITLE.finditer(html)]
    pieces: list[str] = []
    expected, position, length = set(), 0, 0
    for mark in own:
        start, end = mark.span()
        if any(first <= start and end <= last for first, last in titles):
            continue
        if html[start - 1 : start] == "<":
            return False
        probe = f'<a href="http://{mark[0]}.example/">'
        pieces += html[position:start], probe
        length += start - position
        expected.add((length + probe.index('"') + 1, f"http://{mark[0]}.example/"))
        length, position = length + len(probe), end
    seen = {
        (link.start, link.url) for link in html_links("".join((*pieces, html[position:]))) if link.context == "body"
    }
    return expected <= seen


def _gapped(text: str) -> GappedText:
    literals, gaps, position = [], [], 0
    for mark in _MARK.finditer(text):
        literals.append(text[position : mark.start()])
        gaps.append(int(mark[2]))
        position = mark.end()
    return GappedText((*literals, text[position:]), tuple(gaps))
