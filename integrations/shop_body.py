"""What the shops' bodies have in common: JSON of which little can be relied on, signed with a shared secret."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from app.domain.addresses import email_address, phone_number
from app.domain.ids import normal_uuid
from app.domain.message import ContactDetails
from app.domain.money import currency_code, to_minor
from app.domain.order import SourcePlace
from integrations.protocol import ForgedError, IntegrationFields, UnreadableError

FIELDS = IntegrationFields(
    required=("webhook_secret",),
    optional=("previous_webhook_secret",),
    also_called={"secret": "webhook_secret", "webhook_secret_previous": "previous_webhook_secret"},
)
"""While a secret is changed, calls signed with the one before it are good, too."""

_SECRETS = ("webhook_secret", "previous_webhook_secret")
_LONGEST_ID = 255
_SHARE_CODE_LENGTH = 64
_YEARS = range(1990, 2200)
_MOST_CODES = 20
_NO_CENTS = re.compile(r"(\.\d*?)0+$")


def secrets(credentials: Mapping[str, str]) -> list[bytes]:
    """Return the secrets with which a call may be signed."""
    return [credentials[name].encode() for name in _SECRETS if credentials.get(name)]


def check_base64_hmac(raw: bytes, signature: str, credentials: Mapping[str, str]) -> None:
    """Make sure that ``signature`` is the base64 of the body's HMAC-SHA256 by one of the secrets.

    Raises:
        ForgedError: it is missing, or is not.
    """
    given = signature.encode(errors="replace")
    for secret in secrets(credentials):
        expected = base64.b64encode(hmac.digest(secret, raw, hashlib.sha256))
        if hmac.compare_digest(expected, given):
            return
    raise ForgedError("No signature fits the body.")


def parse(raw: bytes) -> dict[str, Any]:
    """Return the JSON object of a body.

    Raises:
        UnreadableError: it is none.
    """
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise UnreadableError("The body is not JSON.") from error
    if not isinstance(body, dict):
        raise UnreadableError("The body is not a JSON object.")
    return body


def digest(*parts: bytes) -> str:
    """Return one digest of several parts."""
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8) + part)
    return found.hexdigest()


def inside(value: Any, *path: str) -> Any:
    """Return what stands at ``path`` in nested objects; None where there is nothing."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects in a list; nothing for what is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def identifier(value: Any) -> str | None:
    """Return an id as text; None for anything that cannot be one."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    text = value.strip() if isinstance(value, str) else ""
    return text if text.isprintable() and 0 < len(text) <= _LONGEST_ID else None


def order_number(value: Any) -> str:
    """Return the id of an order.

    Raises:
        UnreadableError: there is none.
    """
    number = identifier(value)
    if number is None:
        raise UnreadableError("The order has no id.")
    return number


def currency(value: Any) -> str:
    """Return a currency's code.

    Raises:
        UnreadableError: it is none.
    """
    try:
        return currency_code(value if isinstance(value, str) else "")
    except ValueError as error:
        raise UnreadableError("The order has no currency.") from error


def minor(value: Any, code: str) -> int | None:
    """Return a decimal string in minor units; None where nothing is said. A sign is dropped: refunds are negative.

    Raises:
        UnreadableError: it is no amount, or finer than the currency goes.
    """
    if value is None or value == "":
        return None
    # Shops write 500 yen as "500.00" and 49.90 as "49.900000".
    text = _NO_CENTS.sub(r"\1", str(value).strip().removeprefix("-")).removesuffix(".")
    try:
        return to_minor(text, code)
    except ValueError as error:
        raise UnreadableError(f"An amount cannot be read: {error}") from error


def moment(value: Any, *, is_utc: bool = False) -> datetime | None:
    """Return an ISO 8601 moment or seconds since 1970; None for anything else, or for no time of ours."""
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            found = datetime.fromtimestamp(value, UTC)
        else:
            found = datetime.fromisoformat(value)
            if found.tzinfo is None:
                found = found.replace(tzinfo=UTC if is_utc else None)
        if found.tzinfo is None or found.year not in _YEARS:
            return None
        return found.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def buyer(external_id: Any, emails: Iterable[Any], phones: Iterable[tuple[Any, Any]]) -> ContactDetails:
    """Return who bought: the first usable address, and the first usable (number, country)."""
    email = next((found for value in emails if (found := _email(value))), None)
    phone = next((found for number, country in phones if (found := _phone(number, country))), None)
    return ContactDetails(identifier(external_id), email, phone)


def click_id(value: Any) -> str | None:
    """Return the click that a value names; None when it is no UUID."""
    return normal_uuid(value) if isinstance(value, str) else None


def share_code(value: Any) -> str | None:
    """Return the share code that a value is; None for what none can be."""
    text = value.strip() if isinstance(value, str) else ""
    return text if text.isprintable() and 0 < len(text) <= _SHARE_CODE_LENGTH else None


def of_address(address: Any, name: str) -> str | None:
    """Return the first value of a parameter in an address's query."""
    if not isinstance(address, str):
        return None
    try:
        values = parse_qs(urlsplit(address).query, max_num_fields=200).get(name)
    except ValueError:
        return None
    return values[0] if values else None


def first_place(
    found: Iterable[tuple[SourcePlace, Any, Any]],
) -> tuple[str | None, str | None, SourcePlace | None]:
    """Return (mbsy, mbsy_source, place) of (place, mbsy, mbsy_source), the strongest place first.

    The place is that of the first click that is named, or without one that of the first share code.
    """
    places = [(place, share_code(code), click_id(source)) for place, code, source in found]
    by_click = next(((place, source) for place, _, source in places if source), None)
    by_code = next(((place, code) for place, code, _ in places if code), None)
    place = by_click[0] if by_click else by_code[0] if by_code else None
    return by_code[1] if by_code else None, by_click[1] if by_click else None, place


def codes(values: Iterable[Any]) -> tuple[str, ...]:
    """Return discount codes that can be somebody's share code."""
    return tuple(dict.fromkeys(code for value in values if (code := share_code(value))))[:_MOST_CODES]


def _email(value: Any) -> str | None:
    try:
        return email_address(value) if isinstance(value, str) and len(value) <= _LONGEST_ID else None
    except ValueError:
        return None


def _phone(number: Any, country: Any) -> str | None:
    try:
        region = country.upper() if isinstance(country, str) else None
        return phone_number(number, region) if isinstance(number, str) and len(number) <= _SHARE_CODE_LENGTH else None
    except ValueError:
        return None
