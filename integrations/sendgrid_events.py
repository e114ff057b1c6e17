"""SendGrid's event webhook.

Sources: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event (events),
https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
(signatures).
"""

import base64
import binascii
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm

from app.domain.consent import Refusal
from app.domain.delivery import Sign
from app.domain.message import Channel, Status
from integrations.protocol import Callback, DeliveryEvent, ForgedError, InboundText, UnreadableError

NAME = "sendgrid"
EVENTS = "sendgrid/events"
SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"
KEYS = ("webhook_public_key", "webhook_public_key_previous")
"""The settings that a call may have been signed for: SendGrid makes a new key when the signing is switched on anew."""
TOLERANCE = timedelta(minutes=5)
"""How far a signature's moment may be from now; what was caught on its way cannot be sent again later."""
_WORDS: Mapping[str, tuple[Status, Sign | None]] = {
    "processed": (Status.SENT, Sign.PROCESSED),
    "deferred": (Status.SENT, Sign.DEFERRED),
    "delivered": (Status.DELIVERED, None),
    "dropped": (Status.FAILED, Sign.DROPPED),
    "bounce": (Status.FAILED, Sign.BOUNCED),
    "open": (Status.SENT, Sign.OPENED),
    "click": (Status.SENT, Sign.CLICKED),
    "spamreport": (Status.SENT, Sign.SPAM_REPORTED),
    "unsubscribe": (Status.SENT, Sign.UNSUBSCRIBED),
    "group_unsubscribe": (Status.SENT, Sign.UNSUBSCRIBED),
    "group_resubscribe": (Status.SENT, Sign.RESUBSCRIBED),
}
_REFUSALS: Mapping[str, Refusal] = {
    "spamreport": Refusal.SPAM_REPORT,
    "unsubscribe": Refusal.UNSUBSCRIBED,
    "group_unsubscribe": Refusal.UNSUBSCRIBED,
}
_DROPS: Mapping[str, Refusal] = {
    "bounced address": Refusal.BOUNCED,
    "invalid": Refusal.BOUNCED,
    "spam reporting address": Refusal.SPAM_REPORT,
    "unsubscribed address": Refusal.UNSUBSCRIBED,
}
"""Why SendGrid does not even try: lists that it keeps of people by itself."""
_LIFTS = {"group_resubscribe": "group_unsubscribe"}
_LONGEST = 2_000


def verify_events(credentials: Mapping[str, str], *, body: bytes, headers: Mapping[str, str], now: datetime) -> None:
    """Make sure that SendGrid sent ``body``, every byte of it, within the last minutes.

    Raises:
        ForgedError: the signature is missing, too old, or none that a key of the account fits.
    """
    signature, timestamp = headers.get(SIGNATURE_HEADER), headers.get(TIMESTAMP_HEADER, "")
    keys = [key for name in KEYS if (key := credentials.get(name))]
    if not signature or not keys:
        raise ForgedError("The call has no signature, or the account has no webhook_public_key to check it by.")
    if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
        raise ForgedError("The timestamp of SendGrid's signature is no number of seconds.")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise ForgedError("SendGrid's signature is too far from now.")
    if not any(_fits(key, body, signature, timestamp) for key in keys):
        raise ForgedError("SendGrid's signature does not fit the body.")


def _fits(key: str, body: bytes, signature: str, timestamp: str) -> bool:
    # Here, for only who verifies needs it: it loads all of SendGrid's library.
    from sendgrid.helpers.eventwebhook import EventWebhook  # type: ignore[import-untyped]  # It ships no types.

    bare = "".join(line for line in key.strip().splitlines() if "-----" not in line)
    try:
        base64.b64decode(signature, validate=True)
        return bool(EventWebhook(bare).verify_signature(body.decode(), signature, timestamp))
    except (ValueError, TypeError, AttributeError, binascii.Error, UnsupportedAlgorithm):
        # No base64, no UTF-8, or a key that is none of this kind.
        return False


def read_events(callback: Callback) -> list[DeliveryEvent | InboundText]:
    """Return what a verified call tells of messages; words that are unknown here are passed over.

    Raises:
        UnreadableError: it is no JSON array.
    """
    try:
        told = json.loads(callback.body)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("The body is no JSON.") from error
    if not isinstance(told, list):
        raise UnreadableError("The body is no JSON array.")
    return [event for one in told if isinstance(one, dict) and (event := _event(one))]


def _event(told: dict[str, Any]) -> DeliveryEvent | None:
    word = _text(told.get("event"))
    if word is None or word not in _WORDS:
        return None
    status, sign = _WORDS[word]
    reason = _text(told.get("reason")) or _text(told.get("response"))
    return DeliveryEvent(
        provider=NAME,
        event=word,
        message_id=_text(told.get("message_id")),
        provider_id=_mail(told),
        status=status,
        channel=Channel.EMAIL,
        sign=_sign(told, sign),
        code=_text(told.get("status")),
        reason=reason,
        address=_text(told.get("email")),
        at=_moment(told.get("timestamp")),
        url=_text(told.get("url")),
        refusal=_refusal(word, told),
        lifts=_LIFTS.get(word),
    )


def _sign(told: dict[str, Any], sign: Sign | None) -> Sign | None:
    if sign is Sign.OPENED and told.get("sg_machine_open") in (True, "true", "True", 1):
        return Sign.MACHINE_OPENED
    return Sign.BLOCKED if sign is Sign.BOUNCED and not _is_hard(told) else sign


def _is_hard(bounce: dict[str, Any]) -> bool:
    """Tell whether there is no such mailbox, rather than one that is full or choosy."""
    return bounce.get("type") != "blocked" and not (_text(bounce.get("status")) or "").startswith("4")


def _refusal(word: str, told: dict[str, Any]) -> Refusal | None:
    if word == "bounce":
        return Refusal.BOUNCED if _is_hard(told) else None
    if word == "dropped":
        return _DROPS.get((_text(told.get("reason")) or "").lower())
    return _REFUSALS.get(word)


def _mail(told: dict[str, Any]) -> str | None:
    """Return what the sending call answered; SendGrid adds its machine's name behind a dot."""
    return (_text(told.get("sg_message_id")) or "").partition(".")[0] or None


def _moment(value: Any) -> datetime | None:
    try:
        seconds = math.nan if isinstance(value, bool) else float(value)
        return datetime.fromtimestamp(seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _text(value: Any) -> str | None:
    """Return a text as a database can keep it; None for anything else and for an empty one."""
    if not isinstance(value, str):
        return None
    return "".join(value.split("\0"))[:_LONGEST].encode(errors="replace").decode() or None
