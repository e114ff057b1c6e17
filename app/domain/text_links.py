"""Where the web addresses of a plain text stand.

A URL ends where the sentence takes over: before trailing punctuation, before a bracket or quote that was opened outside
of it, before CJK text that goes on without a space. A URL inside the path or query of another one is part of that one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
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
        if not schemeless and (ordinary := ORDINARY.match(text, position)):
            position = ordinary.end()
            yield TextLink(start, position, text[start:position])
            continue
        if schemeless and not _is_known_name(text, found):
            continue
        authority_end = _authority_end(text, start if schemeless else position)
        if authority_end is None:
            continue
        if start >= run.end:
            run = _run(text, start)
        end = _end(text, start, authority_end, run)
        yield TextLink(start, end, ("https://" if schemeless else "") + text[start:end])
        position = end


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
    host = _HOST.match(text, user.end() if user else position)
    if not host:
        return None
    name = host[0].rstrip("-")
    glued = NAME_GLUED_TO_TEXT.search(name)
    name = name[: glued.end()] if glued else name
    if "_" in name.rpartition(".")[2]:
        return None
    end = host.start() + len(name)
    if text[end : end + 1] == ":" and text[end + 1 : end + 2].isdecimal():
        port = _PORT.match(text, end)
        return port.end() if port and int(port[1]) <= _LAST_PORT else None
    return end


@dataclass(slots=True)
class _Run:
    """Characters that stand together without a gap, and the partner of each bracket among them."""

    start: int
    end: int
    partners: dict[int, int] = field(default_factory=dict)


def _run(text: str, start: int) -> _Run:
    matched = RUN.match(text, start)
    run = _Run(start, matched.end() if matched else start)
    opened: dict[str, list[int]] = {}
    for bracket in BRACKETS.finditer(text, run.start, run.end):
        opener = OPENED_BY.get(bracket[0])
        if opener is None:
            opened.setdefault(bracket[0], []).append(bracket.start())
        elif opened.get(opener):
            partner = opened[opener].pop()
            run.partners[bracket.start()] = partner
            run.partners[partner] = bracket.start()
    return run


def _end(text: str, start: int, authority_end: int, run: _Run) -> int:
    if not _PATH_OPENS.match(text, authority_end):
        return authority_end
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
    while stop := PATH_STOP.search(text, position, run.end):
        at, position = stop.span()
        match stop.lastgroup:
            case "quote":
                ends = stop[0] == text[start - 1 : start]
                if stop[0] == '"' and not ends:
                    closing = text.find('"', position, run.end)
                    ends, position = closing <= position, closing + 1
            case "bracket":
                ends = not _belongs(text, at, start, run)
            case "first":
                ends = at == authority_end + 1
            case _:
                ends = True
        if ends:
            return at
    return run.end


def _belongs(text: str, at: int, start: int, run: _Run) -> bool:
    """Return whether a bracket has its partner inside the URL, or is an apostrophe within a word."""
    if run.partners.get(at, -1) >= start:
        return True
    return text[at] == "’" and text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isalnum()
