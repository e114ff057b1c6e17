"""What the share widget asks for: where its buttons lead, so that every press is recorded before a platform opens."""

from typing import Any

from flask import Response, request

from app.domain.destination import advocate_path, link_base, press_path, shared_path
from app.domain.sharing import PLATFORMS, words
from app.store.share_pages import Widget, advocate_widget, campaign_widget
from app.web.answers import json_response
from app.web.parts import parts
from app.web.public.visited_host import visited_host

_LONGEST = 200


def tell() -> Response:
    """Answer any page, without credentials; what is unknown gets 200 as well, for a browser reports every 404."""
    response = json_response(_told())
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = "public, max-age=30"
    return response


def _told() -> dict[str, Any]:
    host, campaign, advocate = visited_host(), request.args.get("campaign"), request.args.get("advocate")
    named = [name for name in (campaign, advocate) if name]
    if host is None or not named or any(len(name) > _LONGEST for name in named):
        return {"known": False}
    with parts().reading() as session:
        widget = (
            advocate_widget(session, host=host, campaign=campaign or None, share_code=advocate)
            if advocate
            else campaign_widget(session, host=host, campaign=campaign or "")
        )
    return _shown(widget, link_base(host, parts().link_port)) if widget else {"known": False}


def _shown(widget: Widget, base: str) -> dict[str, Any]:
    told: dict[str, Any] = {"known": True, "text": words(widget.share_text)}
    if widget.share_texts:
        told["texts"] = {name: words(text) for name, text in widget.share_texts.items()}
    if widget.share_code is None or widget.share_token is None:
        return told
    told["url"] = base + advocate_path(widget.share_code)
    told["platforms"] = {
        name: {
            "press": base + press_path(widget.share_token, platform.letter),
            "url": base + shared_path(widget.share_token, platform.letter, widget.share_code),
        }
        for name, platform in PLATFORMS.items()
    }
    return told
