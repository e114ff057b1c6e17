"""Domains: the hosts on which the account's links stand."""

from typing import Any

from flask import Response

from app.domain.errors import ConflictError
from app.store.accounts import Domain, add_domain, domains
from app.store.base import Session
from app.web.answers import Reply, answer_once
from app.web.callers import verify_api
from app.web.documents import Resource, page_of
from app.web.listing import answer_list
from app.web.parts import parts
from app.web.schemas.loading import load
from app.web.schemas.resources import DomainChangeSchema, DomainSchema

resource = Resource("domains", "/api/v1/domains", "The hosts of the account's links.")
_DOMAIN = DomainSchema()


@resource.view("", answers=page_of(DomainSchema))
def list_all_domains() -> Response:
    """List domains; links stand on the first verified one unless a trigger says otherwise."""
    call = verify_api()
    with parts().reading() as session:
        found = domains(session, call.account.id)
    return answer_list(_DOMAIN, [_shown(domain) for domain in found])


@resource.view("", method="POST", answers=DomainSchema, status=201, takes=(DomainChangeSchema,))
def add_another_domain() -> Response:
    """Add a domain; it is pending until it is verified."""
    call = verify_api()
    body = call.body()
    host: str = load(DomainChangeSchema(), body)["host"]

    def work(session: Session) -> Reply:
        if not add_domain(session, call.account.id, host, verified_at=None, now=parts().clock()):
            raise ConflictError(f"The domain {host!r} is taken.")
        added = next(domain for domain in domains(session, call.account.id) if domain.host == host)
        return Reply(_DOMAIN.dump(_shown(added)), 201)

    return answer_once(call, body, work)


def _shown(domain: Domain) -> dict[str, Any]:
    return {
        "id": domain.id,
        "host": domain.host,
        "status": "verified" if domain.verified_at else "pending",
        "verified_at": domain.verified_at,
        "created_at": domain.created_at,
    }
