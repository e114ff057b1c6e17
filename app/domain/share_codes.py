"""An advocate's share code: short, speakable, and never one of the hub's own words."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from app.domain.destination import is_share_code
from app.domain.ids import new_code

MAX_LENGTH = 32
"""As long as Ambassador's short codes may be."""
_FOREIGN = re.compile(r"[^a-z0-9]+")
_ALLOWED = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*[A-Za-z0-9_]|[A-Za-z0-9_]")


ERASED = "erased-"
"""What the share code of somebody who was erased begins with: it had been their name, perhaps."""


def check_share_code(code: str) -> str:
    """Return a code that somebody chose.

    Raises:
        ValueError: it cannot stand in an address; the message is a sentence for the person who typed it.
    """
    if len(code) > MAX_LENGTH or not _ALLOWED.fullmatch(code):
        raise ValueError(
            "A share code is 1 to 32 letters, digits, dots, dashes or underscores, not beginning with a dash."
        )
    if not is_share_code(code):
        raise ValueError("That word is one of the hub's own addresses.")
    return code


def nameless_share_code() -> str:
    """Return a new share code for somebody who was erased."""
    return ERASED + new_code()[:8].lower()


def without_capitals(codes: Iterable[str]) -> set[str]:
    """Return those of some codes that can be share codes, as shops' discount codes are compared: in small letters."""
    small = {code.lower() for code in codes}
    return {code for code in small if len(code) <= MAX_LENGTH and _ALLOWED.fullmatch(code)}


def suggest_share_codes(first_name: str | None, last_name: str | None) -> Iterator[str]:
    """Yield codes to try, the nicest first: johndoe, johndoe-k3f, …; random where no name is known.

    An email address is never a source: the code is seen by everybody the advocate shares with.
    """
    name = _plain(first_name) + _plain(last_name)
    base = name[: MAX_LENGTH - 7]
    if base and is_share_code(base):
        yield base
        for length in (2, 3, 4, 6):
            yield f"{base}-{new_code()[:length].lower()}"
    while True:
        yield new_code()[:8].lower()


def _plain(name: str | None) -> str:
    if not name or (name.isascii() and name.isalnum()):
        return (name or "").lower()
    return _FOREIGN.sub("", unicodedata.normalize("NFKD", name).lower())
