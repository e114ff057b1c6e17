"""Inside ``<svg>`` and ``<math>`` other rules hold, until an element of HTML ends them.

There ``<style>`` and ``<title>`` hold markup, ``<![CDATA[`` is text, and ``/>`` closes an element; but what
``<foreignObject>`` and its like contain is HTML again.
Source: https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inforeign
"""

import re
from dataclasses import dataclass, field
from typing import Final

from app.domain.html_syntax import ATTRIBUTE, CLOSES_ITSELF, FOREIGN

_HOLDS_HTML: Final = frozenset(
    [("svg", name) for name in ("foreignobject", "desc", "title")]
    + [("math", name) for name in ("mi", "mo", "mn", "ms", "mtext", "annotation-xml")]
)
_HEADINGS: Final = "h1 h2 h3 h4 h5 h6"
_ENDS_FOREIGN: Final = frozenset(
    f"b big blockquote body br center code dd div dl dt em embed {_HEADINGS} head hr i img li listing menu meta nobr"
    " ol p pre ruby s small span strong strike sub sup table tt u ul var".split()
)
_OLD_FONT: Final = frozenset({"color", "face", "size"})
_HTML_ENCODING: Final = re.compile(
    r"""\bencoding\s*+=\s*+["']?+(?:text/html|application/xhtml\+xml)\b""", re.IGNORECASE
)


@dataclass(slots=True)
class ForeignContent:
    """The foreign elements that are open at some point of a document."""

    open_elements: list[tuple[str, str]] = field(default_factory=list)
    """Each as its vocabulary, svg or math, and its name."""
    _open: dict[str, int] = field(default_factory=dict)
    """How many of each name, for an end tag without its start must not cost a search."""

    @property
    def holds_html(self) -> bool:
        """Whether the rules of HTML hold here."""
        return not self.open_elements or self.open_elements[-1] in _HOLDS_HTML

    def start(self, tag: re.Match[str], name: str) -> None:
        """Take note of a start tag; ``tag`` ends with it, ``name`` is in lower case."""
        vocabulary = name
        if not self.holds_html:
            vocabulary = self.open_elements[-1][0]
            if name in _ENDS_FOREIGN or (name == "font" and _is_old_font(tag)):
                self._leave()
                return
        if vocabulary not in FOREIGN or _closes_itself(tag):
            return
        if name != "annotation-xml" or _HTML_ENCODING.search(tag.string, *_inner(tag)):
            self.open_elements.append((vocabulary, name))
            self._open[name] = self._open.get(name, 0) + 1

    def end(self, name: str) -> None:
        """Take note of an end tag; among HTML it ends no foreign element further out, but for svg and math."""
        holds_html = self.holds_html
        if name in {"p", "br"} and not holds_html:
            self._leave()
        elif self._open.get(name) and (not holds_html or name in FOREIGN or name == self.open_elements[-1][1]):
            while self._pop() != name:
                pass

    def _leave(self) -> None:
        while not self.holds_html:
            self._pop()

    def _pop(self) -> str:
        _, name = self.open_elements.pop()
        self._open[name] -= 1
        return name


def _inner(tag: re.Match[str]) -> tuple[int, int]:
    """Return where the attributes of a tag stand."""
    return tag.end("name"), tag.end() - 1


def _closes_itself(tag: re.Match[str]) -> bool:
    return tag.string[tag.end() - 2] == "/" and bool(CLOSES_ITSELF.match(tag.string, tag.end("name")))


def _is_old_font(tag: re.Match[str]) -> bool:
    return any(attribute[1].lower() in _OLD_FONT for attribute in ATTRIBUTE.finditer(tag.string, *_inner(tag)))
