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

from app.domain.mailing import Mailing
from app.domain.message import Outbound, Receipt
from integrations.protocol import IntegrationFields, PartlyRejectedError, RejectedError, UncertainError
from integrations.sendgrid_events import KEYS
from integrations.sendgrid_mailing import ADDRESS, bulk_body, one_line, split
from integrations.transport import call, is_plain, new_session, refusal

API_BASE = "https://api.sendgrid.com"
FIELDS = IntegrationFields(
    required=("api_key",),
    optional=("from", *KEYS),
    also_called={
        "verification_key": KEYS[0],
        "public_key": KEYS[0],
        "webhook_verification_key": KEYS[0],
        "event_webhook_public_key": KEYS[0],
        "from_email": "from",
    },
)
PLACEHOLDER: Mapping[str, str] = {"api_key": "SG.placeholder"}
"""For a stand-in of SendGrid, which knows no accounts."""

_TAKEN = 202
_FOR_SOME = frozenset({400, 413})
"""What a call for many may be answered because of a few of them."""
_CULPRIT = re.compile(r"personalizations\.([0-9]{1,4})(?:\.|$)")
_ID = "X-Message-Id"
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
        self._scopes_address = f"{api_base.rstrip('/')}/v3/scopes"
        self._session = new_session(api_base)

    def send(self, message: Outbound) -> Receipt:
        """Send the parts that ``message`` has; see ``Provider.send`` for the errors."""
        response = self._post(_body(message, self._sender(message.sender, message.link_host)))
        if response.ok:
            return Receipt(self.name, _taken_as(response))
        raise refusal(response, *_reason(response))

    def check(self) -> str:
        """Ask what the key may do."""
        response = self._ask("GET", self._scopes_address)
        if not response.ok:
            raise refusal(response, *_reason(response))
        try:
            scopes = json.loads(response.content)["scopes"]
        except (ValueError, LookupError, TypeError) as error:
            raise UncertainError("SendGrid's answer cannot be read.") from error
        if "mail.send" not in scopes:
            raise RejectedError("The key may not send mail: it lacks the scope mail.send.")
        return "The key may send mail."

    def split(self, mailing: Mailing) -> tuple[list[Mailing], list[str]]:
        """Return calls within SendGrid's limits; whoever's address or substitutions it would refuse goes alone."""
        return split(mailing)

    def send_many(self, mailing: Mailing) -> list[Receipt]:
        """Send one call for all; SendGrid fills in what is each one's own."""
        response = self._post(bulk_body(mailing, *_checked(self._sender(mailing.sender, mailing.link_host))))
        if response.ok:
            return [Receipt(self.name, _taken_as(response))] * len(mailing.addressees)
        reason, code = _reason(response)
        if response.status_code in _FOR_SOME:
            raise PartlyRejectedError(reason or f"HTTP {response.status_code}", _culprits(response))
        raise refusal(response, reason, code)

    def _sender(self, wished: str | None, link_host: str | None) -> str:
        return wished or self._credentials.get("from") or _own_address(link_host)

    def _post(self, body: bytes) -> Response:
        return self._ask("POST", self._address, body)

    def _ask(self, method: str, address: str, body: bytes | None = None) -> Response:
        key = self._credentials.get("api_key", "")
        if not is_plain(key):
            raise RejectedError("SendGrid's api_key is missing or malformed.")
        headers = {"Content-Type": "application/json"} if body is not None else {}
        request = Request(method, address, headers, data=body, auth=_Bearer(key))
        return call(self._session, request, timeout_s=self._timeout_s)


def _taken_as(response: Response) -> str | None:
    """Return the id that SendGrid gave to what it took."""
    provider_id = response.headers.get(_ID) or None
    if response.status_code != _TAKEN and not provider_id:
        raise UncertainError(f"SendGrid answered {response.status_code} and named no message.")
    return provider_id


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
    subject = None if message.subject is None else one_line(message.subject)
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
    if not ADDRESS.fullmatch(address):
        raise RejectedError(f"{address!r} is not an email address.")
    # Given to its constructor, an address alone would be parsed as "name <address>".
    box = kind()
    box.email = address
    box.name = name or None
    return box


def _checked(sender: str) -> tuple[str, str]:
    """Return the sender's name and address.

    Raises:
        RejectedError: it is no address.
    """
    name, address = _split(sender)
    if not ADDRESS.fullmatch(address):
        raise RejectedError(f"{address!r} is not an email address.")
    return name, address


def _split(sender: str) -> tuple[str, str]:
    """Return the name and the address of ``a@b`` or ``Name <a@b>``; a name may hold commas, quoted or not."""
    named = _NAMED.fullmatch(one_line(sender))
    if not named:
        return "", sender.strip()
    name = named["name"].strip()
    if len(name) > 1 and name.startswith('"') and name.endswith('"'):
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return name, named["address"].strip()


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


def _culprits(response: Response) -> frozenset[int]:
    """Return the places of those whom SendGrid complains of."""
    try:
        complaints = [str(error.get("field")) for error in json.loads(response.content)["errors"]]
    except (ValueError, LookupError, TypeError, AttributeError):
        return frozenset()
    return frozenset(int(found[1]) for one in complaints if (found := _CULPRIT.match(one)))
