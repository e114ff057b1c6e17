"""What the edge reads: one prepared statement a link, on a connection of each thread's own, without the ORM."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import orjson
from sqlalchemy import Engine

from app.domain.link_target import MessageLink, Referral, SharedLink
from app.store.link_connection import LinkConnection, PostgresqlConnection, ReadOfMany, Row, SqliteConnection

_REFERRAL = "a.id, a.share_code, c.id, c.key, c.landing_url, c.share_text, c.share_texts"
_ACCOUNT = "SELECT account_id FROM domains WHERE host = ? AND verified_at IS NOT NULL"
_MESSAGES = ReadOfMany(
    "m.code, m.account_id, m.id, m.share_token, m.link_set_id,"
    " COALESCE(m.campaign_id, a.campaign_id), a.id, a.share_code",
    "messages m LEFT JOIN advocates a ON a.id = m.advocate_id",
    "m.code",
)
_MESSAGE = f"SELECT {_MESSAGES.columns} FROM {_MESSAGES.tables} WHERE m.code = ? AND m.account_id = ?"  # noqa: S608 - constants
_LINK_SET = "SELECT destinations FROM link_sets WHERE id = ? AND account_id = ?"
_CAMPAIGN = "SELECT id, key, landing_url, share_text, share_texts FROM campaigns WHERE id = ? AND account_id = ?"
_MESSAGE_TOKEN = f"""
SELECT m.id, {_REFERRAL}
FROM messages m
LEFT JOIN advocates a ON a.id = m.advocate_id
LEFT JOIN campaigns c ON c.id = COALESCE(m.campaign_id, a.campaign_id)
WHERE m.share_token = ? AND m.account_id = ?"""  # noqa: S608 - constants
_ADVOCATE_TOKEN = f"""
SELECT NULL, {_REFERRAL}
FROM advocates a JOIN campaigns c ON c.id = a.campaign_id
WHERE a.share_token = ? AND a.account_id = ?"""  # noqa: S608 - constants
_ADVOCATE = f"""
SELECT NULL, {_REFERRAL}
FROM advocates a JOIN campaigns c ON c.id = a.campaign_id
WHERE a.share_code = ? AND a.account_id = ?"""  # noqa: S608 - constants


Found = TypeVar("Found")

_SETS = 1_000
_CAMPAIGNS = 1_000
"""So many are remembered of each: a message has its own code and advocate, but shares the rest with thousands."""
_CAMPAIGN_S = 1.0
"""A link set never changes; a campaign is read again after a second."""
_NO_CAMPAIGN = (None, None, None, None, None)


class LinksUnavailableError(Exception):
    """The database does not answer."""


class LinkReader:
    """Reads links by their public ids.

    Every statement is a transaction of its own, which on SQLite in WAL mode waits for no writer. A connection that
    broke is opened once more before the reader gives up.
    """

    def __init__(self, engine: Engine, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._sets: dict[str, tuple[str, ...]] = {}
        self._campaigns: dict[str, tuple[float, Row]] = {}
        self._dialect = engine.dialect
        self._database_error: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._arguments = engine.dialect.create_connect_args(engine.url)
        self._thread = threading.local()

    def account_of(self, host: str) -> str | None:
        """Return the account whose verified domain ``host`` (lower case, no port) is."""
        row = self._one(_ACCOUNT, host)
        return row[0] if row else None

    def message_link(self, account_id: str, code: str) -> MessageLink | None:
        """Return the message with this personal code."""
        row = self._one(_MESSAGE, code, account_id)
        return self._message(row) if row else None

    def message_links(self, wanted: Sequence[tuple[str, str]]) -> list[MessageLink | None]:
        """Return, for each account id and personal code, the message: one read for all of them."""
        if len(wanted) == 1:
            return [self.message_link(*wanted[0])]
        codes = list({code for _, code in wanted if code.isalnum() and code.isascii()})
        rows = self._patiently(lambda connection: connection.read_all(_MESSAGES, codes)) if codes else ()
        # A code is one message's in all accounts.
        found = {row[0]: row for row in rows}
        links: list[MessageLink | None] = []
        for account_id, code in wanted:
            row = found.get(code)
            links.append(self._message(row) if row and row[1] == account_id else None)
        return links

    def _message(self, row: Sequence[Any]) -> MessageLink:
        _, account_id, message_id, share_token, set_id, campaign_id, advocate_id, share_code = row
        destinations = (self._sets.get(set_id) or self._destinations(account_id, set_id)) if set_id else ()
        campaign = self._campaign(account_id, campaign_id) if campaign_id else _NO_CAMPAIGN
        # As Referral(...) and MessageLink(...), without calls of Python's: there is one of each for every new link.
        referral: Referral = tuple.__new__(Referral, (advocate_id, share_code, *campaign))
        link: MessageLink = tuple.__new__(MessageLink, (message_id, share_token, destinations, referral))
        return link

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

    def _destinations(self, account_id: str, set_id: str) -> tuple[str, ...]:
        row = self._one(_LINK_SET, set_id, account_id)
        destinations = tuple(orjson.loads(row[0])) if row else ()
        if len(self._sets) >= _SETS:
            self._sets.clear()
        self._sets[set_id] = destinations
        return destinations

    def _campaign(self, account_id: str, campaign_id: str) -> Row:
        now = self._monotonic()
        known = self._campaigns.get(campaign_id)
        if known and now < known[0]:
            return known[1]
        campaign = self._one(_CAMPAIGN, campaign_id, account_id) or _NO_CAMPAIGN
        if len(self._campaigns) >= _CAMPAIGNS:
            self._campaigns.clear()
        self._campaigns[campaign_id] = now + _CAMPAIGN_S, campaign
        return campaign

    def _one(self, statement: str, *values: str) -> Row | None:
        # No id, code or host holds what cannot be printed; a NUL or half a character neither database takes.
        if not "".join(values).isprintable():
            return None
        return self._patiently(lambda connection: connection.read(statement, values))

    def _patiently(self, read: Callable[[LinkConnection], Found]) -> Found:
        try:
            return read(self._thread.__dict__.get("connection") or self._open())
        except self._database_error:
            self.close()
        try:
            return read(self._open())
        except self._database_error as error:
            self.close()
            raise LinksUnavailableError(str(error)) from error

    def _open(self) -> LinkConnection:
        kind = SqliteConnection if self._dialect.name == "sqlite" else PostgresqlConnection
        arguments, options = self._arguments
        connection: LinkConnection = kind(self._dialect, arguments, options)
        self._thread.connection = connection
        return connection
