"""A host is compared in one spelling."""

import pytest

from app.domain.destination import normal_host
from app.domain.hosts import check_host


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("Refer.Shop.Example", "refer.shop.example"),
        (" refer.shop.example. ", "refer.shop.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("例え.example", "xn--r8jz45g.example"),
        ("refer。shop.example", "refer.shop.example"),
        ("localhost", "localhost"),
        ("demo.localhost", "demo.localhost"),
        ("my_shop.example", "my_shop.example"),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_a_host_is_kept_as_it_is_compared(typed, host):
    assert check_host(typed) == host


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", ".", "a..b", "https://refer.example", "refer.example/x", "refer.example:8000", "a b.example"),
        *("-a.example", "a-.example", "a@b.example", "*.example", "x" * 64 + ".example", "a." * 127 + "example"),
        *("a\0b.example", "a\nb.example", "\u00ad", "ü" * 300 + ".example", "xn--\u00fc.example", "[::1]"),
    ],
)
def test_what_is_no_host_is_refused_with_a_sentence(typed):
    with pytest.raises(ValueError, match="is no host name"):
        check_host(typed)


@pytest.mark.parametrize("typed", ["Refer.Shop.Example.", "demo.localhost", "127.0.0.1"])
def test_a_kept_host_is_found_by_the_header_that_names_it(typed):
    assert normal_host(f"{typed.upper()}:8000") == check_host(typed)
