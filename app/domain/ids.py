"""Identifiers: what leads to a person cannot be guessed, what names an event sorts by time."""

import base64
import re
import secrets
import string
from datetime import UTC, datetime
from uuid import UUID

import uuid_utils

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
CODE_LENGTH = 11
"""11 base62 characters hold 65.5 random bits; INTERFACE promises at least 60."""
_DIGITS = "".join(ALPHABET[byte % len(ALPHABET)] for byte in range(256)).encode()
_SURPLUS = bytes(range(256 - 256 % len(ALPHABET), 256))
"""Bytes that are drawn again: with them the first eight characters would come more often than the others."""
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def new_id() -> str:
    """Return a new UUIDv7 in its usual spelling: unique everywhere, later ones sort later."""
    return str(uuid_utils.uuid7())


def first_id(moment: datetime) -> str:
    """Return what sorts before every id that ``new_id`` makes from ``moment`` on, and behind all earlier ones."""
    digits = f"{int(moment.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}"


def new_code() -> str:
    """Return an unguessable code of ``CODE_LENGTH`` base62 characters."""
    return new_codes(1)[0]


def new_codes(count: int) -> list[str]:
    """Return so many codes, see ``new_code``; a thousand cost little more than one."""
    length = count * CODE_LENGTH
    drawn = b""
    while len(drawn) < length:
        drawn += secrets.token_bytes(length + length // 16 + 8).translate(_DIGITS, _SURPLUS)
    text = drawn[:length].decode()
    return [text[first : first + CODE_LENGTH] for first in range(0, length, CODE_LENGTH)]


def encode_index(index: int) -> str:
    """Return ``index`` (from 0) in base62, shortest form."""
    digits = ""
    while True:
        index, digit = divmod(index, 62)
        digits = ALPHABET[digit] + digits
        if not index:
            return digits


def decode_index(digits: str) -> int | None:
    """Return the index that ``digits`` spell, or None for anything but one to four base62 characters."""
    if not 1 <= len(digits) <= 4:
        return None
    index = 0
    for character in digits:
        value = _VALUES.get(character)
        if value is None:
            return None
        index = index * 62 + value
    return index


def normal_uuid(value: str | None) -> str | None:
    """Return ``value`` as a lower-case UUID with dashes, or None when it is none."""
    stripped = (value or "").strip()
    return str(UUID(stripped)) if _UUID.fullmatch(stripped) else None


def minted_at(event_id: str) -> datetime | None:
    """Return the millisecond in which a UUIDv7, dashes and lower case, was made; None for anything else."""
    if not _UUID.fullmatch(event_id) or event_id[14] != "7":
        return None
    try:
        return datetime.fromtimestamp(int(event_id[:8] + event_id[9:13], 16) / 1000, UTC)
    except (ValueError, OverflowError):
        # Far behind the end of the calendar: nothing of ours was made then.
        return None


def new_api_key() -> str:
    """Return a new API key: 256 random bits behind a mark that finds it in a leaked file."""
    return f"tl_{secrets.token_urlsafe(32)}"


def new_token() -> str:
    """Return what a link carries that is for one person alone: 256 random bits."""
    return secrets.token_urlsafe(32)


def new_signing_secret() -> str:
    """Return a new secret as Standard Webhooks spells it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
