"""How an erased person's address is still known again, so that who said stop is sent nothing: by a keyed hash alone.

Without the hub's SECRET_KEY nobody can try addresses against it. As with everything that is encrypted, all the keys
that ever wrote have to stay among those that read.
"""

import hmac

from app.store.columns import Encrypted

PREFIX = "erased:"


def erased_address(account_id: str, channel: str, address: str) -> str:
    """Return what stands for an address from now on; for one that stands for another already, that one."""
    return address if address.startswith(PREFIX) else _hashed(Encrypted.signing_keys[0], account_id, channel, address)


def known_as(account_id: str, channel: str, address: str) -> list[str]:
    """Return the address itself, and what may stand for it since somebody was erased."""
    return [address, *(_hashed(key, account_id, channel, address) for key in Encrypted.signing_keys)]


def _hashed(key: bytes, account_id: str, channel: str, address: str) -> str:
    said = "\0".join((account_id, channel, address)).encode("utf-8", "surrogatepass")
    return PREFIX + hmac.digest(key, said, "sha256").hex()[:32]
