"""What webhooks are told of messages and people: only what an event needs, in one query for many."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store.campaigns import CampaignRow
from app.store.contacts import ContactRow
from app.store.messages import MessageRow


def message_facts(session: Session, account_id: str, message_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what is told of messages, by their ids."""
    query = (
        select(
            MessageRow.id.label("message_id"),
            MessageRow.channel,
            MessageRow.contact_id,
            MessageRow.template,
            MessageRow.automation,
            CampaignRow.key.label("campaign"),
            MessageRow.goal,
            MessageRow.provider,
            MessageRow.provider_id,
            MessageRow.error,
        )
        .outerjoin(CampaignRow, CampaignRow.id == MessageRow.campaign_id)
        .where(MessageRow.account_id == account_id, MessageRow.id.in_(message_ids))
    )
    return {row["message_id"]: dict(row) for row in session.execute(query).mappings()}


def external_ids(session: Session, account_id: str, contact_ids: Iterable[str | None]) -> dict[str, str | None]:
    """Return by contact the name that the account itself gave it."""
    wanted = {contact_id for contact_id in contact_ids if contact_id}
    query = select(ContactRow.id, ContactRow.external_id).where(
        ContactRow.account_id == account_id, ContactRow.id.in_(wanted)
    )
    return {row[0]: row[1] for row in session.execute(query)} if wanted else {}


def campaign_keys(session: Session, account_id: str, campaign_ids: Iterable[str | None]) -> dict[str, str]:
    """Return the keys of campaigns by their ids."""
    wanted = {campaign_id for campaign_id in campaign_ids if campaign_id}
    query = select(CampaignRow.id, CampaignRow.key).where(
        CampaignRow.account_id == account_id, CampaignRow.id.in_(wanted)
    )
    return {row[0]: row[1] for row in session.execute(query)} if wanted else {}
