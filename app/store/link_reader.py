"""What the edge reads: one prepared statement a link, on a connection of each thread's own, without the ORM."""

import threading
from typing import Any
from urllib.parse import quote

import orjson
from sqlalchemy import Engine

from app.domain.link_target import MessageLink, Referral, SharedLink

_REFERRAL = "a.id, a.share_code, c.id, c.key, c.landing_url, c.share_text"
_ACCOUNT = "SELECT account_id FROM domains WHERE host = ? AND verified_at IS NOT NULL"
_MESSAGE = f"""
SELECT m.id, m.share_token, l.destinations, {_REFERRAL}
FROM messages m
LEFT JOIN link_sets l ON l.id = m.link_set_id
LEFT JOIN advocates a ON a.id = m.advocate_id
LEFT JOIN campaigns c ON c.id = COALESCE(m.campaign_id, a.campaign_id)
WHERE m.code = ? AND m.account_id = ?"""  # noqa: S608 - the pieces are constants of this module
_MESSAGE_TOKEN = f"""
SELECT m.id, {_REFERRAL}
FROM messages m
LEFT JOIN advocates a ON a.id = m.advocate_id
LEFT JOIN campaigns c ON c.id = COALESCE(m.campaign_id, a.campaign_id)
WHERE m.share_token = ? AND m.account_id = ?"""  # noqa: S608 - as above
_ADVOCATE_TOKEN = f"""
SELECT NULL, {_REFERRAL}
FROM advocates a JOIN campaigns c ON c.id = a.campaign_id
WHERE a.share_token = ? AND a.account_id = ?"""  # noqa: S608 - as above
_ADVOCATE = f"""
SELECT NULL, {_REFERRAL}
FROM advocates a JOIN campaigns c ON c.id = a.campaign_id
WHERE a.share_code = ? AND a.account_id = ?"""  # noqa: S608 - as above


class LinksUnavailableError(Exception):
    """The database does not answer."""


class LinkReader:
    """Reads links by their public ids.

    Every statement is a transaction of its own, which on SQLite in WAL mode waits for no writer. A connection that
    broke is opened once more before the reader gives up.
    """

    def __init__(self, engine: Engine) -> None:
        self._dialect = engine.dialect
        self._database_error: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._arguments = engine.dialect.create_connect_args(engine.url)
        self._thread = threading.local()

    def account_of(self, host: str) -> str | None:
        """Return the account whose verified domain ``host`` (lower case, no port) is."""
        row = self._one(_ACCOUNT, host)
        return row[0] if row else None

    def message_link(self, account_id: str, code: str) -> MessageLink | None:
        """Return the message with this personal code."""
        row = self._one(_MESSAGE, code, account_id)
        if not row:
            return None
        destinations = tuple(orjson.loads(row[2])) if row[2] else ()
        return MessageLink(row[0], row[1], destinations, Referral(*row[3:]))

    def shared(self, account_id: str, token: str) -> SharedLink | None:
        """Return whose share token this is, a message's or an advocate's."""
        return self._shared(_MESSAGE_TOKEN, token, account_id) or self._shared(_ADVOCATE_TOKEN, token, account_id)

    def advocate(self, account_id: str, share_code: str) -> SharedLink | None:
        """Return the plain link of the advocate with exactly this share code."""
        return self._shared(_ADVOCATE, share_code, account_id)

    def close(self) -> None:
        """Close the calling thread's connection; the next read opens another."""
        connection = self._thread.__dict__.pop("connection", None)
        if connection is not None:
            connection.close()

    def _shared(self, statement: str, public_id: str, account_id: str) -> SharedLink | None:
        row = self._one(statement, public_id, account_id)
        return SharedLink(row[0], Referral(*row[1:])) if row else None

    def _one(self, statement: str, *values: str) -> tuple[Any, ...] | None:
        # No id, code or host holds what cannot be printed; a NUL or half a character neither database takes.
        if not all(value.isprintable() for value in values):
            return None
        try:
            return self._read(statement, values)
        except self._database_error:
            self.close()
        try:
            return self._read(statement, values)
        except self._database_error as error:
            self.close()
            raise LinksUnavailableError(str(error)) from error

    def _read(self, statement: str, values: tuple[str, ...]) -> tuple[Any, ...] | None:
        connection = self._thread.__dict__.get("connection")
        if connection is None:
            connection = self._thread.connection = self._connect()
        if self._is_sqlite:
            row: tuple[Any, ...] | None = connection.execute(statement, values).fetchone()
        else:
            row = connection.execute(statement.replace("?", "%s"), values, prepare=True).fetchone()
        return row

    def _connect(self) -> Any:
        arguments, options = self._arguments
        if self._is_sqlite:
            # Where there is no file, none is made: a new one would be an empty database.
            existing = f"file:{quote(arguments[0])}?mode=rw"
            # The default isolation level opens no transaction for a SELECT; a statement cache keeps it prepared.
            connection = self._dialect.connect(existing, **{**options, "timeout": 2.0, "uri": True})
            connection.execute("PRAGMA query_only=ON")
            return connection
        # A server that vanished from the network answers neither yes nor no; the kernel gives up on it after 2 s.
        limits: dict[str, Any] = {"connect_timeout": 2, "tcp_user_timeout": 2_000, "autocommit": True}
        limits["options"] = "-c statement_timeout=2000"
        return self._dialect.connect(*arguments, **{**limits, **options})
