"""Which characters a URL in running text may hold, and which ones end it.

People's texts are not RFC 3986: names and paths come in every script, and a sentence goes on right behind a URL.
"""

import re
from typing import Final

_INVISIBLE: Final = (
    r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200b\u2028-\u202f\u205f-\u2064\u3000\ufeff\ufff9-\uffff\ud800-\udfff"
)
_BIDI_MARKS: Final = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
# An en dash stays in: encyclopedias write it into their addresses.
_LATIN_PUNCTUATION: Final = r"\u2014\u2015\u2022\u2026"
_CJK_PUNCTUATION: Final = r"\u3001-\u3003\u3008-\u3011\u3014-\u301f\u30fb\ufe10-\ufe19\ufe30-\ufe6b"
_FULL_WIDTH_PUNCTUATION: Final = r"\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
_ENDS_ANY: Final = _INVISIBLE + _BIDI_MARKS + _LATIN_PUNCTUATION + _CJK_PUNCTUATION + _FULL_WIDTH_PUNCTUATION

MERGE_TAG_OPENS: Final = r"(?:\{\{|\{%|<%|\*\||%%|\[\[)"
_MERGE_TAG_WITH_SPACES: Final = r"\{\{[^{}\n]{0,200}+\}\}|\{%[^%\n]{0,200}+%\}|<%[^%\n]{0,200}+%>"
RUN: Final = re.compile(rf"(?:[^<>{{{_ENDS_ANY}]++|{_MERGE_TAG_WITH_SPACES}|\{{)*+")
"""What stands together without a gap; merge tags hold together in spite of spaces inside them."""

_ASCII_NOT_IN_NAMES: Final = r"\x00-,./:-@\[-^`{-\x7f"
_MARKS_NOT_IN_NAMES: Final = r"\xa1\xa7\xab\xb6\xbb\xbf\u2010-\u2027\u2030-\u205e"
LABEL_CHARACTER: Final = rf"[^{_ASCII_NOT_IN_NAMES}{_MARKS_NOT_IN_NAMES}{_ENDS_ANY}]"
LABEL: Final = LABEL_CHARACTER + "++"
"""One part of a host name, in any script, emoji included."""

_KANA: Final = r"\u3040-\u30ff\u31f0-\u31ff"
_HAN: Final = r"\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HANGUL: Final = r"\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
CJK: Final = _KANA + _HAN + _HANGUL
_PICTURES: Final = r"\u2600-\u27bf\U0001f000-\U0001faff"

NAME_GLUED_TO_TEXT: Final = re.compile(rf"\.[A-Za-z]{{2,63}}(?=[{CJK}]|[^\x00-\u036f.][^.]*+\Z)")
"""Where a host name ends although the sentence goes on: no top-level name mixes Latin letters with another script."""
PATH_STOP: Final = re.compile(
    r"""(?P<quote>["'`])"""
    # No word starts with this particle, so the sentence goes on.
    rf"|(?P<glued>(?<=[A-Za-z0-9])[{CJK}{_PICTURES}]|を)|(?P<first>(?<=[A-Za-z0-9]/)[{_KANA}\U0001f000-\U0001faff])"
)
"""Where a path may end, brackets aside: at quotes, and where CJK or a picture follows a word or the first stroke."""

ORDINARY: Final = re.compile(
    r"[A-Za-z0-9]++(?:[.-][A-Za-z0-9]++)*+(?:[/?#][A-Za-z0-9/_.~%+=&?#:;,!@$-]*(?<=[A-Za-z0-9/]))?+"
    r"(?=[.,;:!?]*+(?:[ \n\r\t]|\Z))"
)
"""What most URLs have after their scheme, up to white space or a full stop: nothing that could end them sooner."""

BRACKETS: Final = re.compile(r"[()\[\]{}«»‹›“”„‘’‚]")
OPENED_BY: Final = {")": "(", "]": "[", "}": "{", "»": "«", "›": "‹", "”": "“", "’": "‘"}
SENTENCE_ENDS: Final = ".,;:!?|\\"
