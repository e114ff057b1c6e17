"""Passwords: hashed by argon2id; a wrong address costs as much time as a wrong password."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_LONGEST = 1024
_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Return what is stored of a password."""
    return _hasher.hash(password)


@cache
def nobodys_hash() -> str:
    """Return a hash that no password fits as far as anybody knows; made once, which takes some 50 ms."""
    return _hasher.hash("nobody signs in with this")


def fits(password: str, stored: str | None) -> bool:
    """Tell whether ``password`` is the one ``stored`` was made of; None stands for an address nobody has."""
    if len(password) > _LONGEST:
        return False
    try:
        # The work is done for unknown addresses as well, so that timing does not tell who has an account.
        return _hasher.verify(stored or nobodys_hash(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
