"""Email addresses and phone numbers in the one spelling under which people are found again."""

import re
from functools import lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email

_PLAIN = re.compile(r"((?=[^@]{1,64}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)@([A-Za-z0-9.-]{1,100})")
_NO_NUMBER = "Not an international phone number such as +15005550006."


def email_address(address: str) -> str:
    """Return an email address in lower case.

    Raises:
        ValueError: it is none; the message says why.
    """
    plain = _PLAIN.fullmatch(address)
    # Of a plain name nothing is left to be asked, and a thousand people have their mailboxes at a dozen hosts.
    return f"{plain[1].lower()}@{_host(plain[2])}" if plain else _spelled(address)


@lru_cache(maxsize=4096)
def _host(host: str) -> str:
    return _spelled(f"someone@{host}").rpartition("@")[2]


def _spelled(address: str) -> str:
    try:
        # Addresses on .test are what people try things out with.
        checked = validate_email(address.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error
    return checked.normalized.lower()


@lru_cache(maxsize=4096)
def phone_number(number: str, country: str | None = None) -> str:
    """Return a phone number as E.164; ``country`` (ISO 3166, two letters) is that of a number without its prefix.

    Raises:
        ValueError: it is none.
    """
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException as error:
        raise ValueError(_NO_NUMBER) from error
    # Whether somebody has the number is the carrier's to say: test numbers and new ranges must pass.
    if parsed.extension or not phonenumbers.is_possible_number(parsed):
        raise ValueError(_NO_NUMBER)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
