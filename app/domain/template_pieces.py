"""A template taken apart: what everybody gets, what a message's codes decide, and what each person's data says."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any, Final

from liquid import BoundTemplate
from liquid.ast import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.output import OutputNode
from liquid.output import LimitedStringIO
from liquid.stringify import to_liquid_string
from markupsafe import escape

from app.domain.message import ContactDetails
from app.domain.template import FAULTS, SharingWidget, TemplateError, parsed
from app.domain.template_limits import Frugal, Limited

_OF_CODES = frozenset({"share", "campaign_link", "unsubscribe_url", "advocate"})
"""Fields that a message's codes decide; a template that gives one of these names to something else is left whole."""
_SPECIAL: Final = re.compile("""[&<>"']""")
"""What escaping changes."""
_STEERING = frozenset({"break", "continue"})

MergeFields = Callable[[], Mapping[str, Any]]
"""Gathers all that a template may name, for whoever needs it: for a mere field that would be the longest part."""
Merger = Callable[[ContactDetails, Mapping[str, Any], MergeFields], list[str] | None]
"""Works out the pieces that are a person's own, in the order of the template, from contact, data and merge fields;
None where one of them is not harmless."""
_Own = Callable[[ContactDetails, Mapping[str, Any]], Any]
"""Finds what a field shows in contact and data."""
_KNOWN_BY = ContactDetails._fields[:-1]


@dataclass(frozen=True, slots=True)
class Pieces:
    """A template between whose fixed texts stand the nodes that only a person's data decides."""

    template: BoundTemplate
    parts: tuple[str | Node, ...]

    @property
    def names_share_links(self) -> bool:
        """Whether a person's own pieces may ask for the addresses of share buttons."""
        return any(not isinstance(node, OutputNode) or "share" in str(node) for node in self.own)

    def merger(self, is_harmless: Callable[[str], Any]) -> Merger:
        """Return what works out one person after the other; for one thread.

        ``is_harmless`` tells whether a piece may stand where it would; mere letters and digits may. It raises whatever
        the library does on odd data; then the whole template is to be rendered, which words it.
        """
        nodes = [(node, _own(_path(node))) for node in self.own]
        # Only tags remember anything between two nodes, so mere fields can share one context.
        if all(isinstance(node, OutputNode) for node, _ in nodes):
            return self._plain_merger(nodes, is_harmless)

        def merge(_contact: ContactDetails, _data: Mapping[str, Any], fields: MergeFields) -> list[str] | None:
            own = Frugal(self.template, globals=fields())
            found = [_text(node, own) for node, _ in nodes]
            return found if all(map(is_harmless, found)) else None

        return merge

    def _plain_merger(self, nodes: Sequence[tuple[Node, _Own | None]], is_harmless: Callable[[str], Any]) -> Merger:
        # The library would put a mapping of its own in the place of an empty one.
        kept: dict[str, Any] = {"contact": {}}
        context = Frugal(self.template, globals=kept)
        escaped = context.autoescape

        def shown(node: Node, text: Any, fields: MergeFields) -> str:
            if type(text) is not str or "\r" in text:
                # Only the library knows what is meant.
                kept.clear()
                kept.update(fields())
                return _text(node, context)
            return str(escape(text)) if escaped and _SPECIAL.search(text) else text

        def merge(contact: ContactDetails, data: Mapping[str, Any], fields: MergeFields) -> list[str] | None:
            context.spent = 0
            found = []
            for node, own in nodes:
                text = own(contact, data) if own else None
                # Mere letters and digits, as most names and codes are, need no closer look.
                if type(text) is not str or not text.isalnum():
                    text = shown(node, text, fields)
                    if not is_harmless(text):
                        return None
                found.append(text)
            return found

        return merge

    @property
    def own(self) -> list[Node]:
        """What each person's data decides."""
        return [part for part in self.parts if isinstance(part, Node)]


def take_apart(source: str, of_codes: Mapping[str, Any], *, is_html: bool) -> Pieces | None:
    """Return a template's pieces, those that codes decide filled in from ``of_codes``; None where it must stay whole.

    Raises:
        TemplateError: it is not Liquid; the message names the line.
    """
    template = parsed(source, is_html=is_html)
    try:
        found = template.analyze(include_partials=False)
        if found.locals.keys() & _OF_CODES or found.tags.keys() & _STEERING:
            return None
        context = Frugal(template, globals=of_codes)
        parts = [_text(node, context) if _is_fixed(node) else node for node in template.nodes]
    except FAULTS as error:
        raise TemplateError(str(error)) from error
    return Pieces(template, tuple(parts))


def _is_fixed(node: Node) -> bool:
    if isinstance(node, ContentNode | SharingWidget):
        return True
    if not isinstance(node, OutputNode) or not isinstance(node.expression, FilteredExpression):
        return False
    if node.expression.filters or not isinstance(node.expression.left, Path):
        return False
    match node.expression.left.path:
        case ["unsubscribe_url" | "campaign_link"] | ["share", str()] | ["advocate", "share_url"]:
            return True
    return False


def _path(node: Node) -> list[str]:
    """Return the names of a field that is shown as it is; none for what is more than that."""
    if not isinstance(node, OutputNode) or not isinstance(node.expression, FilteredExpression):
        return []
    left = node.expression.left
    if node.expression.filters or not isinstance(left, Path):
        return []
    names = [name for name in left.path if isinstance(name, str)]
    return names if len(names) == len(left.path) else []


def _own(path: Sequence[str]) -> _Own | None:
    """Return what finds the field of a path that a person's contact or data decides; None where it is another's."""
    match path:
        case ["contact", name] if name in _KNOWN_BY:
            place = _KNOWN_BY.index(name)
            return lambda contact, _: contact.fields.get(name) if contact[place] is None else contact[place]
        case ["contact", "fields", *names] | ["contact", *names] if names and names[0] not in _KNOWN_BY:
            return lambda contact, _: _within(contact.fields, names)
        case ["data", *names] if names:
            return lambda _, data: _within(data, names)
    return None


def _within(found: Any, names: Sequence[str]) -> Any:
    """Return what a path leads to through plain mappings; None where it does not."""
    for name in names:
        if type(found) is not dict or name not in found:
            return None
        found = found[name]
    return found


def _text(node: Node, context: Frugal) -> str:
    if isinstance(node, OutputNode):
        found = str(to_liquid_string(node.expression.evaluate(context), context.autoescape))
        # As the library's own buffer does it with everything that is written into it.
        return found.replace("\r\n", "\n").replace("\r", "\n") if "\r" in found else found
    buffer: StringIO = LimitedStringIO(limit=Limited.output_stream_limit)
    node.render(context, buffer)
    return buffer.getvalue()
