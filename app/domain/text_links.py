"""Where the web addresses of a plain text stand.

A URL ends where the sentence takes over: before trailing punctuation, before a bracket or quote that was opened outside
of it, before CJK text that goes on without a space. A URL inside the path or query of another one is part of that one.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple

from app.domain.top_level_names import TOP_LEVEL_NAMES
from app.domain.url_characters import (
    BRACKETS,
    CJK,
    LABEL,
    LABEL_CHARACTER,
    MERGE_TAG_OPENS,
    NAME_GLUED_TO_TEXT,
    OPENED_BY,
    ORDINARY,
    PATH_STOP,
    RUN,
    SENTENCE_ENDS,
)

_SCHEME: Final = r"(?<![A-Za-z0-9_])(?P<scheme>[hH][tT][tT][pP][sS]?+://)"
# A name starts where no other one is going on, or where CJK text turns into Latin letters.
_FIRST_LABEL: Final = rf"(?:(?<!{LABEL_CHARACTER})(?![{CJK}]++[A-Za-z0-9]){LABEL}|(?<=[{CJK}])[A-Za-z0-9-]++)"
_NAME: Final = rf"(?P<name>{_FIRST_LABEL}(?:\.{LABEL})++)"
_WITH_SCHEME: Final = re.compile(_SCHEME)
_WITH_OR_WITHOUT: Final = re.compile(rf"{_SCHEME}|{_NAME}")
_USER: Final = re.compile(r"""[^\s/?#@<>\[\]()"]++@""")
_HOST: Final = re.compile(rf"(?!-){LABEL}(?:\.(?!-){LABEL})*+|\[[0-9A-Fa-f:.]{{2,45}}+(?:%25[\w.~-]{{1,40}}+)?+\]")
_PORT: Final = re.compile(r":([0-9]{1,5}+)(?![0-9A-Za-z_])")
_PATH_OPENS: Final = re.compile(rf"[/?#]|:?{MERGE_TAG_OPENS}")
_PART_OF_SOMETHING_ELSE: Final = frozenset("@/\\._-:%=&+#~$?")
_AFTER_HOST: Final = frozenset("/?#:")
_LAST_PORT: Final = 65535
_MARKUP: Final = "*_~`"


class TextLink(NamedTuple):
    """A URL and where the text has it."""

    start: int
    end: int
    url: str


def text_links(text: str, *, schemeless: bool = False) -> list[TextLink]:
    """Return the http and https URLs of ``text`` in their order.

    With ``schemeless``, names such as ``example.com/x`` count too, if they end in a known top-level name; their URL
    gets ``https://`` in front. Positions are always those of the text itself.
    """
    return list(_links(text, _WITH_OR_WITHOUT if schemeless else _WITH_SCHEME))


def _links(text: str, opening: re.Pattern[str]) -> Iterator[TextLink]:
    position = 0
    run = _Run(0, 0)
    while found := opening.search(text, position):
        start, position = found.span()
        schemeless = found.lastgroup == "name"
        if schemeless and not _is_known_name(text, found):
            continue
        authority = start if schemeless else position
        if ordinary := ORDINARY.match(text, authority):
            position = ordinary.end()
        else:
            authority_end = _authority_end(text, authority)
            if authority_end is None:
                continue
            position = authority_end
            if _PATH_OPENS.match(text, position):
                run = run if start < run.end else _run(text, start)
                position = _end(text, start, authority_end, run)
        yield TextLink(start, position, ("https://" if schemeless else "") + text[start:position])


def _is_known_name(text: str, found: re.Match[str]) -> bool:
    start, end = found.span()
    glued = NAME_GLUED_TO_TEXT.search(found[0])
    name = found[0][: glued.end()] if glued else found[0]
    return (
        name.rpartition(".")[2].lower() in TOP_LEVEL_NAMES
        and not name.startswith(("-", "_"))
        and text[start - 1 : start] not in _PART_OF_SOMETHING_ELSE
        and text[end : end + 1] != "@"
    )


def _authority_end(text: str, position: int) -> int | None:
    """Return where user, host and port end; None when they are not what a URL has there."""
    user = _USER.match(text, position)
    host = (user and _HOST.match(text, user.end())) or _HOST.match(text, position)
    if not host or _has_stray_hyphen(text, host):
        return None
    name = host[0].rstrip("-")
    glued = NAME_GLUED_TO_TEXT.search(name)
    name = name[: glued.end()] if glued else name
    # A machine may be named with an underscore; a domain and a top-level name may not.
    if "_" in "".join(name.split(".")[-2:]):
        return None
    end = host.start() + len(name)
    if text[end : end + 1] == ":" and text[end + 1 : end + 2].isdecimal():
        port = _PORT.match(text, end)
        return port.end() if port and int(port[1]) <= _LAST_PORT else None
    return end


def _has_stray_hyphen(text: str, host: re.Match[str]) -> bool:
    """Return whether a part of the name begins or ends with a hyphen; behind the last one it may be a dash."""
    end = host.end()
    goes_on = text[end : end + 1] in _AFTER_HOST
    return "-." in host[0] or text.startswith(".-", end) or (goes_on and text[end - 1] == "-")


class _Run(NamedTuple):
    """Characters that stand together without a gap, and the brackets among them."""

    start: int
    end: int
    strays: Sequence[int] = ()
    """Brackets without a partner."""
    closing: Sequence[int] = ()
    opening: Sequence[int] = ()
    """The partner of each closing bracket."""

    def next_stray(self, position: int) -> int:
        """Return the first bracket from ``position`` on that has no partner, else the end."""
        index = bisect_left(self.strays, position)
        return self.strays[index] if index < len(self.strays) else self.end

    def closes_what_stood_before(self, start: int, position: int, end: int) -> int | None:
        """Return the first bracket between ``position`` and ``end`` whose partner stands before ``start``."""
        first, last = bisect_left(self.closing, position), bisect_left(self.closing, end)
        return next((self.closing[index] for index in range(first, last) if self.opening[index] < start), None)


def _run(text: str, start: int) -> _Run:
    matched = RUN.match(text, start)
    end = matched.end() if matched else start
    strays, closing, opening = [], [], []
    opened: dict[str, list[int]] = {}
    for bracket in BRACKETS.finditer(text, start, end):
        character, at = bracket[0], bracket.start()
        if character not in OPENED_BY:
            opened.setdefault(character, []).append(at)
            continue
        waiting = opened.get(OPENED_BY[character])
        partner = waiting.pop() if waiting else None
        if character == "’" and text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isalnum():
            # An apostrophe within a word.
            continue
        if partner is None:
            strays.append(at)
        else:
            closing.append(at)
            opening.append(partner)
    return _Run(start, end, sorted(chain(strays, *opened.values())), closing, opening)


def _end(text: str, start: int, authority_end: int, run: _Run) -> int:
    """Return where a URL ends that goes on behind its authority."""
    before = text[start - 1 : start]
    end = _path_end(text, start, authority_end, run)
    while end > authority_end:
        last = text[end - 1]
        if last in SENTENCE_ENDS:
            end = len(text[start:end].rstrip(SENTENCE_ENDS)) + start
        elif (last == "'" and text.count("'", start, end) % 2) or (last in _MARKUP and last == before):
            end -= 1
        else:
            return end
    return authority_end


def _path_end(text: str, start: int, authority_end: int, run: _Run) -> int:
    """Return where path, query and fragment end if nothing is taken off for the sentence."""
    position = authority_end
    while True:
        stray = run.next_stray(position)
        stop = PATH_STOP.search(text, position, stray)
        at = stop.start() if stop else stray
        if start > run.start and (bracket := run.closes_what_stood_before(start, position, at)) is not None:
            return bracket
        if not stop:
            return stray
        position = stop.end()
        match stop.lastgroup:
            case "quote":
                ends = stop[0] == text[start - 1 : start]
                if stop[0] == '"' and not ends:
                    closing = text.find('"', position, run.end)
                    ends, position = closing <= position, closing + 1
            case "first":
                ends = at == authority_end + 1
            case _:
                ends = True
        if ends:
            return at
