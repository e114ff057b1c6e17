"""A stand-in for Twilio's Messages resource, with the magic numbers of its test credentials.

Sources: https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource,
https://www.twilio.com/docs/usage/twilios-response, https://www.twilio.com/docs/iam/test-credentials.
Run by itself: ``python -m tests.fakes.twilio --port 9001``, and TWILIO_API_BASE=http://127.0.0.1:9001.
"""

import base64
import binascii
import re
import secrets
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from tests.fakes.server import Answer, Call, VendorFake, run

_PATH = re.compile(r"/2010-04-01/Accounts/([0-9A-Za-z]+)/Messages\.json")
_READ = re.compile(r"/2010-04-01/Accounts/([0-9A-Za-z]+)(/Messages)?\.json")
_FORM = "application/x-www-form-urlencoded"
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_SENDER = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_BODY_LIMIT = 1600
_TO = {
    "+15005550001": (21211, "Invalid 'To' Phone Number: +1500555XXXX"),
    "+15005550002": (21612, "Message cannot be sent with the current combination of 'To' and/or 'From' parameters"),
    "+15005550003": (
        21408,
        "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
    ),
    "+15005550004": (21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": (21614, "'To' number is not a valid mobile number"),
}
_FROM = {
    "+15005550001": (21212, "Invalid From Number (caller ID): +15005550001"),
    "+15005550007": (
        21606,
        "The 'From' phone number is not a valid, SMS-capable inbound phone number for your account.",
    ),
    "+15005550008": (21611, "This 'From' number has exceeded the maximum number of queued messages"),
}


class TwilioFake(VendorFake):
    """Accepts a message as Twilio does; ``messages`` holds the form's fields and Twilio's ``sid``."""

    auth_token: str | None = None
    """The only token that is let in; None lets any in."""

    def _read(self, call: Call) -> Answer:
        """Answer a look at the account, or at its messages."""
        parts = urlsplit(call.path)
        path = _READ.fullmatch(parts.path)
        if not path or not self._knows(path[1], call.headers.get("Authorization", "")):
            return _error(401, 20003, "Authenticate")
        if not path[2]:
            return Answer(200, {"sid": path[1], "status": "active", "friendly_name": "Shop"})
        to = dict(parse_qsl(parts.query)).get("To")
        listed = [{**_resource(one), "status": "delivered"} for one in self.messages if one["To"] == to]
        return Answer(200, {"messages": listed[::-1], "next_page_uri": None, "page": 0, "page_size": 50})

    def judge(self, call: Call) -> Answer | dict[str, Any]:
        """Check in Twilio's order: address, credentials, sender, recipient, body."""
        if call.method == "GET":
            return self._read(call)
        path = _PATH.fullmatch(urlsplit(call.path).path)
        if not path:
            return _error(404, 20404, f"The requested resource {call.path} was not found")
        if call.method != "POST":
            return _error(405, 20004, "Method not allowed")
        if not self._knows(path[1], call.headers.get("Authorization", "")):
            return _error(401, 20003, "Authenticate")
        if call.headers.get_content_type() != _FORM:
            return _error(415, 20415, "Unsupported Media Type")
        form = {name: values[-1] for name, values in parse_qs(call.body.decode(), keep_blank_values=True).items()}
        complaint = _sender(form) or _recipient(form) or _content(form)
        return _error(400, *complaint) if complaint else {"AccountSid": path[1], **form}

    def accepted(self, message: dict[str, Any]) -> Answer:
        """Return 201 and the new resource."""
        message["sid"] = "SM" + secrets.token_hex(16)
        return Answer(HTTPStatus.CREATED, _resource(message))

    def failure(self, status: int) -> Answer:
        """Return Twilio's 429 or 500."""
        too_many = status == HTTPStatus.TOO_MANY_REQUESTS
        return (
            _error(status, 20429, "Too Many Requests") if too_many else _error(status, 20500, "Internal Server Error")
        )

    def _knows(self, account_sid: str, authorization: str) -> bool:
        scheme, _, encoded = authorization.partition(" ")
        try:
            user, _, token = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        return scheme == "Basic" and user == account_sid and bool(token) and self.auth_token in {None, token}


def _resource(message: dict[str, Any]) -> dict[str, Any]:
    service = message.get("MessagingServiceSid")
    account = f"/2010-04-01/Accounts/{message['AccountSid']}"
    now = format_datetime(datetime.now(UTC))
    return {
        "account_sid": message["AccountSid"],
        "api_version": "2010-04-01",
        "body": message["Body"],
        "date_created": now,
        "date_sent": None,
        "date_updated": now,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": message.get("From"),
        "messaging_service_sid": service,
        "num_media": "0",
        "num_segments": "0" if service else "1",
        "price": None,
        "price_unit": None,
        "sid": message["sid"],
        "status": "accepted" if service else "queued",
        "subresource_uris": {"media": f"{account}/Messages/{message['sid']}/Media.json"},
        "to": message["To"],
        "uri": f"{account}/Messages/{message['sid']}.json",
    }


def _sender(form: dict[str, str]) -> tuple[int, str] | None:
    sender = form.get("From")
    if not sender and not form.get("MessagingServiceSid"):
        return 21603, "A 'From' phone number is required."
    if sender and not _SENDER.fullmatch(sender):
        return 21212, f"Invalid From Number (caller ID): {sender}"
    return _FROM.get(sender or "")


def _recipient(form: dict[str, str]) -> tuple[int, str] | None:
    to = form.get("To")
    if not to:
        return 21604, "A 'To' phone number is required."
    if not _NUMBER.fullmatch(to):
        return 21211, f"Invalid 'To' Phone Number: {to}"
    return _TO.get(to)


def _content(form: dict[str, str]) -> tuple[int, str] | None:
    if not form.get("Body"):
        return 21602, "Message body is required."
    if len(form["Body"]) > _BODY_LIMIT:
        return 21617, "The concatenated message body exceeds the 1600 character limit"
    if form.get("ShortenUrls") == "true" and not form.get("MessagingServiceSid"):
        return 21620, "ShortenUrls needs a MessagingServiceSid"
    if "StatusCallback" in form and not _is_reachable(form["StatusCallback"]):
        return 21609, f"The 'StatusCallback' URL {form['StatusCallback']} is not a valid URL."
    return None


def _is_reachable(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme in {"http", "https"} and "." in host and "_" not in host and not host.startswith("127.")


def _error(status: int, code: int, message: str) -> Answer:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Answer(status, {"code": code, "message": message, "more_info": more, "status": int(status)})


if __name__ == "__main__":
    run(TwilioFake, __doc__)
