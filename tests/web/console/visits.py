"""Visits as the edge and the workers leave them."""

from app.domain.ids import new_id
from app.domain.visit import LinkKind, Verdict, Visit
from app.store.clicks import NewClick, add_clicks
from tests.web.console.small_hub import NOW

_SEEN = {
    "signals": (),
    "rules": 1,
    "url": "https://shop.example/",
    "link_index": 0,
    "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
}


def add_visit(session, account_id, *, at=NOW, contact_id=None, kind="message", verdict="human", **seen):
    """Store one visit and return its id."""
    who = LinkKind(kind), Verdict(verdict)
    visit = Visit(new_id(), int(at.timestamp() * 1000), account_id, *who, **_SEEN | seen)
    add_clicks(session, [NewClick(visit, contact_id, None, is_unique=True)])
    return visit.id
