"""What the edge needs while the database is down is copied to Redis: at each sending, and whatever that left out."""

from datetime import datetime, timedelta

from app.store.base import Transaction
from app.store.link_copies import LIFETIME, LinkCopies
from app.store.sent_links import changed_campaigns, links_since, verified_hosts

_OVERLAP = timedelta(minutes=2)
"""Longer than a transaction takes: what was made before it began may be seen only after its end."""


def copy_links(copies: LinkCopies, *, reading: Transaction, now: datetime) -> None:
    """Copy hosts, campaigns and advocates that are new; everything of seven days where Redis has lost its data.

    Raises:
        LinksUnavailableError: Redis does not answer.
    """
    complete_to = copies.complete_to()
    since = datetime.fromisoformat(complete_to) - _OVERLAP if complete_to else now - LIFETIME
    with reading() as session:
        campaigns = changed_campaigns(session, since)
        kept = copies.keep(campaigns)
        for page in links_since(session, since, whole=complete_to is None):
            kept = kept and copies.keep(page)
        hosts = verified_hosts(session)
    if kept:
        copies.keep_hosts(hosts, now.isoformat())
