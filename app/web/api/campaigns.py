"""Campaigns: where friends land, and what advocates say."""

from flask import Response

from app.domain.errors import InvalidInputError, UnknownError
from app.flow.delete_campaign import delete_campaign
from app.flow.put_campaign import put_campaign
from app.store.campaigns import Campaign, campaign_by_key, list_campaigns
from app.web.callers import verify_api
from app.web.documents import Resource, page_of
from app.web.listing import PageQuery, answer_page, read_page
from app.web.parts import parts
from app.web.schemas.loading import load
from app.web.schemas.resources import CampaignChangeSchema, CampaignSchema
from app.web.schemas.values import resource_key

resource = Resource("campaigns", "/api/v1/campaigns", "Where friends land, and what advocates say.")


@resource.view("", answers=page_of(CampaignSchema), asks=PageQuery)
def list_all_campaigns() -> Response:
    """List campaigns by key."""
    call = verify_api()
    page = read_page()
    with parts().reading() as session:
        found = list_campaigns(session, call.account.id, after=page.cursor, limit=page.reach)
    return answer_page(CampaignSchema(), found, page, key=lambda campaign: campaign.key, show=lambda campaign: campaign)


@resource.view("/<key>", answers=CampaignSchema)
def show_campaign(key: str) -> Campaign:
    """Read a campaign."""
    call = verify_api()
    with parts().reading() as session:
        campaign = campaign_by_key(session, call.account.id, key)
    if campaign is None:
        raise UnknownError("campaign", key)
    return campaign


@resource.view("/<key>", method="PUT", answers=CampaignSchema, takes=(CampaignChangeSchema,))
def store_campaign(key: str) -> Campaign:
    """Store a campaign in place of the one with its key, or a new one."""
    call = verify_api()
    values = load(CampaignChangeSchema(), call.body())
    if values.get("key", key) != resource_key(key):
        raise InvalidInputError({"key": ["Differs from the key of the address."]})
    with parts().transaction() as session:
        return put_campaign(
            session,
            call.account,
            key=key,
            name=values.get("name") or key,
            landing_url=values["landing_url"],
            share_text=values.get("share_text") or "",
            share_texts=values.get("share_texts"),
            enrolment=values.get("enrolment") or {},
            now=parts().clock(),
        )


@resource.view("/<key>", method="DELETE", answers=None, status=204)
def remove_campaign(key: str) -> None:
    """Delete a campaign in which nobody is enrolled and of which nothing was sent; any other is part of the reports."""
    call = verify_api()
    with parts().transaction() as session:
        delete_campaign(session, call.account.id, key)
