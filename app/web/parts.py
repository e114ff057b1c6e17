"""What the views stand on; the factory builds it, one for each Flask application."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from flask import current_app

from app.clock import Clock
from app.edge.figures import Backlog, HubFigures
from app.queue import Queue
from app.store.base import Transaction
from integrations.protocol import NameServer

_NAME = "throughline"


@dataclass(frozen=True)
class Parts:
    """The parts a view may use."""

    transaction: Transaction
    reading: Transaction
    queue: Queue
    clock: Clock
    public_url: str
    """Scheme, host and port of the API and console; no trailing slash."""
    link_port: int
    """The port that links on ``localhost`` domains carry."""
    integration_fields: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    """By the integration's name: the credentials it requires, and those it also takes."""
    integration_words: Mapping[str, Mapping[str, str]]
    """By the integration's name: what its own pages call a credential, and what it is called here."""
    journal_state: Callable[[], str | None]
    """None while clicks can be written to disk, else what is wrong."""
    database_state: Callable[[], str | None]
    names: NameServer
    """Asked whether a domain is whose account says so."""
    max_body_bytes: int
    secret_key: str
    secure_cookies: bool
    edge_figures: Callable[[], tuple[HubFigures, Backlog]] | None = None
    """What all processes of this machine counted, and what waits in its journal."""
    country: Callable[[str], str | None] = lambda _: None
    """Where a network is, where a GeoIP file tells: two letters."""
    check_integration: Callable[[str, Mapping[str, str]], tuple[bool, str]] = lambda name, _: (False, name)
    """Tells whether an integration's credentials work, and what they open or why they do not."""
    private_webhooks: bool = False
    """Whether outgoing webhooks may go to private networks."""


def install(app: object, parts: Parts) -> None:
    """Give an application its parts."""
    app.extensions[_NAME] = parts  # type: ignore[attr-defined]


def parts() -> Parts:
    """Return the parts of the application that answers this request."""
    return cast(Parts, current_app.extensions[_NAME])
