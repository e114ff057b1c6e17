"""Warnings before sending."""

import pytest

from app.domain.advice import PUBLIC_SHORTENERS, advise
from app.domain.segments import segments


@pytest.mark.parametrize(
    "url", ["https://bit.ly/x", "HTTP://WWW.BIT.LY/x", "https://user@bit.ly:443", "https://bit.ly"]
)
def test_a_public_shortener_is_warned_of_however_it_is_spelled(url):
    [warning] = advise([url, url])
    assert warning.code == "public_shortener"
    assert warning.text.startswith("bit.ly ")


@pytest.mark.parametrize("url", ["https://rabbit.ly/x", "https://bit.ly.example/x", "https://shop.example/bit.ly"])
def test_an_address_that_only_looks_like_one_is_not(url):
    assert advise([url]) == ()


def test_every_shortener_is_a_host_in_lower_case():
    assert all(host == host.lower() and "." in host for host in PUBLIC_SHORTENERS)


def test_a_rewrite_that_costs_a_part_is_warned_of_and_one_that_saves_some_is_not():
    short, long = segments("a" * 160), segments("a" * 161)
    [warning] = advise([], before=short, after=long)
    assert (warning.code, warning.text) == (
        "more_segments",
        "With its links swapped the text takes 2 parts instead of 1.",
    )
    assert advise([], before=long, after=short) == advise([], before=short, after=short) == ()
