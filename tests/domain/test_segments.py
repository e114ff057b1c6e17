"""A text costs what the networks' rules say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.segments import Segments, segment_count, segments, to_gsm7


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


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=400), st.text(max_size=20))
def test_a_longer_text_never_costs_less(text, more):
    assert segments(text + more).count >= segments(text).count
    assert segments(text).units <= 2 * len(text)
