"""Money, exact in every currency: whole minor units inside, decimal strings outside."""

import re
from decimal import Decimal

_DECIMALS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI"), 0),
    **dict.fromkeys(("VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""Currencies that do not have two decimals. Source: ISO 4217, list one."""
NO_CURRENCY = "XXX"
"""ISO 4217's code for no currency: of an order of which nobody has said yet what it cost."""
_CURRENCY = re.compile(r"[A-Z]{3}")
_AMOUNT = re.compile(r"[+-]?\d{1,12}(\.\d{1,9})?", re.ASCII)
"""Twelve digits before the point: with four decimals behind it, sums still fit the 64 bits of a database."""


def currency_code(value: str) -> str:
    """Return ``value`` as an ISO 4217 code in capitals.

    Raises:
        ValueError: it is not three letters.
    """
    code = value.strip().upper()
    if not _CURRENCY.fullmatch(code):
        raise ValueError("Give a currency as its three letters (ISO 4217), such as USD.")
    return code


def to_minor(amount: str, currency: str) -> int:
    """Return a decimal string in whole minor units of ``currency``: 49.90 USD is 4990, 500 JPY is 500.

    Raises:
        ValueError: it is not a plain decimal number, or finer than the currency's smallest unit.
    """
    if not _AMOUNT.fullmatch(amount.strip()):
        raise ValueError("Give an amount as a plain decimal, such as 49.90.")
    minor = Decimal(amount.strip()).scaleb(_DECIMALS.get(currency, 2))
    if minor != minor.to_integral_value():
        raise ValueError(f"{currency} has no amounts that fine.")
    return int(minor)


def from_minor(minor: int, currency: str) -> str:
    """Return whole minor units as a decimal string with the currency's own number of decimals."""
    decimals = _DECIMALS.get(currency, 2)
    return str(Decimal(minor).scaleb(-decimals).quantize(Decimal(1).scaleb(-decimals)))
