"""How a text is cut into SMS parts, and how to make it cheaper.

Sources: 3GPP TS 23.038 (alphabet and its extension table), TS 23.040 (the header that joins parts).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("\f^{}\\[~]|€")
_GSM7: Final = _BASIC | _EXTENDED
_SEPTETS: Final = (160, 153)
"""In a single part, and in each of several."""
_UTF16_UNITS: Final = (70, 67)
_LAST_OF_ONE_UNIT: Final = "\uffff"

_PLAIN: Final = {
    **dict.fromkeys("‘’‚‛′‵´`‹›", "'"),
    **dict.fromkeys("“”„‟″‶«»", '"'),
    **dict.fromkeys("‐‑‒–—―−•‧", "-"),
    **dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t", " "
    ),
    **dict.fromkeys("\u200b\u2060\ufeff\u00ad", ""),
    "…": "...",
    "\u2028": "\n",
    "\u2029": "\n",
}
_TO_GSM7: Final = str.maketrans(_PLAIN)


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs; ``units`` are septets in GSM-7 and 16-bit units in UCS-2."""

    encoding: Literal["GSM-7", "UCS-2"]
    count: int
    units: int


def segments(text: str) -> Segments:
    """Return the encoding, parts and units of ``text``; an empty text is one part.

    160 septets in one part, 153 in each of several, when every character is in GSM-7; else 70 and 67 UTF-16 units. A
    character that takes two is never divided between two parts.

    Raises:
        ValueError: a lone surrogate, which no network can carry.
    """
    if _GSM7.issuperset(text):
        return Segments("GSM-7", *_parts((2 if c in _EXTENDED else 1 for c in text), _SEPTETS))
    if any("\ud800" <= character <= "\udfff" for character in text):
        message = "A lone surrogate cannot be sent as a text message"
        raise ValueError(message)
    return Segments("UCS-2", *_parts((2 if c > _LAST_OF_ONE_UNIT else 1 for c in text), _UTF16_UNITS))


def segment_count(text: str) -> int:
    """Return how many SMS parts ``text`` is billed as; an empty text is one part.

    160 septets in one part, 153 in each of several, when every character is in GSM-7; else 70 and 67 UTF-16 units.
    Source: 3GPP TS 23.038 (alphabet), TS 23.040 (concatenation header).

    Raises:
        ValueError: a lone surrogate, which no network can carry.
    """
    return segments(text).count


def to_gsm7(text: str) -> str:
    """Return ``text`` with curly quotes, dashes, ellipses and odd spaces as GSM-7 has them; all else stays."""
    return text.translate(_TO_GSM7)


def _parts(widths: Iterable[int], limits: tuple[int, int]) -> tuple[int, int]:
    """Return how many parts characters of these widths need, and their sum."""
    single, joined = limits
    total, count, used = 0, 1, 0
    for width in widths:
        total += width
        if used + width > joined:
            count, used = count + 1, 0
        used += width
    return (1 if total <= single else count), total
