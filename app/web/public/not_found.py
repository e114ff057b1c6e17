"""The page behind a link that leads nowhere."""

from flask import make_response, render_template
from flask.typing import ResponseReturnValue


def not_found() -> ResponseReturnValue:
    """Answer with the friendly 404; it says nothing of whose domain this is."""
    response = make_response(render_template("public/not_found.html"), 404)
    response.headers["Cache-Control"] = "no-store"
    return response
