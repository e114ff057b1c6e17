"""What Twilio calls us for: reports on messages, and texts that people send.

Sources: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status (reports),
https://www.twilio.com/docs/messaging/guides/webhook-request (texts),
https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out (OptOutType),
https://www.twilio.com/docs/usage/webhooks/webhooks-security (signatures),
https://www.twilio.com/docs/iam/api/authtoken (two tokens during a rotation).
"""

import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs

from twilio.request_validator import (  # type: ignore[import-untyped]  # The SDK ships no types.
    RequestValidator,
    get_signature_algorithm,
)

from app.domain.consent import Refusal
from app.domain.delivery import Sign
from app.domain.message import Channel, Status
from app.domain.wishes import Wish
from integrations.protocol import Callback, DeliveryEvent, ForgedError, InboundText

NAME = "twilio"
STATUS, INBOUND = "twilio/status", "twilio/inbound"
SIGNATURE_HEADER = "X-Twilio-Signature"
ALGORITHM_HEADER = "X-Twilio-Webhooks-Signature-Settings"
TOKENS = ("auth_token", "auth_token_secondary", "auth_token_previous")
"""The settings that may have signed a call; the first one also sends. Twilio's own rotation knows a secondary token."""
STATUSES: Mapping[str, Status] = {
    "accepted": Status.SENT,
    "scheduled": Status.SENT,
    "queued": Status.SENT,
    "sending": Status.SENT,
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "read": Status.DELIVERED,
    "partially_delivered": Status.SENT,
    "undelivered": Status.FAILED,
    "failed": Status.FAILED,
    "canceled": Status.FAILED,
}
OPTED_OUT = "21610"
"""The person has sent STOP to this sender."""
_WISHES = {"STOP": Wish.STOP, "START": Wish.START, "HELP": Wish.HELP}
_MOST_FIELDS = 500
_MOST_MEDIA = 50
_PREFIX = re.compile(r"[a-z]+:")
"""Twilio's other channels name themselves before the number: whatsapp:+1…"""


class Form:
    """The fields of a call, each with all its values in their order."""

    def __init__(self, raw: bytes, content_type: str) -> None:
        """Read an urlencoded body, or the texts of a JSON object; anything else has no fields."""
        self._fields: Mapping[str, list[str]] = {}
        if _is_form(content_type):
            text = raw.decode(errors="replace")
            try:
                self._fields = parse_qs(text, keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS)
            except ValueError as error:
                raise ForgedError("The call has more fields than Twilio sends.") from error
        elif body := _json(raw):
            self._fields = {name: [value] for name, value in body.items() if isinstance(value, str)}

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def getlist(self, name: str) -> list[str]:
        """Return all values of a field."""
        return self._fields.get(name, [])

    def first(self, *names: str) -> str:
        """Return the first value of the first field that has one, as a database can keep it."""
        found = next((values[0] for name in names if (values := self._fields.get(name)) and values[0]), "")
        return "".join(found.split("\0")).encode(errors="replace").decode()


def verify_callback(
    credentials: Mapping[str, str], url: str, *, content_type: str, body: bytes, headers: Mapping[str, str]
) -> None:
    """Make sure that Twilio called ``url``: its address as Twilio knows it, made of PUBLIC_URL, with its query.

    A body that is no form is signed by a digest that the address carries (``bodySHA256``).

    Raises:
        ForgedError: the signature is missing, or none that a token of the account makes.
    """
    signature = headers.get(SIGNATURE_HEADER)
    tokens = [token for name in TOKENS if (token := credentials.get(name))]
    if not signature or not tokens:
        raise ForgedError("The call has no signature of Twilio's, or the account has no auth_token to check it by.")
    algorithm = get_signature_algorithm(headers.get(ALGORITHM_HEADER))
    try:
        signed = _signed(url, content_type, body)
        genuine = any(RequestValidator(token).validate(url, signed, signature, algorithm) for token in tokens)
    except ValueError:
        genuine = False
    if not genuine:
        raise ForgedError("Twilio's signature does not fit the call.")


def _signed(url: str, content_type: str, body: bytes) -> "Form | str | None":
    if not body:
        return None
    if _is_form(content_type):
        return Form(body, content_type)
    if "bodySHA256=" not in url:
        raise ForgedError("The body is no form, and its address carries no digest of it.")
    return body.decode()


def _is_form(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/x-www-form-urlencoded"


def _json(raw: bytes) -> dict[str, object]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def read_callback(callback: Callback) -> list[DeliveryEvent | InboundText]:
    """Return what a verified call says: of the message that its address names, or in a text."""
    form = Form(callback.body, callback.content_type)
    news = _report(form, callback.query) if callback.source == STATUS else _text(form)
    return [news] if news else []


def _report(form: Form, query: str) -> DeliveryEvent | None:
    word = form.first("MessageStatus", "SmsStatus").lower()
    status = STATUSES.get(word)
    if status is None:
        return None
    code = form.first("ErrorCode") or None
    named = parse_qs(query, errors="replace").get("message", [""])[0]
    return DeliveryEvent(
        provider=NAME,
        event=word,
        message_id=named.replace("\0", "") or None,
        provider_id=form.first("MessageSid", "SmsSid") or None,
        status=status,
        channel=Channel.SMS,
        sign=Sign.READ if word == "read" else None,
        code=code,
        reason=form.first("ErrorMessage") or None,
        address=_number(form.first("To")) or None,
        refusal=Refusal.STOPPED if code == OPTED_OUT else None,
    )


def _text(form: Form) -> InboundText | None:
    sid, sender = form.first("MessageSid", "SmsSid"), _number(form.first("From"))
    if not sid or not sender:
        return None
    count = form.first("NumMedia")
    names = (f"MediaUrl{index}" for index in range(min(int(count), _MOST_MEDIA) if count.isdecimal() else 0))
    return InboundText(
        provider=NAME,
        provider_id=sid,
        sender=sender,
        recipient=_number(form.first("To")),
        text=form.first("Body"),
        media=tuple(url for name in names if (url := form.first(name))),
        handled=_WISHES.get(form.first("OptOutType").upper()),
    )


def _number(address: str) -> str:
    return _PREFIX.sub("", address.strip(), count=1)
