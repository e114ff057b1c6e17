"""Twilio Messaging.

Sources: https://www.twilio.com/docs/messaging/api/message-resource (fields, statuses),
https://www.twilio.com/docs/usage/twilios-response (errors), https://www.twilio.com/docs/api/errors (codes).
"""

import json
import logging
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from requests import Request, Response
from twilio.http import HttpClient  # type: ignore[import-untyped]  # The SDK ships no types.
from twilio.http.response import Response as SdkResponse  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from app.domain.message import Outbound, Receipt, Sought, Status
from integrations.protocol import (
    IntegrationFields,
    OptedOutError,
    RejectedError,
    UnavailableError,
    UncertainError,
)
from integrations.transport import call, is_plain, new_session, refusal, retry_after_s
from integrations.twilio_callbacks import OPTED_OUT, STATUSES, TOKENS

API_BASE = "https://api.twilio.com"
FIELDS = IntegrationFields(
    required=("account_sid", "auth_token"),
    optional=("from", "messaging_service_sid", *TOKENS[1:]),
    also_called={
        "sid": "account_sid",
        "token": "auth_token",
        "primary_auth_token": "auth_token",
        "secondary_auth_token": "auth_token_secondary",
        "from_number": "from",
    },
)
PLACEHOLDER: Mapping[str, str] = {"account_sid": "AC" + "0" * 32, "auth_token": "token", "from": "+15005550006"}
"""For a stand-in of Twilio, which knows no accounts."""

_LATER = frozenset({"20429", "21611"})
"""Too many requests; the sender's queue is full. Twilio did not take the message, whatever the HTTP status."""
_LISTED = 200
"""Messages to one number within two days that are looked through."""
_NO_BODY = "21602"
_NO_SENDER = "21603"
_SID = re.compile(r"[0-9A-Za-z]+")

StatusCallback = Callable[[Outbound], str | None]
"""The address at which Twilio is to report on a message, None for no reports."""


class Twilio:
    """One account of Twilio's; threads may share it."""

    name = "twilio"
    is_paced = True

    def __init__(
        self,
        credentials: Mapping[str, str],
        *,
        timeout_s: float,
        api_base: str = API_BASE,
        status_callback: StatusCallback = lambda _: None,
    ) -> None:
        """Take the account's ``FIELDS``; nothing is checked or connected before the first message."""
        self._credentials = credentials
        self._status_callback = status_callback
        sid, token = credentials.get("account_sid", ""), credentials.get("auth_token", "")
        self._client = Client(sid, token, http_client=_Http(api_base, timeout_s))

    def send(self, message: Outbound) -> Receipt:
        """Send the text of ``message``; see ``Provider.send`` for the errors."""
        self._check()
        fields = self._fields(message)
        try:
            taken = self._client.messages.create(**fields)
        except (AttributeError, TypeError, ValueError) as error:
            raise UncertainError("Twilio's answer cannot be read.") from error
        status = STATUSES.get(str(taken.status), Status.SENT)
        if status is Status.FAILED:
            code = None if taken.error_code is None else str(taken.error_code)
            raise _rejection(str(taken.error_message or f"Twilio says {taken.status}."), code)
        return Receipt(self.name, taken.sid, status)

    def check(self) -> str:
        """Ask for the account itself."""
        self._check()
        try:
            account = self._client.api.v2010.accounts(self._credentials["account_sid"]).fetch()
        except (AttributeError, TypeError, ValueError, KeyError) as error:
            raise UncertainError("Twilio's answer cannot be read.") from error
        if account.status != "active":
            raise RejectedError(f"The account is {account.status}.")
        return f"The account {account.friendly_name!r} is active."

    def find(self, sought: Sought) -> Receipt | None:
        """Look for a message in Twilio's list by number, day and words, which hold the message's own links."""
        self._check()
        try:
            listed = self._client.messages.list(to=sought.recipient, date_sent_after=sought.since, limit=_LISTED)
        except (AttributeError, TypeError, ValueError, KeyError) as error:
            raise UncertainError("Twilio's answer cannot be read.") from error
        for one in listed:
            # A trial account's texts begin with words of Twilio's.
            if one.sid not in sought.known and str(one.body or "").strip().endswith(sought.text.strip()):
                return Receipt(self.name, one.sid, STATUSES.get(str(one.status), Status.SENT))
        return None

    def _check(self) -> None:
        sid, token = self._credentials.get("account_sid", ""), self._credentials.get("auth_token", "")
        # The sid becomes part of the address and of a header that joins both by a colon.
        if not _SID.fullmatch(sid) or not is_plain(token):
            raise RejectedError("Twilio's account_sid or auth_token is missing or malformed.")

    def _fields(self, message: Outbound) -> dict[str, Any]:
        if not message.text:
            raise RejectedError("A text message needs a text.", _NO_BODY)
        fields = {"to": message.recipient, "body": message.text, "shorten_urls": False} | self._sender(message)
        if callback := self._status_callback(message):
            fields["status_callback"] = callback
        return fields

    def _sender(self, message: Outbound) -> dict[str, str]:
        if message.sender:
            return {"from_": message.sender}
        if service := self._credentials.get("messaging_service_sid"):
            return {"messaging_service_sid": service}
        if number := self._credentials.get("from"):
            return {"from_": number}
        raise RejectedError("Neither the message nor the Twilio settings name a sender.", _NO_SENDER)


class _Http(HttpClient):  # type: ignore[misc]  # The SDK ships no types.
    """Carries the SDK's calls to ``api_base``, whatever TWILIO_EDGE says, and lets only a readable success back."""

    def __init__(self, api_base: str, timeout_s: float) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False, timeout=timeout_s)
        self._base = api_base.rstrip("/")
        self._timeout_s = timeout_s
        self._session = new_session(api_base)

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> SdkResponse:
        """Make one call; the SDK's own time-out and redirects are not used."""
        request = Request(method, self._base + urlsplit(url).path, headers, data=data, params=params, auth=auth)
        response = call(self._session, request, timeout_s=timeout or self._timeout_s)
        body = _body(response)
        if not 200 <= response.status_code < 300:
            raise _refusal(response, body)
        if method == "POST" and not isinstance(body.get("sid"), str):
            raise UncertainError("Twilio's answer names no message.")
        return SdkResponse(response.status_code, response.content.decode(errors="replace"), response.headers)


def _body(response: Response) -> dict[str, Any]:
    try:
        body = json.loads(response.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _rejection(reason: str, code: str | None) -> RejectedError:
    return OptedOutError(reason, code) if code == OPTED_OUT else RejectedError(reason, code)


def _refusal(response: Response, body: Mapping[str, Any]) -> Exception:
    code = None if body.get("code") is None else str(body["code"])
    reason = str(body.get("message") or "")
    if code in _LATER:
        return UnavailableError(reason, retry_after_s(response.headers))
    if code == OPTED_OUT:
        return _rejection(reason, code)
    return refusal(response, reason, code)
