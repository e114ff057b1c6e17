"""What the edge needs while the database is down is copied to Redis: at each sending, and whatever that left out."""

from datetime import datetime, timedelta

from app.store.base import Transaction
from app.store.link_copies import LIFETIME, LinkCopies
from app.store.sent_links import advocates_after, changed_campaigns, links_since, verified_hosts

_OVERLAP = timedelta(minutes=2)
"""Longer than a transaction takes: what was made before it began may be seen only after its end."""
_ROUND = timedelta(days=1)
"""So often all advocates are copied anew: the links on their widgets and in their posts live longer than any copy."""
_PAGES = 20
"""Of 500 advocates, at one call: the schedule has other duties, too."""
_END = "~"
"""Behind all ids."""


def copy_links(copies: LinkCopies, *, reading: Transaction, now: datetime) -> None:
    """Copy hosts, campaigns and advocates that are new; everything of seven days where Redis has lost its data.

    Advocates who are not new are copied anew once a day, some at each call.

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
    _renew_advocates(copies, reading)


def _renew_advocates(copies: LinkCopies, reading: Transaction) -> None:
    after = copies.advocates_to()
    for _ in range(_PAGES):
        if after == _END:
            return
        with reading() as session:
            page = advocates_after(session, after)
        if not copies.keep(page):
            return
        after = str(page[-1].advocate_id) if page else _END
        copies.note_advocates_to(after, _ROUND)
