"""Merge fields: Liquid as Shopify and Klaviyo write it, with a tag of our own for share buttons."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TextIO

from liquid import BoundTemplate, Environment, RenderContext, Tag, TokenStream
from liquid.ast import Node
from liquid.exceptions import LiquidError, LiquidSyntaxError
from liquid.token import TOKEN_EXPRESSION, TOKEN_TAG, Token

from app.domain.share_buttons import draw_lines, draw_table
from app.domain.sharing import PLATFORMS
from app.domain.template_limits import Limited, check_source

_LONGEST_KEPT = 200_000
_DEFAULT_BUTTONS = ("whatsapp", "facebook", "x", "email", "copy")
_SHARING = frozenset({"share", "campaign_link", "advocate"})
"""Fields that only a person enrolled in a campaign has."""

# The library promises LiquidError alone, yet its filters let Python's own errors through on odd arguments
# ({{ "a" | times: "b" }}, a date in the year 0), and a template is a stranger's text.
FAULTS = (LiquidError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What the library may raise while it renders."""


class TemplateError(Exception):
    """A template cannot be read, or not be rendered with this person's data; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a template asks for."""

    shares: bool
    """It names share buttons or the campaign link: its reader must be an advocate."""
    unknown_platforms: tuple[str, ...]


class SharingWidget(Node):
    """Share buttons, in the order named; a table that every mail program draws, plain lines in a text part."""

    def __init__(self, token: Token, platforms: tuple[str, ...]) -> None:
        super().__init__(token)
        self.platforms = platforms
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the buttons whose addresses the context holds."""
        share = context.resolve("share", default={})
        buttons = [(PLATFORMS[name].button, str(share[name])) for name in self.platforms if name in share]
        if not buttons:
            return 0
        drawn = draw_table(buttons) if context.env.autoescape else draw_lines(buttons)
        return buffer.write(drawn)


class _SharingWidgetTag(Tag):
    name = "sharing_widget"
    block = False

    def parse(self, stream: TokenStream) -> Node:
        """Read the platforms behind the tag's name, separated by commas."""
        token = stream.expect(TOKEN_TAG)
        # The stream is left at the tag's last token: what follows the tag is the next node's.
        named = ""
        if stream.peek.kind == TOKEN_EXPRESSION:
            stream.next()
            named = stream.current.value
        platforms = tuple(word.strip().lower() for word in named.split(",") if word.strip()) or _DEFAULT_BUTTONS
        unknown = [name for name in platforms if name not in PLATFORMS]
        if unknown:
            raise LiquidSyntaxError(f"sharing_widget knows no platform {unknown[0]!r}", token=token)
        return SharingWidget(token, platforms)


def _environment(*, is_html: bool) -> Environment:
    environment = Limited(autoescape=is_html)
    environment.add_tag(_SharingWidgetTag)
    return environment


_ENVIRONMENTS = {is_html: _environment(is_html=is_html) for is_html in (True, False)}


def parsed(source: str, *, is_html: bool) -> BoundTemplate:
    """Return ``source`` as the library reads it.

    Raises:
        TemplateError: it is not Liquid; the message names the line.
    """
    # One sender's huge bodies must not fill the memory that everybody's templates are kept in.
    return _kept(source, is_html) if len(source) <= _LONGEST_KEPT else _parse(source, is_html)


def _parse(source: str, is_html: bool) -> BoundTemplate:
    try:
        check_source(source)
        return _ENVIRONMENTS[is_html].from_string(source)
    except FAULTS as error:
        raise TemplateError(_worded(error)) from error


_kept = lru_cache(maxsize=256)(_parse)


def _worded(error: Exception) -> str:
    if not isinstance(error, LiquidError):
        return f"a filter cannot work with what it was given: {error}"
    said = str(error.message or error)
    if error.token is None:
        return said
    if error.token.start_index < 0:
        return f"at its end: {said}"
    return f"line {_line(error.token.source, error.token.start_index)}: {said}"


def _line(source: str, index: int) -> int:
    return source.count("\n", 0, index) + 1


def usage(source: str, *, is_html: bool) -> Usage:
    """Return what a template asks for.

    Raises:
        TemplateError: it is not Liquid; the message names the line.
    """
    return _kept_usage(source, is_html) if len(source) <= _LONGEST_KEPT else _usage(source, is_html)


def _usage(source: str, is_html: bool) -> Usage:
    template = parsed(source, is_html=is_html)
    try:
        found = template.analyze(include_partials=False)
    except FAULTS as error:
        raise TemplateError(_worded(error)) from error
    for name in found.filters.keys() - template.env.filters.keys():
        raise TemplateError(f"line {_line(source, found.filters[name][0].index)}: unknown filter '{name}'")
    paths = [variable.segments for variables in found.variables.values() for variable in variables]
    platforms = {str(path[1]) for path in paths if path[0] == "share" and len(path) > 1}
    shares = "sharing_widget" in found.tags or any(path[0] in _SHARING for path in paths)
    return Usage(shares, tuple(sorted(platforms - PLATFORMS.keys())))


_kept_usage = lru_cache(maxsize=256)(_usage)


def render(source: str, fields: Mapping[str, Any], *, is_html: bool) -> str:
    """Return ``source`` with its merge fields filled in; in HTML every value is escaped.

    Raises:
        TemplateError: it is not Liquid, costs more than a template may, or a filter fails on the data.
    """
    try:
        return parsed(source, is_html=is_html).render(**fields)
    except FAULTS as error:
        raise TemplateError(_worded(error)) from error
