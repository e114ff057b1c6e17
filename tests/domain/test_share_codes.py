"""A share code is short, speakable and never one of the hub's own words."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.destination import RESERVED, advocate_path, is_share_code, parse_path
from app.domain.share_codes import MAX_LENGTH, check_share_code, suggest_share_codes
from app.domain.visit import LinkKind


def suggested(first=None, last=None, count=12):
    return list(itertools.islice(suggest_share_codes(first, last), count))


def test_the_first_suggestion_is_the_name_itself():
    assert suggested("John", "Doe")[0] == "johndoe"


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("Zoë", "Müller", "zoemuller"),
        ("Anne-Marie", "O'Neill", "annemarieoneill"),
        (None, "Doe", "doe"),
        ("A", "", "a"),
    ],
)
def test_a_name_is_spelled_in_plain_letters(first, last, code):
    assert suggested(first, last)[0] == code


def test_later_suggestions_keep_the_name_and_add_to_it():
    assert all(code.startswith("johndoe-") for code in suggested("John", "Doe", 5)[1:])


@pytest.mark.parametrize(
    ("first", "last"), [(None, None), ("", " "), ("Александр", "Пушкин"), ("Con", "sole"), ("api", None)]
)
def test_where_no_name_will_do_the_code_is_random(first, last):
    codes = suggested(first, last, 3)
    assert len(set(codes)) == 3
    assert all(len(code) == 8 for code in codes)


@given(st.text(max_size=60), st.text(max_size=60))
def test_every_suggestion_can_be_used(first, last):
    for code in suggested(first, last, 7):
        assert check_share_code(code) == code
        assert parse_path(advocate_path(code)).kind is LinkKind.ADVOCATE


def test_suggestions_never_end():
    codes = suggested("John", "Doe", 200)
    assert len(set(codes)) == 200


@pytest.mark.parametrize("code", ["johndoe", "John.Doe", "a", "_x_", "a-b", "7", "x" * MAX_LENGTH])
def test_a_chosen_code_may_be_letters_digits_dots_dashes_and_underscores(code):
    assert check_share_code(code) == code
    assert is_share_code(code)


@pytest.mark.parametrize(
    "code", ["", "-a", "a-", ".a", "a.", "a b", "a/b", "ü", "a\n", "%41", "a?b", "a#b", "..", "x" * (MAX_LENGTH + 1)]
)
def test_a_code_that_cannot_stand_in_an_address_is_refused(code):
    with pytest.raises(ValueError, match="A share code is"):
        check_share_code(code)


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_a_word_of_the_hub_is_refused_in_any_case(word):
    for spelled in (word, word.upper()):
        with pytest.raises(ValueError, match=r"own addresses|A share code"):
            check_share_code(spelled)
