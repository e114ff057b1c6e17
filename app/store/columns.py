"""Column types that SQLite and PostgreSQL both keep faithfully."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

import orjson
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator

_ZONE = "+00:00"


class Utc(TypeDecorator[datetime]):
    """An aware moment, always in UTC; SQLite, which forgets zones, gets it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    # Past the decorator's own way, as of JSON: of each row one or the other is a moment.
    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], datetime | str | None]:
        """Store UTC; a moment without a zone is a mistake of ours and is refused."""
        return _as_text if dialect.name == "sqlite" else _in_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Return the moment in UTC."""
        return _of_text if dialect.name == "sqlite" else _in_utc


def _in_utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment.astimezone(UTC)


def _as_text(moment: datetime | None) -> str | None:
    found = _in_utc(moment)
    return None if found is None else found.isoformat(" ", "microseconds").removesuffix(_ZONE)


def _of_text(text: str | None) -> datetime | None:
    # To read the zone with the rest takes a tenth of the time of adding it to what was read.
    return None if text is None else datetime.fromisoformat(text + _ZONE)


class Body(TypeDecorator[str]):
    """A body in which any character may stand, also NUL, which PostgreSQL's texts cannot hold.

    NUL is kept as U+FFFE (no character by Unicode's own word) and 0, and U+FFFE itself as U+FFFE and 1.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Store the text without NUL."""
        if value is None or ("\0" not in value and "\ufffe" not in value):
            return value
        return value.replace("\ufffe", "\ufffe1").replace("\0", "\ufffe0")

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text as it was given."""
        if value is None or "\ufffe" not in value:
            return value
        return value.replace("\ufffe0", "\0").replace("\ufffe1", "\ufffe")


class Json(TypeDecorator[Any]):
    """JSON kept as text: the same bytes in both databases, and no limit on its numbers."""

    impl = Text
    cache_ok = True

    # Past the decorator's own way, which calls twice for each of very many values.
    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str | None]:
        """Store compact JSON."""
        return written_json

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], Any]:
        """Return what was stored."""
        return _read_json


def written_json(value: Any) -> str | None:
    """Return a value as a column of JSON keeps it."""
    return None if value is None else orjson.dumps(value).decode()


def _read_json(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)


class Encrypted(TypeDecorator[str]):
    """Text encrypted at rest; the first key writes, all of them read."""

    impl = Text
    cache_ok = True
    cipher: ClassVar[MultiFernet | None] = None
    signing_keys: ClassVar[Sequence[bytes]] = ()
    """Made of the same secrets, for what is signed rather than kept; the first one signs, all of them verify."""

    @classmethod
    def use_keys(cls, secret_keys: Sequence[str]) -> None:
        """Set this process's keys; ``open_engine`` does it."""
        derived = [base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()) for key in secret_keys]
        cls.cipher = MultiFernet([Fernet(key) for key in derived])
        cls.signing_keys = [hashlib.sha256(b"signing\0" + key.encode()).digest() for key in secret_keys]

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Store the text encrypted."""
        return None if value is None else self._cipher().encrypt(value.encode()).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text in the clear."""
        return None if value is None else self._cipher().decrypt(value.encode()).decode()

    def _cipher(self) -> MultiFernet:
        if self.cipher is None:
            raise RuntimeError("no secret keys were set before the database was opened")
        return self.cipher
