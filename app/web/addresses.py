"""Addresses of our own that stand in answers."""

from collections.abc import Iterable
from urllib.parse import quote

from app.domain.destination import advocate_path, link_base
from app.store.accounts import Domain
from app.web.parts import parts


def message_url(message_id: str) -> str:
    """Return where a message can be read."""
    return f"{parts().public_url}/api/v1/messages/{message_id}"


def order_url(order_id: str) -> str:
    """Return where an order can be read by the shop's own number."""
    return f"{parts().public_url}/api/v1/orders/{quote(order_id, safe='')}"


def share_url(share_code: str, domains: Iterable[Domain]) -> str:
    """Return an advocate's plain link: on the account's first verified domain, else on the hub's own address."""
    host = next((domain.host for domain in domains if domain.verified_at), None)
    base = parts().public_url if host is None else link_base(host, parts().link_port)
    return base + advocate_path(share_code)
