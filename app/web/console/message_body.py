"""The HTML of one message as it was sent, for the frame on its page: it can do nothing but look and be pressed."""

from flask import Response, abort, request

from app.web.console.message import find_message
from app.web.parts import parts

# The bytes that were sent stay as they are; behind them, one word that opens every link in a new tab, for a share
# page in a frame would be refused by its platform.
_NEW_TABS = '<base target="_blank">'
_SANDBOX = "sandbox allow-popups allow-popups-to-escape-sandbox"
_POLICY = (
    "default-src 'none'; script-src 'none'; style-src 'unsafe-inline'; font-src data:; form-action 'none'; "
    "frame-ancestors 'self'; base-uri 'none'; img-src "
)
_OWN_IMAGES = "data:"
# Off until somebody asks for them: a sender's pixel would count the colleague who looks as the reader.
_ALL_IMAGES = "data: https: http:"


def show(message_id: str) -> Response:
    """Answer with the body alone, under a policy of its own."""
    with parts().reading() as session:
        html = find_message(session, message_id).html
    if html is None:
        abort(404)
    return body_answer(html, with_images=request.args.get("images") == "show")


def body_answer(html: str, *, with_images: bool) -> Response:
    """Answer with a body alone, in a frame of a page of ours: it can do nothing but look and be pressed."""
    images = _ALL_IMAGES if with_images else _OWN_IMAGES
    response = Response(html + _NEW_TABS, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = f"{_POLICY}{images}; {_SANDBOX}"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
