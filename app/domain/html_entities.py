"""Character references as they are read inside an attribute value.

An attribute is more careful than text: ``&copy=1`` and ``&sectionid=2`` stay as they are, because a name without its
semicolon counts only where no letter, digit or equals sign follows.
Source: https://html.spec.whatwg.org/multipage/parsing.html#character-reference-state
"""

import re
from functools import lru_cache
from html.entities import html5
from typing import Final

_REFERENCE: Final = re.compile(r"&(?:([A-Za-z][A-Za-z0-9]*+;?+)(?=(=?+))|#(?:[xX]([0-9a-fA-F]++)|([0-9]++));?+)")
_LONGEST_NAME: Final = max(map(len, html5))
_SHORTEST_NAME: Final = 2
_REPLACEMENT: Final = "\ufffd"
_LAST_CODE_POINT: Final = 0x10FFFF
# Numbers 128 to 159 mean Windows-1252 on the web; five of them have no character there and stand for themselves.
_UNASSIGNED: Final = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
_WINDOWS_1252: Final = {n: bytes([n]).decode("cp1252") for n in range(0x80, 0xA0) if n not in _UNASSIGNED}


def decode_attribute(value: str) -> str:
    """Return ``value`` with its character references replaced; NUL becomes U+FFFD, as in every attribute."""
    if "\0" in value:
        value = value.replace("\0", _REPLACEMENT)
    return _REFERENCE.sub(_character, value) if "&" in value else value


def _character(reference: re.Match[str]) -> str:
    name = reference[1]
    return (
        _numbered(reference[3], reference[4]) if name is None else _named(name, followed_by_equals=bool(reference[2]))
    )


def _numbered(hexadecimal: str | None, decimal: str) -> str:
    digits, base = (hexadecimal, 16) if hexadecimal else (decimal, 10)
    digits = digits.lstrip("0")
    # Eight digits are past the last code point in either base; longer ones are never turned into a number.
    number = int(digits or "0", base) if len(digits) < 8 else 0
    if number == 0 or number > _LAST_CODE_POINT or 0xD800 <= number <= 0xDFFF:
        return _REPLACEMENT
    return _WINDOWS_1252.get(number) or chr(number)


@lru_cache(maxsize=1024)
def _named(name: str, *, followed_by_equals: bool) -> str:
    for length in range(min(len(name), _LONGEST_NAME), _SHORTEST_NAME - 1, -1):
        character = html5.get(name[:length])
        if character is None:
            continue
        ended = name[length - 1] == ";" or not (name[length:] or followed_by_equals)
        return character if ended else f"&{name}"
    return f"&{name}"
