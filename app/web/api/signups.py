"""Signups, and what brought them."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from app.domain.errors import UnknownError
from app.flow.explain_credit import explain_signup
from app.store.base import Session
from app.store.campaigns import advocates_by_id, campaign_by_id
from app.store.contacts import contacts_by_id
from app.store.orders import SignupRow, list_credited, signup_by_id
from app.web.api.attribution import shown_attributions, shown_explanation
from app.web.callers import verify_api
from app.web.documents import Resource, page_of
from app.web.listing import answer_page, read_page
from app.web.parts import parts
from app.web.schemas.credited import SignupRecordSchema, SignupsQuery, SignupWhySchema
from app.web.schemas.loading import load

resource = Resource("signups", "/api/v1/signups", "Who enrolled, and what brought them.")


@resource.view("", answers=page_of(SignupRecordSchema), asks=SignupsQuery)
def list_all_signups() -> Response:
    """List signups, the newest first; with ``status=unattributed`` those that nobody brought, each with the reason."""
    call = verify_api()
    page = read_page()
    standing = load(SignupsQuery(only=("status",)), request.args).get("status")
    with parts().reading() as session:
        found = list_credited(
            session, SignupRow, call.account.id, before=page.cursor, limit=page.reach, standing=standing
        )
        shown = dict(zip((row.id for row in found), _shown(session, call.account.id, found), strict=True))
    return answer_page(SignupRecordSchema(), found, page, key=lambda row: row.id, show=lambda row: shown[row.id])


@resource.view("/<signup_id>", answers=SignupRecordSchema)
def show_signup(signup_id: str) -> dict[str, Any]:
    """Read a signup with its attribution."""
    call = verify_api()
    with parts().reading() as session:
        row = signup_by_id(session, call.account.id, signup_id)
        if row is None:
            raise UnknownError("signup", signup_id)
        return _shown(session, call.account.id, [row])[0]


@resource.view("/<signup_id>/why", answers=SignupWhySchema)
def explain(signup_id: str) -> dict[str, Any]:
    """Read in sentences how the credit of a signup came about, oldest step first, the verdict last."""
    call = verify_api()
    with parts().reading() as session:
        explained = explain_signup(session, call.account, signup_id)
    if explained is None:
        raise UnknownError("signup", signup_id)
    return {"signup_id": signup_id, **shown_explanation(explained)}


def _shown(session: Session, account_id: str, rows: Sequence[SignupRow]) -> list[dict[str, Any]]:
    advocates = advocates_by_id(session, account_id, {row.enrolled_advocate_id for row in rows})
    contacts = contacts_by_id(session, account_id, {row.contact_id for row in rows if row.contact_id})
    # Few campaigns have many signups.
    campaigns = {
        one: campaign_by_id(session, account_id, one) for one in {known.campaign_id for known in advocates.values()}
    }
    shown = []
    for row, attribution in zip(rows, shown_attributions(session, account_id, rows), strict=True):
        advocate = advocates.get(row.enrolled_advocate_id)
        campaign = campaigns[advocate.campaign_id] if advocate else None
        contact = contacts.get(row.contact_id or "")
        shown.append(
            {
                "id": row.id,
                "advocate": advocate.share_code if advocate else None,
                "advocate_id": row.enrolled_advocate_id,
                "campaign": campaign.key if campaign else None,
                "contact_id": row.contact_id,
                "email": contact.email if contact else None,
                "phone": contact.phone if contact else None,
                "mbsy": row.mbsy,
                "mbsy_source": row.mbsy_source,
                "at": row.at,
                "attribution": attribution,
            }
        )
    return shown
