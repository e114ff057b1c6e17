"""Visits as the edge and the workers leave them."""

from app.domain.ids import new_id
from app.store.clicks import add_clicks
from tests.web.console.small_hub import NOW

_BLANK = {
    "at": NOW,
    "kind": "message",
    "message_id": None,
    "link_index": 0,
    "contact_id": None,
    "advocate_id": None,
    "campaign_id": None,
    "platform": None,
    "url": "https://shop.example/",
    "referrer": "",
    "verdict": "human",
    "signals": [],
    "rules": 1,
    "ip": "",
    "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
    "method": "GET",
    "is_unique": True,
}


def add_visit(session, account_id, **said):
    """Store one visit and return its id."""
    row = {**_BLANK, "id": new_id(), "account_id": account_id, **said}
    add_clicks(session, [row])
    return row["id"]
