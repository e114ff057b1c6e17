"""What a text asks for: to be sent nothing more, to be written to again, or help."""

import re
import unicodedata
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.domain.wish_words import Language


class Wish(StrEnum):
    """What a text asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"


_POLITE_WORDS = """
please pls plz thanks thx por favor gracias svp merci s sil vous te plait bitte danke obrigado obrigada per piacere
favore grazie aub alstublieft alsjeblieft bedankt
"""
_POLITE = frozenset(_POLITE_WORDS.split())
"""Words that change nothing about the one beside them."""
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘`´ʼ'", None))
_CLAUSES = re.compile(r"[.!?¡¿;:,\n\r…—–()\"“”„«»]+| - ")
_LONGEST = 2_000
"""Whoever wants no more says so sooner."""


def read_wish(text: str) -> Wish | None:
    """Return what a text asks for: by one of the known words, or in a sentence that plainly says stop; else None.

    ``please stop texting me`` and ``take me off your list`` are stops, ``don't stop`` and ``stop by the shop`` are not;
    likewise in Spanish, French, German, Portuguese, Italian and Dutch. Where a sentence leaves room for doubt it is no
    wish, for the known word is always there to be sent.
    """
    plain = _plain(text[:_LONGEST])
    words = _words(re.sub(r"\bopt[\s-]+out\b", "optout", plain))
    alone = " ".join(word for word in words if word not in _POLITE) or " ".join(words)
    for wish in Wish:
        if any(alone in _known(language, wish) for language in _languages()):
            return wish
    clauses = [" ".join(_words(clause)) for clause in _CLAUSES.split(plain)]
    return Wish.STOP if any(_says_stop(language, words, clauses) for language in _languages()) else None


@cache
def _languages() -> "tuple[Language, ...]":
    # Their patterns take longer to compile than the whole domain else, and few processes ever read a text.
    from app.domain.wish_words import DUTCH, ENGLISH, GERMAN
    from app.domain.wish_words_romance import FRENCH, ITALIAN, PORTUGUESE, SPANISH

    return ENGLISH, SPANISH, FRENCH, GERMAN, PORTUGUESE, ITALIAN, DUTCH


def _known(language: "Language", wish: Wish) -> frozenset[str]:
    return {Wish.STOP: language.stops, Wish.START: language.starts, Wish.HELP: language.helps}[wish]


def _plain(text: str) -> str:
    """Return a text in small letters, without accents and apostrophes."""
    folded = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).casefold()
    decomposed = unicodedata.normalize("NFD", folded)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _words(text: str) -> list[str]:
    """Return words without their punctuation and emoji."""
    found = ("".join(character for character in part if character.isalnum()) for part in text.split())
    return [word for word in found if word]


def _says_stop(language: "Language", words: list[str], clauses: list[str]) -> bool:
    rest = [word for word in words if word not in language.kind]
    if rest and language.plain.issuperset(rest):
        return True
    return any(language.sentences.search(one) and not language.not_meant.search(one) for one in clauses)
