"""What became of a message whose sending ended in doubt: its provider's own list is asked, a few times.

Found, it was sent; not found, it proves nothing yet, for a list may lag behind. With no evidence in the end it stays
``unknown``, and only a person's word sends it again.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from app.domain.message import Channel, Sought, Status
from app.flow.end_attempts import FIRST_LOOK, confirm, fail
from app.store.base import Transaction
from app.store.integrations import integrations
from app.store.messages import message_by_id
from app.store.sends import doubtful, known_provider_ids
from integrations.protocol import ListingProvider, ProviderError, Providers

PAUSES = (FIRST_LOOK, timedelta(minutes=2), timedelta(minutes=15), timedelta(hours=2))
"""Before each look; after the last one nobody looks any more."""


def look_up_send(
    message_id: str, *, transaction: Transaction, providers: Providers, clock: Callable[[], datetime]
) -> Status | None:
    """Look one doubtful message up; return what it turned out to be, None while nobody knows."""
    with transaction() as session:
        draft = doubtful(session, message_id)
        message = message_by_id(session, draft.account_id, message_id) if draft else None
        if draft is None or message is None or not message.text:
            return None
        provider = providers.choose(Channel(draft.channel), integrations(session, draft.account_id))
        taken = known_provider_ids(session, draft.account_id, draft.recipient)
    if not isinstance(provider, ListingProvider):
        return None
    try:
        receipt = provider.find(Sought(draft.recipient, message.text, message.send_at - timedelta(days=1), taken))
    except ProviderError:
        return None
    if receipt is None:
        return None
    if receipt.status is Status.FAILED:
        why = f"{provider.name} lists it as failed."
        fail([draft], why, provider=provider.name, transaction=transaction, now=clock())
    else:
        confirm([draft], [receipt], transaction=transaction, now=clock())
    return receipt.status
