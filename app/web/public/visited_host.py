"""Whose address somebody came to."""

import re
from urllib.parse import urlsplit

from flask import request

from app.domain.destination import normal_host
from app.web.parts import parts

_HOST = re.compile(r"([0-9a-z._-]{1,253})(?::[0-9]{1,5})?")


def visited_host() -> str | None:
    """Return the host of this request, in lower case and without its port; None when it is no name at all."""
    host = _HOST.fullmatch(request.host.lower())
    return host[1].removesuffix(".") if host else None


def is_hubs_own() -> bool:
    """Tell whether this request came to the hub's own address, on whatever port, rather than to a customer's domain."""
    return normal_host(request.host) == normal_host(urlsplit(parts().public_url).netloc)
