"""An account registers an address to be told of events, changes it, and takes it back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.errors import ConflictError, InvalidInputError, UnknownError
from app.domain.ids import new_signing_secret
from app.domain.public_addresses import check_url
from app.domain.webhooks import MOST_WEBHOOKS, SECRET_OVERLAP
from app.store.accounts import hold_account
from app.store.base import Session
from app.store.webhook_deliveries import cancel_pending
from app.store.webhook_log import forget_webhook
from app.store.webhooks import (
    Webhook,
    add_secret,
    add_webhook,
    count_webhooks,
    delete_webhook,
    hold_webhook,
)
from app.store.webhooks import change_webhook as store_changes

BY_HAND = "switched_off"
"""Why a webhook is disabled that its own account switched off."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A webhook, and the secret that is shown this once."""

    webhook: Webhook
    secret: str


def register_webhook(
    session: Session, account_id: str, values: Mapping[str, Any], *, private_too: bool, now: datetime
) -> Registered:
    """Store a webhook (url, events, description) with a new secret.

    Raises:
        InvalidInputError: the hub cannot, or may not, call there.
        ConflictError: the account has as many as it may have.
    """
    url = _checked(values["url"], private_too=private_too)
    hold_account(session, account_id)
    if count_webhooks(session, account_id) >= MOST_WEBHOOKS:
        raise ConflictError(f"An account has at most {MOST_WEBHOOKS} webhooks; delete one first.")
    secret = new_signing_secret()
    webhook = add_webhook(
        session,
        account_id,
        url=url,
        events=_once(values["events"]),
        description=values.get("description") or "",
        secret=secret,
        now=now,
    )
    return Registered(webhook, secret)


def change_webhook(
    session: Session, account_id: str, webhook_id: str, values: Mapping[str, Any], *, private_too: bool, now: datetime
) -> Webhook:
    """Change what is given (url, events, description, enabled) and return the webhook.

    A new address, and one switched on again, begins without a past; one switched off is not told any more of what it
    waits for.

    Raises:
        InvalidInputError: the hub cannot, or may not, call there.
        UnknownError: the account has no such webhook.
    """
    webhook = held_webhook(session, account_id, webhook_id)
    changes: dict[str, Any] = {}
    if "events" in values:
        changes["events"] = _once(values["events"])
    if "description" in values:
        changes["description"] = values["description"] or ""
    if "url" in values:
        changes["url"] = _checked(values["url"], private_too=private_too)
    enabled = values.get("enabled")
    if enabled is False and webhook.disabled_at is None:
        changes |= {"disabled_at": now, "disabled_reason": BY_HAND}
        cancel_pending(session, account_id, webhook_id)
    elif enabled and webhook.disabled_at is not None:
        changes |= {"disabled_at": None, "disabled_reason": None, "failing_since": None}
    if changes.get("url", webhook.url) != webhook.url:
        changes["failing_since"] = None
    if changes:
        store_changes(session, account_id, webhook_id, updated_at=now, **changes)
    return held_webhook(session, account_id, webhook_id)


def rotate_secret(session: Session, account_id: str, webhook_id: str, *, now: datetime) -> Registered:
    """Give a webhook a new secret; for a day the old one signs beside it.

    Raises:
        UnknownError: the account has no such webhook.
    """
    held_webhook(session, account_id, webhook_id)
    secret = new_signing_secret()
    add_secret(session, account_id, webhook_id, secret, old_until=now + SECRET_OVERLAP, now=now)
    return Registered(held_webhook(session, account_id, webhook_id), secret)


def remove_webhook(session: Session, account_id: str, webhook_id: str) -> None:
    """Delete a webhook and its log.

    Raises:
        UnknownError: the account has no such webhook.
    """
    if hold_webhook(session, account_id, webhook_id, to_delete=True) is None:
        raise UnknownError("webhook", webhook_id)
    forget_webhook(session, account_id, webhook_id)
    delete_webhook(session, account_id, webhook_id)


def held_webhook(session: Session, account_id: str, webhook_id: str) -> Webhook:
    """Return a webhook, held until the transaction ends.

    Raises:
        UnknownError: the account has no such webhook.
    """
    webhook = hold_webhook(session, account_id, webhook_id)
    if webhook is None:
        raise UnknownError("webhook", webhook_id)
    return webhook


def _once(events: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(map(str, events)))


def _checked(url: str, *, private_too: bool) -> str:
    try:
        return check_url(url, private_too=private_too)
    except ValueError as error:
        raise InvalidInputError({"url": [str(error)]}) from error
