"""The OpenAPI document, drawn from the views themselves, and the page that shows it."""

import http
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, render_template, send_from_directory
from flask.typing import ResponseReturnValue
from flask_smorest import Api  # type: ignore[import-untyped]
from flask_smorest.utils import prepare_response  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException, NotFound

from app.web import problems
from app.web.documents import BEARER, SECURITY_SCHEMES
from app.web.schemas.replies import ProblemSchema
from app.web.schemas.webhook_events import DATA, body_of

_ASSETS = {
    "swagger-ui.css",
    "index.css",
    "swagger-ui-bundle.js",
    "swagger-ui-standalone-preset.js",
    "favicon-32x32.png",
}
_DIST = Path(str(files("flask_swagger_ui").joinpath("dist")))
# Swagger UI sets styles of its own while it runs; scripts come from our files alone.
_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'; object-src 'none'"
)
_DESCRIPTION = """\
Tracked smart links for the emails and texts that a team's automations send, and the report of what each earned.

Errors are `application/problem+json` (RFC 9457); for a bad body, `errors` names each field by its dotted path.
Unknown and foreign ids are 404. Every POST takes an `Idempotency-Key`. Times are ISO 8601 with an offset, money is a
decimal string with its currency. Lists are pages: follow `next_cursor`; `Accept: text/csv` gets a file.
"""


class HubApi(Api):  # type: ignore[misc]
    """The document and the errors of the API; what smorest would answer in its own words is worded as problems."""

    ERROR_SCHEMA = ProblemSchema

    def handle_http_exception(self, error: HTTPException) -> ResponseReturnValue:
        """Answer an error of HTTP."""
        return problems.answer_http(error)

    def _register_responses(self) -> None:
        named = {status.name: status.phrase for status in http.HTTPStatus if status >= http.HTTPStatus.BAD_REQUEST}
        for name, description in {**named, self.DEFAULT_ERROR_RESPONSE_NAME: "A problem"}.items():
            response: dict[str, Any] = {"description": description, "schema": self.ERROR_SCHEMA}
            prepare_response(response, self.spec, problems.MEDIA_TYPE)
            self.spec.components.response(name, response, lazy=True)


def describe(app: Flask, version: str) -> HubApi:
    """Give an application its document at /api/v1/openapi.json; register with what returns what it is to describe."""
    app.config.update(
        API_TITLE="Throughline",
        API_VERSION=version,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = HubApi(
        app, spec_kwargs={"info": {"description": _DESCRIPTION, "license": {"name": "MIT"}}, "security": BEARER}
    )
    for name, scheme in SECURITY_SCHEMES.items():
        api.spec.components.security_scheme(name, scheme)
    api.spec.options["webhooks"] = {str(kind): {"post": _told(api, kind)} for kind in DATA}
    return api


def _told(api: HubApi, kind: str) -> dict[str, Any]:
    """Describe the call that tells of an event."""
    schema = body_of(kind)
    api.spec.components.schema(schema.__name__, schema=schema)
    body = {"$ref": f"#/components/schemas/{schema.__name__}"}
    return {
        "summary": (DATA[kind].__doc__ or "").strip(),
        "parameters": [
            {"in": "header", "name": scheme["name"], "required": True, "schema": {"type": "string"}}
            for scheme in SECURITY_SCHEMES.values()
            if scheme["type"] == "apiKey"
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {"2XX": {"description": "Taken."}, "410": {"description": "Never call again."}},
        "security": [],
    }


blueprint = Blueprint("docs", __name__, url_prefix="/api/v1/docs")


@blueprint.get("")
def docs() -> Response:
    """Show the document in Swagger UI; every part of the page comes from here."""
    page = Response(render_template("api/docs.html"))
    page.headers["Content-Security-Policy"] = _POLICY
    return page


@blueprint.get("/<name>")
def asset(name: str) -> Response:
    """Serve one part of Swagger UI."""
    if name not in _ASSETS:
        raise NotFound
    return send_from_directory(_DIST, name, max_age=86_400)
