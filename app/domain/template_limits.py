"""What a template may cost: it is a stranger's program, run over a stranger's data.

The library limits loops and output; it does not limit ranges, filters, or how long a source takes to read. All work is
counted here, in units of about one character looked at, and a template that does too much of it ends with an error.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from liquid import BoundTemplate, Environment, RenderContext
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.exceptions import LiquidError, LiquidSyntaxError
from liquid.token import Token
from liquid.undefined import UNDEFINED

_WORK = 20_000_000
"""About 50,000 merge fields, or ten filters over a megabyte: a second of one processor."""
_NODE, _LOOK_UP, _CALL, _ITEM, _NAME = 200, 200, 200, 20, 20
_LONGEST_NUMBER = 1024
"""Bits."""
_LONGEST_DATE = 100
_LONGEST_TAG = 5_000
"""Characters from its opening to its end; the library's parsers take the square of it."""
_MOST_TAGS = 20_000
_LEXING = 5_000_000
"""Characters that the library's lexer may look at in vain: it tries every unclosed opening up to the end."""

_OPENING = re.compile(r"\{\{|\{%")
_UNREAD = re.compile(r"\{%-?\s{0,100}(?:raw|doc)\b")


class CostError(LiquidError):
    """The template would do more than a message is worth."""


def check_source(source: str) -> None:
    """Refuse a source that takes too long to read.

    Raises:
        LiquidSyntaxError: a tag is too long, or there are too many of them.
    """
    tags, position = 0, 0
    while opening := _OPENING.search(source, position):
        tags += 1
        end = source.find("}}" if opening[0] == "{{" else "%}", opening.end())
        if end < 0 and (len(source) - opening.start()) * source.count(opening[0], opening.start()) > _LEXING:
            raise _refused("a tag is never closed", source, opening)
        if end - opening.start() > _LONGEST_TAG:
            raise _refused(f"a tag is longer than {_LONGEST_TAG} characters", source, opening)
        if tags > _MOST_TAGS:
            raise _refused(f"a template has at most {_MOST_TAGS} tags", source, opening)
        position = max(end, opening.end())
    unread = [found.start() for found in _UNREAD.finditer(source)]
    if sum(len(source) - start for start in unread) > _LEXING * 4:
        raise LiquidSyntaxError("too many raw and doc blocks for its length", token=None)


def _refused(why: str, source: str, opening: re.Match[str]) -> LiquidSyntaxError:
    return LiquidSyntaxError(why, token=Token("tag", opening[0], opening.start(), source))


class Frugal(RenderContext):
    """A rendering that counts what it does."""

    __slots__ = ("_disabled", "spent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.spent = 0
        super().__init__(*args, **kwargs)

    def spend(self, amount: int) -> None:
        """Count work that is done, or about to be."""
        self.spent += amount
        if self.spent > _WORK:
            raise CostError("it does more work than a message may", token=None)

    # The library looks at this once for every node that it renders, and at nothing else as often.
    @property
    def disabled_tags(self) -> list[str]:
        """The tags that are not allowed here; reading it counts one node."""
        self.spend(_NODE)
        return self._disabled

    @disabled_tags.setter
    def disabled_tags(self, names: list[str]) -> None:
        self._disabled = names

    def assign(self, key: str, val: Any) -> None:
        """Set a name; the library measures all of them each time."""
        self.spend(_NAME * len(self.locals))
        super().assign(key, val)

    def get(self, path: list[object], *, token: Token | None, default: object = UNDEFINED) -> object:
        """Look a name up; whoever asks for a text or a list is about to go through it."""
        self.spend(_LOOK_UP)
        found = super().get(path, token=token, default=default)
        if isinstance(found, str | list | tuple):
            self.spend(len(found))
        return found

    def filter(self, name: str, token: Token | None) -> Callable[..., object]:
        """Return a filter that weighs what goes in, what would come out, and what came out."""
        return partial(self._weighed, name, super().filter(name, token))

    def _weighed(self, name: str, work: Callable[..., object], left: object, *args: object, **kwargs: object) -> object:
        self.spend(_CALL)
        for value in (left, *args, *kwargs.values()):
            self._weigh(value)
        if name in _GROWING:
            self.spend(_GROWING[name](left, *args))
        if name == "date" and isinstance(left, str) and len(left) > _LONGEST_DATE:
            return left
        result = work(left, *args, **kwargs)
        self._weigh(result)
        return result

    def _weigh(self, value: object) -> None:
        if isinstance(value, str):
            self.spend(len(value))
        elif isinstance(value, Mapping):
            for item in value.values():
                self._weigh(item)
            self.spend(_ITEM * len(value))
        elif isinstance(value, list | tuple):
            for item in value:
                self._weigh(item)
            self.spend(_ITEM * len(value))
        elif isinstance(value, int) and value.bit_length() > _LONGEST_NUMBER:
            raise CostError(f"a number has more than {_LONGEST_NUMBER} bits", token=None)


def _joined(left: object, separator: object = " ") -> int:
    return len(left) * len(str(separator)) if isinstance(left, Sequence) else 0


def _replaced(left: object, old: object, new: object = "") -> int:
    return str(left).count(str(old)) * len(str(new))


_GROWING: Mapping[str, Callable[..., int]] = {"join": _joined, "replace": _replaced}
"""Filters that make more of their arguments than the sum of them, and how many characters they make."""


class FrugalTemplate(BoundTemplate):
    """A template whose renderings count what they do."""

    context_class = Frugal


class Limited(Environment):
    """The library's own limits, and ours."""

    template_class = FrugalTemplate
    loop_iteration_limit = 10_000
    local_namespace_limit = 1_000_000
    output_stream_limit = 5_000_000


_range = RangeLiteral.evaluate


def _counted_range(self: RangeLiteral, context: RenderContext) -> range:
    """Return a range, its items counted: a filter, a loop's offset or ``contains`` goes through all of them."""
    found = _range(self, context)
    if isinstance(context, Frugal):
        context.spend(_ITEM * max(found.stop - found.start, 0))
    return found


# The one way in: the library makes ranges in its parsers and asks no environment for their class.
RangeLiteral.evaluate = _counted_range  # type: ignore[method-assign]
