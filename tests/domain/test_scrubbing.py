"""A person's addresses, found however others spell them."""

import pytest

from app.domain.scrubbing import Scrubber

SCRUBBER = Scrubber({"Ada+1@example.com", "+15005550006"})


@pytest.mark.parametrize(
    "spelled",
    ["Ada+1@example.com", "ada+1@EXAMPLE.com", "Ada%2B1%40example.com", "ada%2b1@example.com", "%2B15005550006"],
)
def test_an_address_goes_and_all_around_it_stays(spelled):
    assert SCRUBBER.text(f"to={spelled}&x=1") == "to=erased&x=1"
    assert SCRUBBER.body(f"\xff{spelled}\xff".encode("latin-1")) == b"\xfferased\xff"


def test_it_goes_from_whatever_json_can_hold():
    held = {"to": ["Ada+1@example.com", 7, None], "+15005550006": {"é": True}}
    assert SCRUBBER.value(held) == {"to": ["erased", 7, None], "erased": {"é": True}}
    assert Scrubber({'a"b@example.com'}).value(['a"b@example.com']) == ["erased"]


@pytest.mark.parametrize("words", [set(), {"", "a@b"}])
def test_nothing_to_look_for_changes_nothing(words):
    assert Scrubber(words).text("a@b is all") == "a@b is all"
    assert Scrubber(words).spellings == []
