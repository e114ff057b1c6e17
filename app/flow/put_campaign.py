"""A campaign is written, or written anew."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain.destination import check_destination
from app.domain.errors import InvalidInputError
from app.domain.sharing import PLATFORMS
from app.store.accounts import Account
from app.store.base import Session
from app.store.campaigns import Campaign
from app.store.campaigns import put_campaign as store_campaign


def put_campaign(
    session: Session,
    account: Account,
    *,
    key: str,
    name: str,
    landing_url: str,
    share_text: str,
    enrolment: Mapping[str, Any],
    now: datetime,
    share_texts: Mapping[str, str] | None = None,
) -> Campaign:
    """Store a campaign and return it.

    Raises:
        InvalidInputError: people cannot be sent to its landing page's address, or there is no such platform.
    """
    said = {name: text for name, text in (share_texts or {}).items() if text.strip()}
    unknown = sorted(said.keys() - PLATFORMS.keys())
    if unknown:
        raise InvalidInputError({"share_texts": [f"There is no platform {unknown[0]!r}."]})
    try:
        address = check_destination(landing_url)
    except ValueError as error:
        raise InvalidInputError({"landing_url": [str(error)]}) from error
    return store_campaign(
        session,
        account.id,
        key=key,
        name=name,
        landing_url=address,
        share_text=share_text,
        share_texts=said,
        enrolment=enrolment,
        now=now,
    )
