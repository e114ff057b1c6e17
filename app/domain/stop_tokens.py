"""The token of a message's unsubscribe page: it names the message, and nobody but the hub can make one.

It has nothing to do with the codes of the message's links: whoever a reader passes a link on to cannot unsubscribe the
reader by it. Sources: RFC 7693 (BLAKE2 with a key, which is a signature at half the cost of HMAC), RFC 4648 section 5
(the alphabet).
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from uuid import UUID

_PURPOSE = b"unsubscribe"
_ID_BYTES = 16
_MAC_BYTES = 12
"""96 bits: nobody tries that many addresses."""
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_FORM = re.compile(r"[0-9A-Za-z_-]{38}")


def stop_token(message_id: str, keys: Sequence[bytes]) -> str:
    """Return the token of a message, signed with the first key."""
    return signer(keys[0])(message_id)


@lru_cache(maxsize=16)
def signer(key: bytes) -> Callable[[str], str]:
    """Return what makes the token of one message after the other."""
    keyed = _keyed(key)

    def sign(message_id: str) -> str:
        named, mac = bytes.fromhex(message_id.replace("-", "")), keyed.copy()
        mac.update(named)
        return _spelled(named + mac.digest())

    return sign


def message_of_token(token: str, keys: Sequence[bytes]) -> str | None:
    """Return the message that a token names; None unless one of the keys has signed it."""
    if not _FORM.fullmatch(token):
        return None
    try:
        whole = base64.urlsafe_b64decode(token + "==")
    except binascii.Error:
        return None
    named, mac = whole[:_ID_BYTES], whole[_ID_BYTES:]
    genuine = any(hmac.compare_digest(mac, _mac(named, key)) for key in keys)
    message_id = str(UUID(bytes=named))
    # One message, one token: its last character has bits to spare.
    return message_id if genuine and _spelled(whole) == token else None


def _spelled(whole: bytes) -> str:
    return binascii.b2a_base64(whole, newline=False).translate(_URL_SAFE, b"=").decode()


def _mac(named: bytes, key: bytes) -> bytes:
    mac = _keyed(key)
    mac.update(named)
    return mac.digest()


def _keyed(key: bytes) -> "hashlib.blake2b":
    return hashlib.blake2b(digest_size=_MAC_BYTES, key=key, person=_PURPOSE)
