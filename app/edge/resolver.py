"""From host and path to a prepared redirect: memory first, then one read; while the database is down, the copies."""

import time
from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from app.domain.destination import Address, link_base, normal_host, parse_path
from app.domain.link_target import Button, MessageLink, SharedLink
from app.domain.visit import LinkKind
from app.edge.memory import Memory
from app.edge.target import Target, message_target, press_target, shared_target
from app.store.link_reader import LinksUnavailableError

Key = tuple[str, str]
"""A ``Host`` header and a path, as they came."""
_New = tuple[str, Address]
"""The account id of a message's link or share button, and what its address says."""

_PAUSE_S = 1.0
"""After an outage was met, so long nobody asks the database."""
_ASKING_S = 5.0
"""Longer than the question whether it is back takes to time out."""


class Miss(Enum):
    """Why there is nowhere to go."""

    BEHIND = "behind"
    """Not an address of the edge's: whoever stands behind it knows."""
    UNKNOWN = "unknown"
    """An address of ours that leads nowhere on this host."""
    UNAVAILABLE = "unavailable"
    """The database is down, nobody asked this process for the link lately, and there is no copy of it."""


class Links(Protocol):
    """Where links are read: ``LinkReader`` or ``LinkCopies``. Every method may raise LinksUnavailableError."""

    def account_of(self, host: str) -> str | None:
        """Return the account of a verified domain."""

    def message_link(self, account_id: str, code: str) -> MessageLink | None:
        """Return the message with this personal code."""

    def message_links(self, wanted: Sequence[tuple[str, str]]) -> list[MessageLink | None]:
        """Return the message of each account id and personal code."""

    def shared(self, account_id: str, token: str) -> SharedLink | None:
        """Return whose share token this is."""

    def advocate(self, account_id: str, share_code: str) -> SharedLink | None:
        """Return the advocate with exactly this share code."""


def advocate_button(links: Links, account_id: str, token: str) -> Button | None:
    """Return the button of an advocate's widget; a message's share token, which its friends see, presses none."""
    shared = links.shared(account_id, token)
    return Button(None, token, shared.referral) if shared and shared.message_id is None else None


class _Known(NamedTuple):
    """A link that led somewhere, and until when nobody needs to look again (seconds, monotonic)."""

    target: Target
    account_id: str
    until: float


class _Missed(NamedTuple):
    miss: Miss
    until: float


class _Host(NamedTuple):
    account_id: str | None
    until: float


class Resolver:
    """Finds targets; one for all threads of a process.

    What a campaign or a host says is believed for ``lifetime_s``, an unknown id stays unknown for ``unknown_s``: a
    link works as soon as it exists. While the database is down, whatever is remembered goes on leading there, and
    what is not is looked for in ``copies``; those can say where a link leads, but not that it leads nowhere.
    """

    def __init__(
        self,
        links: Links,
        port: int,
        *,
        copies: Links | None = None,
        capacity: int = 20_000,
        lifetime_s: float = 15.0,
        unknown_s: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._links = links
        self._copies = copies
        self._port = port
        self._lifetime_s = lifetime_s
        self._unknown_s = unknown_s
        self._monotonic = monotonic
        self._known: Memory[Key, _Known] = Memory(capacity)
        self._missed: Memory[Key, _Missed] = Memory(capacity // 4)
        self._hosts: Memory[str, _Host] = Memory(1_000)
        self._down_until = 0.0

    def find(self, host: str, path: str) -> Target | Miss:
        """Return where a link leads.

        Args:
            host: the ``Host`` header as it came.
            path: WSGI's ``PATH_INFO``: percent-decoded bytes, read as Latin-1.
        """
        key = (host, path)
        now = self._monotonic()
        known = self._known.get(key)
        if known is not None and now < known.until:
            return known.target
        return self._look(key, known, now)

    def remembered(self, host: str, path: str) -> Target | None:
        """Return where a link leads, if that is known without looking anywhere."""
        known = self._known.get((host, path))
        return known.target if known is not None and self._monotonic() < known.until else None

    def find_all(self, asked: Sequence[Key]) -> list[Target | Miss]:
        """Return what ``find`` does for each host and path; what is a message's is read together."""
        now = self._monotonic()
        found: dict[Key, Target | Miss] = {}
        new: dict[Key, _New] = {}
        accounts = {host: self._known_account(host, now) for host in {host for host, _ in asked}}
        for key in asked:
            if key not in found and key not in new:
                wanted = self._new_of_message(key, accounts[key[0]], now)
                if wanted is None:
                    found[key] = self.find(*key)
                else:
                    new[key] = wanted
        if new:
            self._find_messages(new, found, now)
        return [found[key] for key in asked]

    def _known_account(self, host: str, now: float) -> str | None:
        """Return whose host it is, if that need not be asked."""
        known = self._hosts.get(normal_host(host))
        return known.account_id if known is not None and now < known.until else None

    def _new_of_message(self, key: Key, account_id: str | None, now: float) -> _New | None:
        """Return what to ask for, if one question to the database is all that an address of a message needs."""
        path = key[1]
        if account_id is None or self._down_until or self._known.get(key) is not None or not path.isascii():
            return None
        missed = self._missed.get(key)
        if missed is not None and now < missed.until:
            return None
        address = parse_path(path)
        if address is None or (address.link_index is None and address.kind is not LinkKind.PRESS):
            return None
        return account_id, address

    def _find_messages(self, new: dict[Key, _New], found: dict[Key, Target | Miss], now: float) -> None:
        """Add where each of ``new`` leads, by one question to the database; an advocate's buttons need one more."""
        try:
            messages = self._links.message_links([(account_id, address.code) for account_id, address in new.values()])
            targets = [
                self._of_message(self._links, account_id, address, message, key[0])
                for (key, (account_id, address)), message in zip(new.items(), messages, strict=True)
            ]
        except LinksUnavailableError:
            self._down_until = self._monotonic() + _PAUSE_S
            found.update((key, self.find(*key)) for key in new)
            return
        put, until = self._known.put, now + self._lifetime_s
        for (key, (account_id, _)), target in zip(new.items(), targets, strict=True):
            if target is None:
                found[key] = self._keep_miss(key, Miss.UNKNOWN, now)
            else:
                found[key] = target
                # As _Known(...), without a call of Python's.
                put(key, tuple.__new__(_Known, (target, account_id, until)))

    def is_available(self) -> bool:
        """Tell whether the database answered when it was last asked."""
        return self._monotonic() >= self._down_until

    def _look(self, key: Key, known: _Known | None, now: float) -> Target | Miss:
        path = key[1]
        address = parse_path(path if path.isascii() else path.encode("latin-1", "replace").decode(errors="replace"))
        if address is None:
            return Miss.BEHIND
        if address.kind is None:
            return Miss.UNKNOWN
        missed = self._missed.get(key)
        if missed is not None and now < missed.until:
            return missed.miss
        try:
            return self._ask(key, address, known, now)
        except LinksUnavailableError:
            pass
        return known.target if known is not None else self._ask_copies(key, address, now)

    def _ask(self, key: Key, address: Address, known: _Known | None, now: float) -> Target | Miss:
        """Ask the database, or raise at once while it is known to be down."""
        if not self._down_until:
            return self._ask_database(key, address, known, now)
        if now < self._down_until:
            raise LinksUnavailableError
        # One question finds out that it is back; whoever comes meanwhile must not wait for a time-out, too.
        self._down_until = now + _ASKING_S
        found = self._ask_database(key, address, known, now)
        self._down_until = 0.0
        return found

    def _ask_copies(self, key: Key, address: Address, now: float) -> Target | Miss:
        if self._copies is None:
            return Miss.UNAVAILABLE
        host = normal_host(key[0])
        remembered = self._hosts.get(host)
        try:
            account_id = (remembered and remembered.account_id) or self._copies.account_of(host)
            target = account_id and self._target(self._copies, account_id, address, host)
        except LinksUnavailableError:
            return Miss.UNAVAILABLE
        if not account_id or not target:
            return Miss.UNAVAILABLE
        self._known.put(key, _Known(target, account_id, now + self._lifetime_s))
        return target

    def _ask_database(self, key: Key, address: Address, known: _Known | None, now: float) -> Target | Miss:
        try:
            return self._answer(key, address, known, now)
        except LinksUnavailableError:
            self._down_until = self._monotonic() + _PAUSE_S
            raise

    def _answer(self, key: Key, address: Address, known: _Known | None, now: float) -> Target | Miss:
        host = normal_host(key[0])
        account_id = self._account(host, now)
        target = None
        if account_id is not None:
            if known is not None and known.target.lasting and known.account_id == account_id:
                target = known.target
            else:
                target = self._target(self._links, account_id, address, host)
        if account_id is None or target is None:
            return self._keep_miss(key, Miss.BEHIND if address.kind is LinkKind.ADVOCATE else Miss.UNKNOWN, now)
        return self._keep(key, target, account_id, now)

    def _keep(self, key: Key, target: Target, account_id: str, now: float) -> Target:
        self._known.put(key, _Known(target, account_id, now + self._lifetime_s))
        return target

    def _keep_miss(self, key: Key, miss: Miss, now: float) -> Miss:
        self._known.forget(key)
        self._missed.put(key, _Missed(miss, now + self._unknown_s))
        return miss

    def _account(self, host: str, now: float) -> str | None:
        known = self._hosts.get(host)
        if known is not None and now < known.until:
            return known.account_id
        account_id = self._links.account_of(host)
        lifetime_s = self._unknown_s if account_id is None else self._lifetime_s
        self._hosts.put(host, _Host(account_id, now + lifetime_s))
        return account_id

    def _target(self, links: Links, account_id: str, address: Address, host: str) -> Target | None:
        if address.kind is LinkKind.MESSAGE or address.kind is LinkKind.PRESS:
            return self._of_message(links, account_id, address, links.message_link(account_id, address.code), host)
        if address.kind is LinkKind.SHARED:
            shared = links.shared(account_id, address.code)
            return shared_target(account_id, LinkKind.SHARED, shared, address.letter) if shared else None
        exact = links.advocate(account_id, address.code)
        advocate = exact or links.advocate(account_id, address.code.lower())
        return shared_target(account_id, LinkKind.ADVOCATE, advocate) if advocate else None

    def _of_message(
        self, links: Links, account_id: str, address: Address, message: MessageLink | None, host: str
    ) -> Target | None:
        """Return where an address with a message's code leads, or an advocate's button that looks like one."""
        if address.link_index is not None:
            return message_target(account_id, message, address.link_index) if message else None
        button = (
            Button(message.message_id, message.share_token, message.referral)
            if message
            else advocate_button(links, account_id, address.code)
        )
        if button is None:
            return None
        return press_target(account_id, button, address.letter, link_base(normal_host(host), self._port))
