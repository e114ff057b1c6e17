"""Builds the parts of a process from its settings; nothing here loads Flask."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from sqlalchemy import Engine

from app.clock import now
from app.edge.journal import Journal
from app.edge.redirect import Edge, WsgiApp, not_found
from app.edge.resolver import Resolver
from app.queue import Queue
from app.store.accounts import account_by_id
from app.store.base import Transaction, open_engine, readings, transactions
from app.store.link_reader import LinkReader
from config.settings import Settings
from integrations.registry import Registry


@dataclass(frozen=True)
class Factory:
    """The parts of one process, each built when it is first asked for."""

    settings: Settings
    clock: Callable[[], datetime] = now

    @cached_property
    def engine(self) -> Engine:
        """The database."""
        return open_engine(self.settings.database_url, self.settings.secret_keys)

    @cached_property
    def transaction(self) -> Transaction:
        """Opens a writing transaction."""
        return transactions(self.engine)

    @cached_property
    def reading(self) -> Transaction:
        """Opens a reading transaction."""
        return readings(self.engine)

    @cached_property
    def queue(self) -> Queue:
        """Wakes the workers."""
        return Queue(self.settings.effective_redis_url)

    @cached_property
    def providers(self) -> Registry:
        """Finds who carries a message."""
        return Registry(self.settings, account_slug=self._slug)

    @cached_property
    def _slug(self) -> Callable[[str], str]:
        @lru_cache(maxsize=10_000)
        def slug(account_id: str) -> str:
            with self.reading() as session:
                return account_by_id(session, account_id).slug

        return slug

    @cached_property
    def journal(self) -> Journal:
        """Where this process keeps clicks."""
        return Journal(self.settings.journal_dir, flush_interval_s=self.settings.flush_interval_s)

    def edge(self, behind: WsgiApp = not_found) -> Edge:
        """Return the redirects, with ``behind`` answering everything else."""
        resolver = Resolver(LinkReader(self.engine), port=self.settings.port)
        return Edge(resolver, self.journal, behind=behind, trusted_proxies=self.settings.trusted_proxies)
