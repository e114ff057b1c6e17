"""Advocates: contacts enrolled in a campaign, and their links."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response

from app.domain.errors import UnknownError
from app.store.accounts import Domain, domains
from app.store.campaigns import Advocate, advocate_by_id, list_advocates
from app.web.addresses import share_url
from app.web.callers import verify_api
from app.web.campaign_keys import campaign_keys
from app.web.documents import Resource, page_of
from app.web.listing import PageQuery, answer_page, read_page
from app.web.parts import parts
from app.web.schemas.resources import AdvocateSchema

resource = Resource("advocates", "/api/v1/advocates", "Contacts enrolled in a campaign.")


@resource.view("", answers=page_of(AdvocateSchema), asks=PageQuery)
def list_all_advocates() -> Response:
    """List advocates in the order in which they enrolled."""
    call = verify_api()
    page = read_page()
    with parts().reading() as session:
        found = list_advocates(session, call.account.id, after=page.cursor, limit=page.reach)
        keys = campaign_keys(session, call.account.id, (advocate.campaign_id for advocate in found))
        hosts = domains(session, call.account.id)
    return answer_page(
        AdvocateSchema(),
        found,
        page,
        key=lambda advocate: advocate.id,
        show=lambda advocate: _shown(advocate, keys, hosts),
    )


@resource.view("/<advocate_id>", answers=AdvocateSchema)
def show_advocate(advocate_id: str) -> dict[str, Any]:
    """Read an advocate."""
    call = verify_api()
    with parts().reading() as session:
        advocate = advocate_by_id(session, call.account.id, advocate_id)
        if advocate is None:
            raise UnknownError("advocate", advocate_id)
        keys = campaign_keys(session, call.account.id, [advocate.campaign_id])
        return _shown(advocate, keys, domains(session, call.account.id))


def _shown(advocate: Advocate, keys: Mapping[str | None, str], hosts: Sequence[Domain]) -> dict[str, Any]:
    return {
        "id": advocate.id,
        "share_code": advocate.share_code,
        "share_url": share_url(advocate.share_code, hosts),
        "campaign": keys.get(advocate.campaign_id),
        "contact_id": advocate.contact_id,
        "created_at": advocate.created_at,
    }
