"""Twilio SendGrid.

Sources: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send (body),
https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors (errors),
https://www.rfc-editor.org/rfc/rfc8058 (one-click unsubscribing).
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import orjson
from requests import PreparedRequest, Request, Response
from requests.auth import AuthBase
from sendgrid.helpers.mail import (  # type: ignore[import-untyped]  # The SDK ships no types.
    ClickTracking,
    CustomArg,
    From,
    Header,
    Mail,
    To,
    TrackingSettings,
)
from sendgrid.helpers.mail.exceptions import SendGridException  # type: ignore[import-untyped]

from app.domain.message import Outbound, Receipt
from integrations.protocol import IntegrationFields, RejectedError, UncertainError
from integrations.transport import call, is_plain, new_session, refusal

API_BASE = "https://api.sendgrid.com"
FIELDS = IntegrationFields(required=("api_key",), optional=("from", "webhook_public_key"))
PLACEHOLDER: Mapping[str, str] = {"api_key": "SG.placeholder"}
"""For a stand-in of SendGrid, which knows no accounts."""

_TAKEN = 202
_ID = "X-Message-Id"
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""Whatever ends a line, or ends anything, somewhere between here and the mailbox."""
_ADDRESS = re.compile(r"[^\s<>,;\x00-\x1f\x7f]+@[^\s<>,;@\x00-\x1f\x7f]+")
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
_NO_HOST = "example.com"


class SendGrid:
    """One account of SendGrid's; threads may share it."""

    name = "sendgrid"

    def __init__(self, credentials: Mapping[str, str], *, timeout_s: float, api_base: str = API_BASE) -> None:
        """Take the account's ``FIELDS``; nothing is checked or connected before the first message."""
        self._credentials = credentials
        self._timeout_s = timeout_s
        self._address = f"{api_base.rstrip('/')}/v3/mail/send"
        self._session = new_session(api_base)

    def send(self, message: Outbound) -> Receipt:
        """Send the parts that ``message`` has; see ``Provider.send`` for the errors."""
        key = self._credentials.get("api_key", "")
        if not is_plain(key):
            raise RejectedError("SendGrid's api_key is missing or malformed.")
        sender = message.sender or self._credentials.get("from") or _own_address(message.link_host)
        headers = {"Content-Type": "application/json"}
        request = Request("POST", self._address, headers, data=_body(message, sender), auth=_Bearer(key))
        response = call(self._session, request, timeout_s=self._timeout_s)
        provider_id = response.headers.get(_ID) or None
        if response.status_code == _TAKEN or (response.status_code in range(200, 300) and provider_id):
            return Receipt(self.name, provider_id)
        if response.ok:
            raise UncertainError(f"SendGrid answered {response.status_code} and named no message.")
        raise refusal(response, *_reason(response))


class _Bearer(AuthBase):
    """The API key as an ``auth`` of requests, which would else prefer what a .netrc file says."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


def _body(message: Outbound, sender: str) -> bytes:
    """Return the call's JSON.

    Raises:
        RejectedError: a part, or an address, that no mail can have.
    """
    if not message.text and not message.html:
        raise RejectedError("An email needs a text or an HTML part.")
    try:
        return orjson.dumps(_mail(message, *_split(sender)).get())
    except SendGridException as error:
        raise RejectedError(f"SendGrid's library refuses the message: {error}") from error
    except TypeError as error:
        raise RejectedError(f"The message cannot be written as UTF-8: {error}") from error


def _mail(message: Outbound, name: str, address: str) -> Mail:
    subject = None if message.subject is None else _one_line(message.subject)
    mail = Mail(_mailbox(From, address, name), _mailbox(To, message.recipient), subject, message.text or None)
    if message.html:
        mail.add_content(message.html, "text/html")
    mail.tracking_settings = TrackingSettings(click_tracking=ClickTracking(enable=False, enable_text=False))
    # With the person, not with the mail: the published description has objects only there.
    mail.custom_arg = [CustomArg("message_id", message.id, p=0), CustomArg("account_id", message.account_id, p=0)]
    if message.unsubscribe_url:
        mail.header = [
            Header("List-Unsubscribe", f"<{message.unsubscribe_url}>", p=0),
            Header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click", p=0),
        ]
    return mail


def _mailbox(kind: type[Any], address: str, name: str = "") -> Any:
    if not _ADDRESS.fullmatch(address):
        raise RejectedError(f"{address!r} is not an email address.")
    # Given to its constructor, an address alone would be parsed as "name <address>".
    box = kind()
    box.email = address
    box.name = name or None
    return box


def _split(sender: str) -> tuple[str, str]:
    """Return the name and the address of ``a@b`` or ``Name <a@b>``; a name may hold commas, quoted or not."""
    named = _NAMED.fullmatch(_one_line(sender))
    if not named:
        return "", sender.strip()
    name = named["name"].strip()
    if len(name) > 1 and name.startswith('"') and name.endswith('"'):
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return name, named["address"].strip()


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()


def _own_address(host: str | None) -> str:
    host = (host or "").partition(":")[0].lower()
    local = not host or host == "localhost" or host.endswith(".localhost")
    return f"no-reply@{_NO_HOST if local else host}"


def _reason(response: Response) -> tuple[str, str | None]:
    """Return SendGrid's first message and the field it complains of."""
    try:
        first = json.loads(response.content)["errors"][0]
        return str(first["message"]), first.get("field") or None
    except (ValueError, LookupError, TypeError, AttributeError):
        return "", None
