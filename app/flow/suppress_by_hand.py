"""A member of the team, or a program of theirs, has nothing more sent to an address, or has it sent to again."""

from collections.abc import Collection
from datetime import datetime

from app.domain.addresses import email_address, phone_number
from app.domain.consent import OWN_WISHES, Refusal
from app.domain.errors import ConflictError, InvalidInputError, UnknownError
from app.domain.message import Channel
from app.flow.suppress_address import suppress_address
from app.store.base import Session
from app.store.suppressions import lift, suppressed


def suppress_by_hand(
    session: Session, account_id: str, channel: Channel, address: str, *, by: str, source: str, note: str, now: datetime
) -> str:
    """Send nothing more to an address and return it as it is written here; to say it twice is to say it once.

    ``by`` and ``note`` are the evidence.

    Raises:
        InvalidInputError: it is no address of this channel.
    """
    try:
        known = (phone_number if channel is Channel.SMS else email_address)(address)
    except ValueError as error:
        raise InvalidInputError({"address": [str(error)]}) from error
    evidence = {"by": by, **({"note": note} if note else {})}
    suppress_address(
        session,
        account_id,
        channel,
        known,
        reason=Refusal.MANUAL,
        message_id=None,
        now=now,
        source=source,
        evidence=evidence,
    )
    return known


def lift_by_hand(
    session: Session,
    account_id: str,
    channel: str,
    address: str,
    reasons: Collection[str],
    *,
    by: str,
    now: datetime,
    against_their_wish: bool = False,
) -> None:
    """Send to an address again, as far as ``reasons`` stood against it; who lifted it is kept.

    Raises:
        UnknownError: nothing of this stands against it.
        ConflictError: its owner said so, and ``against_their_wish`` was not.
    """
    standing = suppressed(session, account_id, [(channel, address)]).get((channel, address), set()) & set(reasons)
    if not standing:
        raise UnknownError("suppression", address)
    if standing & OWN_WISHES and not against_their_wish:
        raise ConflictError("Whoever reads there said so themselves. Ask them to take it back.")
    for reason in sorted(standing):
        lift(session, account_id, channel, address, reason=reason, now=now, by=by)
