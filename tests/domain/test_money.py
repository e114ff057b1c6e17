"""Money is exact in every currency."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.money import currency_code, from_minor, to_minor

CURRENCIES = ["USD", "EUR", "JPY", "KWD", "CLF", "ISK"]


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("49.90", "USD", 4990),
        ("49.9", "EUR", 4990),
        ("0.1", "EUR", 10),
        ("500", "JPY", 500),
        ("1.234", "KWD", 1234),
        ("1.2345", "CLF", 12345),
        ("-5", "USD", -500),
        ("+5", "USD", 500),
        (" 5 ", "USD", 500),
        ("0", "USD", 0),
        ("1.000000000", "JPY", 1),
        ("999999999999.99", "USD", 99999999999999),
    ],
)
def test_an_amount_becomes_whole_minor_units(amount, currency, minor):
    assert to_minor(amount, currency) == minor


@pytest.mark.parametrize(
    "amount", ["", ".", "5.", ".5", "1e3", "1,50", "1 000", "NaN", "Infinity", "٣", "0x10", "5 USD", "--5"]
)
def test_what_is_no_plain_decimal_is_refused(amount):
    with pytest.raises(ValueError, match="plain decimal"):
        to_minor(amount, "USD")


@pytest.mark.parametrize(("amount", "currency"), [("0.001", "USD"), ("0.5", "JPY"), ("1.2345", "KWD")])
def test_nothing_is_rounded_away(amount, currency):
    with pytest.raises(ValueError, match=f"{currency} has no amounts that fine"):
        to_minor(amount, currency)


@pytest.mark.parametrize("currency", CURRENCIES)
def test_the_largest_amount_fits_a_database_a_hundred_times(currency):
    assert to_minor("9" * 12, currency) * 100 < 2**63
    with pytest.raises(ValueError, match="plain decimal"):
        to_minor("9" * 13, currency)


@given(st.integers(-(10**17), 10**17), st.sampled_from(CURRENCIES))
def test_what_goes_out_as_a_decimal_comes_back_the_same(minor, currency):
    written = from_minor(minor, currency)
    if len(written.lstrip("-").partition(".")[0]) <= 12:
        assert to_minor(written, currency) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [(4990, "USD", "49.90"), (5, "EUR", "0.05"), (-5, "EUR", "-0.05"), (500, "JPY", "500"), (0, "KWD", "0.000")],
)
def test_a_decimal_shows_the_currencys_own_places(minor, currency, written):
    assert from_minor(minor, currency) == written


def test_a_currency_is_three_letters_in_capitals():
    assert currency_code(" usd ") == "USD"


@pytest.mark.parametrize("code", ["", "US", "USDT", "U$D", "12A", "ÄÖÜ", "USD\nX"])
def test_what_is_no_currency_code_is_refused(code):
    with pytest.raises(ValueError, match="three letters"):
        currency_code(code)
