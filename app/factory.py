"""Builds the parts of a process from its settings; nothing here loads Flask."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Engine

from app.clock import mint, now
from app.store.base import Transaction, open_engine, readings, transactions
from config.settings import Settings

if TYPE_CHECKING:
    from app.edge.figures import Figures
    from app.edge.journal import Journal
    from app.edge.redirect import Edge, WsgiApp
    from app.queue import Queue
    from app.store.link_copies import LinkCopies
    from app.store.pacer import Pacer
    from integrations.protocol import CallbackReader
    from integrations.registry import Registry
    from integrations.webhook_caller import HttpWebhookCaller

# A part is imported where it is built: each of a hub's processes uses a few, and starts sooner without the others.


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
    def queue(self) -> "Queue":
        """Wakes the workers."""
        from app.queue import Queue

        return Queue(self.settings.effective_redis_url)

    @cached_property
    def providers(self) -> "Registry":
        """Finds who carries a message."""
        from integrations.registry import Registry

        return Registry(self.settings, account_slug=self._slug)

    @cached_property
    def webhook_caller(self) -> "HttpWebhookCaller":
        """Calls the accounts' own webhooks."""
        from integrations.webhook_caller import HttpWebhookCaller

        return HttpWebhookCaller(private_too=self.settings.webhooks_allow_private)

    @cached_property
    def read_callback(self) -> "CallbackReader":
        """Translates what providers tell."""
        from integrations.callbacks import read_callback

        return read_callback

    @cached_property
    def country(self) -> Callable[[str], str | None]:
        """Tells where a network is; nothing without a GeoIP file."""
        if self.settings.geoip_file is None:
            return lambda _: None
        from integrations.geoip import GeoIpError, countries

        try:
            return countries(self.settings.geoip_file)
        except GeoIpError as error:
            # Nobody's link or order may wait for a map.
            structlog.get_logger(__name__).warning("no countries will be shown", reason=str(error))
            return lambda _: None

    @cached_property
    def _slug(self) -> Callable[[str], str]:
        from app.store.accounts import account_by_id

        @lru_cache(maxsize=10_000)
        def slug(account_id: str) -> str:
            with self.reading() as session:
                return account_by_id(session, account_id).slug

        return slug

    @cached_property
    def journal(self) -> "Journal":
        """Where this process keeps clicks."""
        from app.edge.journal import Journal

        return Journal(
            self.settings.journal_dir, flush_interval_s=self.settings.flush_interval_s, beat=self.figures.write
        )

    @cached_property
    def figures(self) -> "Figures":
        """What this process counts."""
        from app.edge.figures import Figures

        return Figures(self.settings.figures_dir)

    @cached_property
    def link_copies(self) -> "LinkCopies":
        """Where the edge looks while the database is down."""
        from app.store.link_copies import LinkCopies

        return LinkCopies(self.settings.effective_redis_url)

    @cached_property
    def pacer(self) -> "Pacer":
        """Lets text messages leave no faster than their accounts want."""
        from app.store.pacer import Pacer

        return Pacer(self.settings.effective_redis_url, processes=self.settings.send_workers)

    def edge(self, behind: "WsgiApp | None" = None) -> "Edge":
        """Return the redirects, with ``behind`` (a plain 404 page when None) answering everything else."""
        from app.edge.redirect import Edge, not_found
        from app.edge.resolver import Resolver
        from app.store.link_reader import LinkReader

        resolver = Resolver(LinkReader(self.engine), port=self.settings.port, copies=self.link_copies)
        return Edge(
            resolver,
            self.journal,
            behind=behind or not_found,
            trusted_proxies=self.settings.trusted_proxies,
            mint=mint,
            figures=self.figures,
        )
