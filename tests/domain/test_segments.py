"""A text costs what the networks' rules say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.segments import Segments, segment_count, segments, to_gsm7

# 3GPP TS 23.038, table 6.2.1, sixteen characters a line; ESC leads to the extension table.
ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"
GSM7 = ALPHABET.replace("\x1b", "")


def test_the_alphabet_is_the_standards():
    assert len(ALPHABET) == 128
    one, two = set(GSM7), set(EXTENSION)
    for code in range(0x10000):
        character = chr(code)
        if not 0xD800 <= code <= 0xDFFF:
            expected = ("GSM-7", 1) if character in one else ("GSM-7", 2) if character in two else ("UCS-2", 1)
            cost = segments(character)
            assert (cost.encoding, cost.units) == expected


def parts(units, limit):
    """Cut characters, each a list of units, into parts of whole characters."""
    cut = [[]]
    for character in units:
        if len(cut[-1]) + len(character) > limit:
            cut.append([])
        cut[-1] += character
    return cut


@given(st.text(alphabet=st.sampled_from([*"aé€[^", "я", "😀"]), min_size=140, max_size=500))
def test_no_escape_and_no_surrogate_pair_is_divided(text):
    cost = segments(text)
    if cost.encoding == "GSM-7":
        cut, single = parts([["ESC", c] if c in EXTENSION else [c] for c in text], 153), 160
        assert all(part[-1] != "ESC" for part in cut)
    else:
        pairs = [c.encode("utf-16-be") for c in text]
        cut, single = parts([[pair[i : i + 2] for i in range(0, len(pair), 2)] for pair in pairs], 67), 70
        assert all(not 0xD8 <= part[-1][0] <= 0xDB for part in cut)
    assert cost.units == sum(map(len, cut))
    assert cost.count == (1 if cost.units <= single else len(cut))


@given(st.text(alphabet=st.sampled_from([*GSM7, *EXTENSION]), min_size=140, max_size=500))
def test_a_text_in_gsm_7_wastes_one_septet_a_part_at_most(text):
    cost = segments(text)
    assert cost.encoding == "GSM-7"
    assert cost.units <= 160 or -(-cost.units // 153) <= cost.count <= -(-cost.units // 152)


@pytest.mark.parametrize(
    ("text", "encoding", "count", "units"),
    [
        ("", "GSM-7", 1, 0),
        ("a" * 160, "GSM-7", 1, 160),
        ("a" * 161, "GSM-7", 2, 161),
        ("a" * 306, "GSM-7", 2, 306),
        ("a" * 307, "GSM-7", 3, 307),
        ("€" * 80, "GSM-7", 1, 160),
        ("€" * 81, "GSM-7", 2, 162),
        ("@£¥èΔ_ΦΞ\n\r\f^{}[]~|\\", "GSM-7", 1, 28),
        ("ç", "UCS-2", 1, 1),
        ("я" * 70, "UCS-2", 1, 70),
        ("я" * 71, "UCS-2", 2, 71),
        ("я" * 134, "UCS-2", 2, 134),
        ("я" * 135, "UCS-2", 3, 135),
        ("😀" * 35, "UCS-2", 1, 70),
        ("😀" * 36, "UCS-2", 2, 72),
    ],
)
def test_a_text_is_counted_in_its_own_alphabet(text, encoding, count, units):
    assert segments(text) == Segments(encoding, count, units)
    assert segment_count(text) == count


def test_an_escaped_character_moves_whole_into_the_next_part():
    assert segment_count("a" * 306) == 2
    assert segment_count("a" * 152 + "€" + "a" * 151) == 2
    assert segment_count("a" * 152 + "€" + "a" * 152) == 3


def test_a_surrogate_pair_moves_whole_into_the_next_part():
    assert segment_count("я" * 66 + "😀" + "я" * 65) == 2
    assert segment_count("я" * 66 + "😀" + "я" * 66) == 3


@pytest.mark.parametrize("text", ["\ud83d", "a\ude00b", "😀\udbff"])
def test_a_lone_surrogate_is_refused(text):
    with pytest.raises(ValueError, match="surrogate"):
        segments(text)


def test_typographic_characters_have_cheap_twins():
    typographic = "“It’s – well… 5\u00a0€”"
    assert segments(typographic).encoding == "UCS-2"
    assert to_gsm7(typographic) == '"It\'s - well... 5 €"'
    assert segments(to_gsm7(typographic)).encoding == "GSM-7"


def test_what_has_no_twin_stays():
    assert to_gsm7("Привет 😀 café") == "Привет 😀 café"


@given(st.text(max_size=400) | st.text(alphabet="aé€я😀", min_size=60, max_size=400), st.text(max_size=20))
def test_a_longer_text_never_costs_less(text, more):
    assert segments(text + more).count >= segments(text).count
    assert segments(text).units <= 2 * len(text)
