"""Advocates: contacts enrolled in a campaign, and their links."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response

from app.domain.errors import InvalidInputError, UnknownError
from app.flow.enrol_advocate import enrol_advocate
from app.store.accounts import Domain, domains
from app.store.base import Session
from app.store.campaigns import Advocate, advocate_by_id, advocates_of, campaign_by_key, list_advocates
from app.store.contacts import contact_by_id
from app.web.addresses import share_url
from app.web.answers import Reply, answer_once
from app.web.callers import verify_api
from app.web.campaign_keys import campaign_keys
from app.web.documents import Resource, page_of
from app.web.listing import PageQuery, answer_page, read_page
from app.web.parts import parts
from app.web.schemas.loading import load
from app.web.schemas.resources import AdvocateSchema, EnrolmentSchema

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


@resource.view("", method="POST", answers=AdvocateSchema, status=201, may_exist=True, takes=(EnrolmentSchema,))
def enrol() -> Response:
    """Enrol a contact in a campaign; who is enrolled already keeps the share code, and the answer is 200.

    Nobody earns it: people who enrol of themselves are reported to the signups webhook.
    """
    call = verify_api()
    body = call.body()
    values = load(EnrolmentSchema(), body)
    account_id = call.account.id

    def work(session: Session) -> Reply:
        contact = contact_by_id(session, account_id, values["contact_id"])
        campaign = campaign_by_key(session, account_id, values["campaign"])
        unknown = [name for name, found in (("contact_id", contact), ("campaign", campaign)) if found is None]
        if contact is None or campaign is None:
            raise InvalidInputError({name: ["There is no such thing here."] for name in unknown})
        is_known = bool(advocates_of(session, account_id, campaign.id, [contact.id]))
        code = values.get("share_code")
        advocate = enrol_advocate(session, account_id, campaign, contact, share_code=code, now=parts().clock())
        shown = _shown(advocate, {campaign.id: campaign.key}, domains(session, account_id))
        return Reply(AdvocateSchema().dump(shown), 200 if is_known else 201)

    return answer_once(call, body, work)


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
        "consent": advocate.consent,
        "consented_at": advocate.consented_at,
    }
