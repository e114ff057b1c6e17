"""Standard Webhooks: who sent a call, and that nobody changed or repeats it.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hmac
import re
import secrets as randomness
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from integrations.protocol import ForgedError

ID_HEADER = "webhook-id"
TIMESTAMP_HEADER = "webhook-timestamp"
SIGNATURE_HEADER = "webhook-signature"
TOLERANCE = timedelta(minutes=5)
"""How far a timestamp may lie from now, either way; both ends count."""

_SECRET_BYTES = 32
_SECONDS = re.compile(r"0|[1-9][0-9]{0,10}")


def new_secret() -> str:
    """Return a new signing secret: ``whsec_`` and 32 random bytes in base64."""
    return "whsec_" + base64.b64encode(randomness.token_bytes(_SECRET_BYTES)).decode()


def sign(secret: str | Sequence[str], msg_id: str, at: datetime, body: bytes | str) -> dict[str, str]:
    """Return the headers of a call with ``body``, signed at ``at``; during a rotation, by each of several secrets.

    Raises:
        ValueError: a secret is not base64, or ``body`` is not UTF-8.
    """
    text = body if isinstance(body, str) else body.decode()
    at = at.astimezone(UTC)
    secrets = [secret] if isinstance(secret, str) else secret
    return {
        ID_HEADER: msg_id,
        TIMESTAMP_HEADER: str(int(at.timestamp())),
        SIGNATURE_HEADER: " ".join(Webhook(each).sign(msg_id, at, text) for each in secrets),
    }


def verify(headers: Mapping[str, str], raw_body: bytes, secrets: Sequence[str], now: datetime) -> str:
    """Return the id of a call that one of ``secrets`` signed within five minutes of ``now``.

    Header names may be in any case. Of several signatures, one that fits is enough.

    Raises:
        ForgedError: anything else, whatever the headers and the body hold.
    """
    found = {str(name).lower(): str(value) for name, value in headers.items()}
    msg_id, signatures = found.get(ID_HEADER, ""), found.get(SIGNATURE_HEADER, "")
    if not msg_id or not signatures:
        raise ForgedError("The webhook-id or the webhook-signature header is missing.")
    at = _timestamp(found.get(TIMESTAMP_HEADER, ""), now)
    given = [signature.encode(errors="replace") for signature in signatures.split(" ")]
    for expected in _signatures(secrets, msg_id, at, _text(raw_body)):
        if any(hmac.compare_digest(expected, signature) for signature in given):
            return msg_id
    raise ForgedError("No signature fits the body.")


def _timestamp(value: str, now: datetime) -> datetime:
    if not _SECONDS.fullmatch(value):
        raise ForgedError("The webhook-timestamp header is not a number of seconds.")
    # The package's own check reads the clock; here the time is an argument.
    if abs(now.timestamp() - int(value)) > TOLERANCE.total_seconds():
        raise ForgedError("The webhook-timestamp is too far from now.")
    return datetime.fromtimestamp(int(value), UTC)


def _text(raw_body: bytes) -> str:
    try:
        return raw_body.decode()
    except UnicodeDecodeError as error:
        raise ForgedError("The body is not UTF-8.") from error


def _signatures(secrets: Sequence[str], msg_id: str, at: datetime, text: str) -> list[bytes]:
    """Return what each usable secret would sign; an empty or broken one signs nothing."""
    expected = []
    for secret in secrets:
        try:
            expected.append(Webhook(secret).sign(msg_id, at, text).encode())
        except (EmptyWebhookSecretError, ValueError):
            continue
    return expected
