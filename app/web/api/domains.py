"""Domains: the hosts on which the account's links stand."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response

from app.domain.domain_claim import records
from app.domain.errors import ConflictError, UnknownError
from app.flow.give_up_domain import give_up_domain
from app.flow.verify_domain import verify_domain
from app.store.accounts import Domain, add_domain, domains
from app.store.base import Session
from app.store.domains import is_verified
from app.web.answers import Reply, answer_once
from app.web.callers import Call, verify_api
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
    """Claim a domain: set the DNS records of the answer, then verify it."""
    call = verify_api()
    body = call.body()
    host: str = load(DomainChangeSchema(), body)["host"]

    def work(session: Session) -> Reply:
        taken = is_verified(session, host)
        if taken or not add_domain(session, call.account.id, host, verified_at=None, now=parts().clock()):
            raise ConflictError(f"The domain {host!r} is taken.")
        added = next(domain for domain in domains(session, call.account.id) if domain.host == host)
        return Reply(_DOMAIN.dump(_shown(added)), 201)

    return answer_once(call, body, work)


@resource.view("/<domain_id>", answers=DomainSchema)
def show_domain(domain_id: str) -> dict[str, Any]:
    """Read a domain, with the DNS records that it needs."""
    call = verify_api()
    with parts().reading() as session:
        return _shown(_own(session, call, domain_id))


@resource.view("/<domain_id>/verify", method="POST", answers=DomainSchema)
def verify_a_domain(domain_id: str) -> Response:
    """Look for the domain's TXT record; once it is there, links stand on the domain.

    A 409 says what was found in its place; a 503, that no name server answered.
    """
    call = verify_api()
    given, body = parts(), call.body() if call.raw else {}
    verify_domain(call.account.id, domain_id, transaction=given.transaction, names=given.names, now=given.clock())
    # No transaction is open while name servers are asked. To ask again, for a key that was used, does no harm.
    return answer_once(call, body, lambda session: Reply(_DOMAIN.dump(_shown(_own(session, call, domain_id))), 200))


@resource.view("/<domain_id>", method="DELETE", answers=None, status=204)
def give_up_a_domain(domain_id: str) -> None:
    """Give a domain up; refused while links of sent messages stand on it."""
    call = verify_api()
    with parts().transaction() as session:
        give_up_domain(session, call.account.id, domain_id)


def _own(session: Session, call: Call, domain_id: str) -> Domain:
    found = next((domain for domain in domains(session, call.account.id) if domain.id == domain_id), None)
    if found is None:
        raise UnknownError("domain", domain_id)
    return found


def _shown(domain: Domain) -> dict[str, Any]:
    hub = urlsplit(parts().public_url).hostname
    return {
        "id": domain.id,
        "host": domain.host,
        "status": "verified" if domain.verified_at else "pending",
        "verified_at": domain.verified_at,
        "created_at": domain.created_at,
        "records": [record._asdict() for record in records(domain.host, domain.id, hub or "")],
    }
