"""Where the links of an HTML email stand, character by character.

The document is read as a browser's tokenizer reads it and never changed or rebuilt, so that a caller can replace the
values alone. What Outlook shows counts too: links inside ``<!--[if ...]>`` comments and on VML shapes. Scripts are
taken to be off, as they are in every email client: ``noscript`` holds ordinary markup.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from app.domain.html_entities import decode_attribute
from app.domain.html_foreign import ForeignContent
from app.domain.html_syntax import (
    ATTRIBUTE,
    FOREIGN,
    HREF,
    LINKS,
    RAW_TEXT_END,
    SCRIPT_MARK,
    TOKEN,
    TOKEN_IN_COMMENT,
    TOKEN_IN_FOREIGN,
)

_LINKS: Final = frozenset(LINKS)
_C0_AND_SPACE: Final = "".join(map(chr, range(0x21)))
_TABS_AND_NEWLINES: Final = str.maketrans("", "", "\t\n\r")
_QUOTES: Final = {"double": '"', "single": "'", "bare": ""}
_SAYS_NO: Final = frozenset({"off", "false", "no", "0", "none", "disabled"})
# Ours and the senders' ways to say it: data-no-track, no-track, data-pm-no-track, ses:no-track, data-sg-no-track ...
_NO_TRACK_NAME: Final = re.compile(
    r"(?:[\w:.-]*[:._-])?(?:no|un|dont|do-not|disable|skip)-?(?:click-?)?track(?:ed|ing)?"
)
_TRACK_NAME: Final = re.compile(
    r"(?:[\w:.-]*[:._-])?(?:(?:click|link)s?-?track(?:ing)?|track(?:ing|-?clicks?|-?links?)?)"
)
_NO_TRACK_CLASS: Final = re.compile(r"(?:[\w-]*-)?(?:mkt)?(?:no-?track(?:ing)?|untracked)", re.IGNORECASE)


class HtmlLink(NamedTuple):
    """One address that a reader can follow; ``start`` and ``end`` enclose its value inside the quotes."""

    start: int
    end: int
    quote: str
    """``"``, ``'`` or nothing."""
    url: str
    """Entities decoded by the rules for attributes, tabs and newlines removed, outer spaces stripped."""
    tag: str
    """In lower case: a, area, v:roundrect ..."""
    context: str
    """``mso`` inside ``<!--[if ...]>`` comments, else ``body``."""
    opted_out: bool
    """Whether the sender marked this link as not to be tracked."""


def html_links(document: str) -> list[HtmlLink]:
    """Return the links of ``document`` in their order; the time taken grows with its length alone."""
    return list(_links(document, 0, len(document), "body"))


def _links(document: str, position: int, end: int, context: str) -> Iterator[HtmlLink]:
    foreign = ForeignContent()
    outside = TOKEN if context == "body" else TOKEN_IN_COMMENT
    while token := (TOKEN_IN_FOREIGN if foreign.open_elements else outside).match(document, position, end):
        content = position = token.end()
        if token.lastgroup == "condition":
            if context == "body":
                content_end, position = _comment_end(document, content, end)
                yield from _links(document, content, content_end, "mso")
            continue
        name = token["name"].lower()
        if token["close"]:
            foreign.end(name)
        elif name in RAW_TEXT_END and foreign.holds_html:
            position = _raw_text_end(document, name, content, end)
        else:
            if name in _LINKS and (link := _link(document, token, name, context)):
                yield link
            if foreign.open_elements or name in FOREIGN:
                foreign.start(token, name)


def _link(document: str, token: re.Match[str], name: str, context: str) -> HtmlLink | None:
    """Return the link that a tag makes; None when it has no href, or one without a value."""
    inside, tag_end = token.end("name"), token.end()
    href = HREF.match(document, inside, tag_end)
    if not href:
        return None
    quoting = href.lastgroup or "bare"
    start, end = href.span(quoting)
    attributes = document[inside:tag_end].lower()
    opted_out = ("track" in attributes or "cio-tag" in attributes) and _opts_out(document, inside, tag_end)
    return HtmlLink(start, end, _QUOTES[quoting], _url(href[quoting]), name, context, opted_out)


def _url(value: str) -> str:
    url = decode_attribute(value)
    return (url if url.isprintable() else url.translate(_TABS_AND_NEWLINES)).strip(_C0_AND_SPACE)


def _opts_out(document: str, position: int, end: int) -> bool:
    """Return whether one of the tag's attributes asks for the link to be left alone."""
    return any(
        _marks(attribute[1].lower(), (attribute[2] or attribute[3] or attribute[4] or "").strip().lower())
        for attribute in ATTRIBUTE.finditer(document, position, end - 1)
    )


def _marks(name: str, value: str) -> bool:
    if name == "class":
        return any(map(_NO_TRACK_CLASS.fullmatch, value.split()))
    if _NO_TRACK_NAME.fullmatch(name):
        return value not in _SAYS_NO
    return name == "data-cio-tag" or (value in _SAYS_NO and bool(_TRACK_NAME.fullmatch(name)))


def _comment_end(document: str, position: int, end: int) -> tuple[int, int]:
    """Return where the content of a comment ends, and where the comment does; an unfinished one lasts to the end."""
    usual = document.find("-->", position, end)
    odd = document.find("--!>", position, end if usual < 0 else usual)
    if odd >= 0:
        return odd, odd + 4
    return (usual, usual + 3) if usual >= 0 else (end, end)


def _raw_text_end(document: str, name: str, position: int, end: int) -> int:
    """Return where the content of a raw-text element ends: at its closing tag, else with the document."""
    if name == "plaintext":
        return end
    if name == "script":
        return _script_end(document, position, end)
    closing = RAW_TEXT_END[name].search(document, position, end)
    return closing.start() if closing else end


def _script_end(document: str, position: int, end: int) -> int:
    """Return where a script ends; after ``<!--`` and ``<script`` its next closing tag is only text."""
    escaped = doubly = False
    while mark := SCRIPT_MARK.search(document, position, end):
        position = mark.end()
        if mark[0] == "<!--":
            # The same two dashes may open and close: <!--> leaves the script as it was.
            position -= 2
            escaped = True
        elif mark[0] == "-->":
            escaped = doubly = False
        elif mark[1]:
            if not doubly:
                return mark.start()
            doubly = False
        else:
            doubly = escaped
    return end
