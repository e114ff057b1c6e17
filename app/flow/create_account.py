"""A new account: its key, its signing secret and its domain."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import ConflictError, InvalidInputError
from app.domain.hosts import check_host
from app.domain.ids import new_api_key, new_signing_secret
from app.store.accounts import Account, add_account, add_api_key, add_domain
from app.store.base import Session

_FOREIGN = re.compile(r"[^a-z0-9]+")
_TRIES = 1_000


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account with the two secrets that are shown this once."""

    account: Account
    api_key: str
    signing_secret: str
    host: str


def create_account(session: Session, name: str, host: str, *, now: datetime) -> NewAccount:
    """Store an account with smart URLs on and ``host`` taken as verified.

    Raises:
        InvalidInputError: the name holds no letter or digit, or ``host`` is no host name.
        ConflictError: the host belongs to another account.
    """
    try:
        domain = check_host(host)
    except ValueError as error:
        raise InvalidInputError({"domain": [str(error)]}) from error
    secret = new_signing_secret()
    account = _add(session, name, secret, now)
    if not add_domain(session, account.id, domain, verified_at=now, now=now):
        raise ConflictError(f"The domain {domain} belongs to an account already.")
    key = new_api_key()
    add_api_key(session, account.id, key, now)
    return NewAccount(account, key, secret, domain)


def _add(session: Session, name: str, secret: str, now: datetime) -> Account:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = _FOREIGN.sub("-", plain).strip("-")[:48]
    if not slug:
        raise InvalidInputError({"name": ["Give a name with a letter or digit in it."]})
    for number in range(1, _TRIES):
        account = add_account(
            session,
            slug=slug if number == 1 else f"{slug}-{number}",
            name=name.strip(),
            signing_secret=secret,
            now=now,
        )
        if account:
            return account
    raise ConflictError(f"There are too many accounts named {slug}.")
