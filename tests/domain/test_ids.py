"""What leads to a person cannot be guessed; what names an event sorts by time."""

import base64
import math
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import (
    ALPHABET,
    CODE_LENGTH,
    decode_index,
    encode_index,
    first_id,
    minted_at,
    new_api_key,
    new_code,
    new_codes,
    new_id,
    new_signing_secret,
    normal_uuid,
)


def test_a_code_holds_at_least_the_promised_60_bits():
    assert len(set(ALPHABET)) == 62
    assert CODE_LENGTH * math.log2(62) > 60


def test_codes_are_of_one_length_and_never_the_same():
    codes = {new_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(re.fullmatch(r"[0-9A-Za-z]{11}", code) for code in codes)


def test_ids_are_uuids_that_sort_by_time():
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert ids == sorted(ids)
    assert {UUID(each).version for each in ids} == {7}


@given(st.integers(0, 62**4 - 1))
def test_an_index_comes_back_as_it_went(index):
    assert decode_index(encode_index(index)) == index
    assert len(encode_index(index)) <= 4


@pytest.mark.parametrize(("index", "digits"), [(0, "0"), (61, "z"), (62, "10"), (62**4 - 1, "zzzz")])
def test_an_index_is_written_as_short_as_can_be(index, digits):
    assert encode_index(index) == digits


@pytest.mark.parametrize("digits", ["", "-1", "é", "00000", "a b", "٣", "a\n"])
def test_what_spells_no_index_is_none(digits):
    assert decode_index(digits) is None


def test_a_uuid_is_read_in_its_usual_spellings():
    uuid = "019a8f3e-7c1b-7000-8000-00000000abcd"
    assert normal_uuid(uuid) == uuid
    assert normal_uuid(f" {uuid.upper()}\n") == uuid


@pytest.mark.parametrize(
    "value",
    [None, "", "johndoe", "019a8f3e7c1b700080000000000000ab", "{019a8f3e-7c1b-7000-8000-00000000abcd}", "ſ" * 36],
)
def test_what_is_no_uuid_is_none(value):
    assert normal_uuid(value) is None


def test_an_api_key_can_be_found_in_a_leaked_file():
    assert re.fullmatch(r"tl_[A-Za-z0-9_-]{43}", new_api_key())
    assert new_api_key() != new_api_key()


def test_a_signing_secret_is_spelled_as_standard_webhooks_does():
    mark, _, secret = new_signing_secret().partition("_")
    assert mark == "whsec"
    assert len(base64.b64decode(secret, validate=True)) == 32


def test_an_id_tells_the_millisecond_that_it_was_made_in():
    before = datetime.now(UTC)
    made = minted_at(new_id())
    assert before - timedelta(milliseconds=1) <= made <= datetime.now(UTC)


@pytest.mark.parametrize(
    "other", ["", "johndoe", "7d89eeb0-0031-478c-a60c-6a96d762712a", "ffffffff-ffff-7000-8000-00000000abcd", "\0" * 36]
)
def test_another_id_tells_none(other):
    assert minted_at(other) is None


def test_many_codes_at_once_are_as_unlike_as_those_made_one_by_one():
    codes = new_codes(5_000)
    assert len(set(codes)) == 5_000
    assert {len(code) for code in codes} == {CODE_LENGTH}
    seen = Counter("".join(codes))
    assert set(seen) == set(ALPHABET)
    # 887 of each are to be expected; six standard deviations happen to nobody.
    assert all(abs(count - 55_000 / 62) < 180 for count in seen.values())
    assert new_codes(0) == []


def test_ids_can_be_told_apart_by_the_moment_they_were_made_in():
    made = new_id()
    moment = minted_at(made)
    assert first_id(moment) < made < first_id(moment + timedelta(milliseconds=1))
