"""The scripts that stand on the shop's own pages: cached long, checked by tag, and kept for when the hub is down."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Response, request

from app.domain.sharing import PLATFORMS

_STATIC = Path(__file__).parents[1] / "static"
# A shop's page must not wait for the hub: what a browser has it uses, and asks for the newer one afterwards.
_KEPT = "public, max-age=3600, stale-while-revalidate=86400, stale-if-error=2592000"


@dataclass(frozen=True, slots=True)
class Script:
    """A script as it is sent."""

    plain: bytes
    packed: bytes
    tag: str


@cache
def script(name: str) -> Script:
    """Return a script by the name of its file."""
    # The widget falls back on the platforms' own addresses: one table for links, emails and pages.
    plain = (_STATIC / name).read_bytes().replace(b'"PLATFORMS"', _platforms())
    return Script(plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:20])


def _platforms() -> bytes:
    table = {
        name: [
            platform.label,
            platform.button,
            platform.composer,
            [list(parameter) for parameter in platform.parameters],
            platform.newline,
        ]
        for name, platform in PLATFORMS.items()
    }
    # In ASCII, for a page may have any encoding.
    return json.dumps(table, separators=(",", ":")).encode()


def mbsy() -> Response:
    """Send what keeps a landing's ``mbsy_source`` until the order."""
    return _sent(script("mbsy.js"))


def widget() -> Response:
    """Send what draws share buttons."""
    return _sent(script("widget.js"))


def _sent(found: Script) -> Response:
    packs = request.accept_encodings["gzip"] > 0
    response = Response(found.packed if packs else found.plain, content_type="text/javascript; charset=utf-8")
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    # Each form has a tag of its own: a strong one stands for its very bytes.
    response.set_etag(f"{found.tag}-gzip" if packs else found.tag)
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = _KEPT
    # Any shop's page may load it, also one that isolates itself or checks what it loads.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.make_conditional(request)
    return response
