"""The pages on an account's own domain that are no redirects."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.routing import PathConverter

from app.web.parts import parts
from app.web.public import copy, enrol, scripts, unsubscribe, widget
from app.web.public.not_found import not_found

blueprint = Blueprint("public", __name__)


class _ForPeople(PathConverter):
    """Any address but those of programs, which get their answers as JSON."""

    regex = r"(?!(?:api|hooks|metrics|healthz|readyz|tls)(?:/|$)).+"


def _know_addresses(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["for_people"] = _ForPeople


blueprint.record_once(_know_addresses)
blueprint.add_url_rule("/mbsy.js", "mbsy", scripts.mbsy)
blueprint.add_url_rule("/widget.js", "widget", scripts.widget)
blueprint.add_url_rule("/widget.json", "widget_data", widget.tell)
blueprint.add_url_rule("/copy/<share_token>", "copy", copy.show)
blueprint.add_url_rule("/e/<campaign>", "enrol", enrol.show)
blueprint.add_url_rule("/e/<campaign>", "enrol_visitor", enrol.submit, methods=["POST"])
blueprint.add_url_rule("/u/<token>", "unsubscribing", unsubscribe.show)
blueprint.add_url_rule("/u/<token>", "unsubscribe", unsubscribe.stop, methods=["POST"])
blueprint.add_url_rule("/u/<token>/again", "resubscribing", unsubscribe.show)
blueprint.add_url_rule("/u/<token>/again", "resubscribe", unsubscribe.go_on, methods=["POST"])


@blueprint.get("/")
def front_door() -> ResponseReturnValue:
    """Lead to the console where the hub itself lives; on a customer's domain there is nothing to see."""
    if request.host == urlsplit(parts().public_url).netloc:
        return redirect(url_for("console.overview"))
    return not_found()


@blueprint.get("/<for_people:address>")
def nothing_here(address: str) -> ResponseReturnValue:
    """Tell people, in a page, that a link leads nowhere."""
    return not_found()
