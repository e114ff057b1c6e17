"""Integrations: credentials for other systems; they go in and never come out."""

from collections.abc import Iterable
from typing import Any

from flask import Response

from app.domain.errors import UnknownError
from app.store.integrations import delete_integration, integrations, put_integration
from app.web.callers import verify_api
from app.web.credentials import read_credentials
from app.web.documents import Resource, page_of
from app.web.listing import answer_list
from app.web.parts import parts
from app.web.schemas.resources import CREDENTIALS, IntegrationCheckSchema, IntegrationSchema

resource = Resource("integrations", "/api/v1/integrations", "Credentials for other systems.")


@resource.view("", answers=page_of(IntegrationSchema))
def list_all_integrations() -> Response:
    """List which integrations are set, never their secrets."""
    call = verify_api()
    with parts().reading() as session:
        found = integrations(session, call.account.id)
    return answer_list(IntegrationSchema(), [_shown(name, found[name]) for name in sorted(found)])


@resource.view("/<name>", method="PUT", answers=IntegrationSchema, takes=(CREDENTIALS,))
def store_integration(name: str) -> dict[str, Any]:
    """Store the credentials of an integration in place of what was there.

    The words of its own pages are taken too, such as Stripe's ``signing_secret`` or SendGrid's ``verification_key``.
    """
    call = verify_api()
    if name not in parts().integration_fields:
        raise UnknownError("integration", name)
    credentials = read_credentials(name, call.body())
    with parts().transaction() as session:
        put_integration(session, call.account.id, name, credentials, parts().clock())
    return _shown(name, credentials)


@resource.view("/<name>", answers=IntegrationSchema)
def show_integration(name: str) -> dict[str, Any]:
    """Read which credentials of an integration are set, never what they are."""
    call = verify_api()
    with parts().reading() as session:
        found = integrations(session, call.account.id)
    if name not in found:
        raise UnknownError("integration", name)
    return _shown(name, found[name])


@resource.view("/<name>", method="DELETE", answers=None, status=204)
def remove_integration(name: str) -> None:
    """Forget the credentials of an integration; its messages go to the built-in outbox from then on."""
    call = verify_api()
    with parts().transaction() as session:
        if not delete_integration(session, call.account.id, name):
            raise UnknownError("integration", name)


@resource.view("/<name>/check", method="POST", answers=IntegrationCheckSchema)
def check_integration(name: str) -> dict[str, Any]:
    """Try the stored credentials at the other system; nothing is sent."""
    call = verify_api()
    with parts().reading() as session:
        found = integrations(session, call.account.id)
    if name not in found:
        raise UnknownError("integration", name)
    works, detail = parts().check_integration(name, found[name])
    return {"works": works, "detail": detail}


def _shown(name: str, fields: Iterable[str]) -> dict[str, Any]:
    return {"name": name, "configured": sorted(fields)}
