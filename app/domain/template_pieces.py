"""A template taken apart: what everybody gets, what a message's codes decide, and what each person's data says."""

import re
from collections.abc import Callable, Mapping
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

from app.domain.template import FAULTS, SharingWidget, TemplateError, parsed
from app.domain.template_limits import Frugal, Limited

_OF_CODES = frozenset({"share", "campaign_link", "unsubscribe_url", "advocate"})
"""Fields that a message's codes decide; a template that gives one of these names to something else is left whole."""
_SPECIAL: Final = re.compile("""[&<>"']""")
"""What escaping changes."""
_STEERING = frozenset({"break", "continue"})

Merger = Callable[[Mapping[str, Any]], list[str]]
"""Works out the pieces that are a person's own, in the order of the template, from that person's merge fields."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A template between whose fixed texts stand the nodes that only a person's data decides."""

    template: BoundTemplate
    parts: tuple[str | Node, ...]

    @property
    def names_share_links(self) -> bool:
        """Whether a person's own pieces may ask for the addresses of share buttons."""
        return any(not isinstance(node, OutputNode) or "share" in str(node) for node in self._nodes())

    def merger(self) -> Merger:
        """Return what works out one person after the other; for one thread.

        It raises whatever the library does on odd data; then the whole template is to be rendered, which words it.
        """
        nodes = [(node, _path(node)) for node in self._nodes()]
        # Only tags remember anything between two nodes, so mere fields can share one context.
        plain = all(isinstance(node, OutputNode) for node, _ in nodes)
        # The library would put a mapping of its own in the place of an empty one.
        kept: dict[str, Any] = {"contact": {}}
        context = Frugal(self.template, globals=kept)
        escaped = context.autoescape

        def render(node: Node, fields: Mapping[str, Any]) -> str:
            kept.clear()
            kept.update(fields)
            return _text(node, context)

        def merge_plain(fields: Mapping[str, Any]) -> list[str]:
            context.spent = 0
            found = []
            for node, path in nodes:
                text = _looked_up(fields, path) if path else None
                if text is None:
                    text = render(node, fields)
                elif escaped and _SPECIAL.search(text):
                    text = str(escape(text))
                found.append(text)
            return found

        def merge(fields: Mapping[str, Any]) -> list[str]:
            own = Frugal(self.template, globals=fields)
            return [_text(node, own) for node, _ in nodes]

        return merge_plain if plain else merge

    def _nodes(self) -> list[Node]:
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


def _path(node: Node) -> list[str] | None:
    """Return the names of a field that is shown as it is."""
    if not isinstance(node, OutputNode) or not isinstance(node.expression, FilteredExpression):
        return None
    left = node.expression.left
    if node.expression.filters or not isinstance(left, Path):
        return None
    return [name for name in left.path if isinstance(name, str)] if all(type(n) is str for n in left.path) else None


def _looked_up(fields: Mapping[str, Any], path: list[str]) -> str | None:
    """Return the text that a path leads to through plain mappings; None where only the library knows what is meant."""
    found: Any = fields
    for name in path:
        if type(found) is not dict or name not in found:
            return None
        found = found[name]
    return found if type(found) is str and "\r" not in found else None


def _text(node: Node, context: Frugal) -> str:
    if isinstance(node, OutputNode):
        found = str(to_liquid_string(node.expression.evaluate(context), context.autoescape))
        # As the library's own buffer does it with everything that is written into it.
        return found.replace("\r\n", "\n").replace("\r", "\n") if "\r" in found else found
    buffer: StringIO = LimitedStringIO(limit=Limited.output_stream_limit)
    node.render(context, buffer)
    return buffer.getvalue()
