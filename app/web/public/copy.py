"""The page behind the share platform "copy": the advocate's link, ready to be taken along."""

import re

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from app.domain.destination import link_base, shared_path
from app.domain.ids import CODE_LENGTH
from app.domain.sharing import PLATFORMS
from app.store.share_pages import shared_message
from app.web.parts import parts
from app.web.public.not_found import not_found
from app.web.public.visited_host import visited_host

_TOKEN = re.compile(f"[0-9A-Za-z]{{{CODE_LENGTH}}}")


def show(share_token: str) -> ResponseReturnValue:
    """Show the link that friends follow; a token of another account's domain is unknown here."""
    host = visited_host()
    if host is None or not _TOKEN.fullmatch(share_token):
        return not_found()
    with parts().reading() as session:
        shared = shared_message(session, host=host, share_token=share_token)
    if shared is None:
        return not_found()
    path = shared_path(share_token, PLATFORMS["copy"].letter, shared.share_code or "")
    link = link_base(host, parts().link_port) + path
    response = make_response(render_template("public/copy.html", link=link))
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
