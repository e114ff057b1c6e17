"""A stand-in for SendGrid's Mail Send.

Sources: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send,
https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors.
Run by itself: ``python -m tests.fakes.sendgrid --port 9002``, and SENDGRID_API_BASE=http://127.0.0.1:9002.
"""

import json
import re
import secrets
from http import HTTPStatus
from typing import Any

from tests.fakes.server import Answer, Call, VendorFake, run

_PATH = "/v3/mail/send"
_HELP = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#"
_FIELDS = frozenset(
    {"asm", "attachments", "batch_id", "categories", "content", "custom_args", "from", "headers", "ip_pool_name"}
    | {"mail_settings", "personalizations", "reply_to", "reply_to_list", "sections", "send_at", "subject"}
    | {"template_id", "tracking_settings"}
)
_MOST_PERSONALIZATIONS = 1000
_ARGS_LIMIT = 10_000
_ADDRESS = re.compile(r"[^\s@<>,;]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+")
_RESERVED = frozenset(
    {"bcc", "cc", "content-transfer-encoding", "content-type", "dkim-signature", "from", "received", "reply-to"}
    | {"subject", "to", "x-sg-eid", "x-sg-id"}
)
_ORDER = ("text/plain", "text/x-amp-html", "text/html")
_Complaint = tuple[str, str | None, str | None]


class SendGridFake(VendorFake):
    """Accepts a mail as SendGrid does; ``messages`` holds the JSON and the ``x_message_id`` it was given."""

    api_key: str | None = None
    """The only key that is let in; None lets any in."""

    def judge(self, call: Call) -> Answer | dict[str, Any]:
        """Check the key, the media type, the JSON and then each field."""
        if call.path != _PATH:
            return _errors(404, ("not found", None, None))
        if call.method != "POST":
            return _errors(405, ("method not allowed", None, None))
        if not self._knows(call.headers.get("Authorization", "")):
            return _errors(401, ("The provided authorization grant is invalid, expired, or revoked", None, None))
        if call.headers.get_content_type() != "application/json":
            return _errors(415, ("Content-Type should be application/json.", None, None))
        try:
            mail = json.loads(call.body)
        except ValueError:
            return _errors(400, ("Bad Request", None, None))
        if not isinstance(mail, dict):
            return _errors(400, ("Bad Request", None, None))
        complaints = _complaints(mail)
        return _errors(400, *complaints) if complaints else mail

    def accepted(self, message: dict[str, Any]) -> Answer:
        """Return 202, an empty body and the id in a header."""
        message["x_message_id"] = secrets.token_urlsafe(16)
        return Answer(HTTPStatus.ACCEPTED, headers={"X-Message-Id": message["x_message_id"]})

    def failure(self, status: int) -> Answer:
        """Return SendGrid's 429 or 500."""
        words = "too many requests" if status == HTTPStatus.TOO_MANY_REQUESTS else "Internal Server Error"
        return _errors(status, (words, None, None))

    def _knows(self, authorization: str) -> bool:
        scheme, _, key = authorization.partition(" ")
        return scheme == "Bearer" and bool(key) and self.api_key in {None, key}


def _complaints(mail: dict[str, Any]) -> list[_Complaint]:
    found: list[_Complaint] = [
        (f"Additional property {name} is not allowed", name, None) for name in set(mail) - _FIELDS
    ]
    return found + _people(mail) + _sender(mail) + _subject(mail) + _content(mail) + _headers(mail) + _args(mail)


def _people(mail: dict[str, Any]) -> list[_Complaint]:
    groups = mail.get("personalizations")
    help_ = _HELP + "-Personalizations-Errors"
    if not isinstance(groups, list) or not 1 <= len(groups) <= _MOST_PERSONALIZATIONS:
        words = "The personalizations field is required and must have at least one personalization."
        return [(words, "personalizations", help_)]
    found: list[_Complaint] = []
    for group, personalization in enumerate(groups):
        to = personalization.get("to") if isinstance(personalization, dict) else None
        if not to:
            words = "The to array is required for all personalization objects, and must have at least one email object."
            found.append((words, f"personalizations.{group}.to", help_ + ".to"))
        for index, box in enumerate(to or []):
            if not _is_mailbox(box) or re.search("[;,]", box.get("name", "")):
                words = "Does not contain a valid address."
                found.append((words, f"personalizations.{group}.to.{index}.email", help_ + ".recipient"))
    return found


def _sender(mail: dict[str, Any]) -> list[_Complaint]:
    if _is_mailbox(mail.get("from")):
        return []
    words = (
        "The from object must be provided for every email send. It is an object that requires the email parameter, "
        'but may also contain a name parameter.  e.g. {"email" : "example@example.com"}  or '
        '{"email" : "example@example.com", "name" : "Example Recipient"}.'
    )
    return [(words, "from.email", _HELP + "message.from")]


def _subject(mail: dict[str, Any]) -> list[_Complaint]:
    subject = mail.get("subject")
    if isinstance(subject, str) and subject and not re.search("[\r\n]", subject):
        return []
    words = (
        "The subject is required. You can get around this requirement if you use a template with a subject defined "
        "or if every personalization has a subject defined."
    )
    return [(words, "subject", _HELP + "message.subject")]


def _content(mail: dict[str, Any]) -> list[_Complaint]:
    parts = mail.get("content")
    if not parts:
        words = (
            "Unless a valid template_id is provided, the content parameter is required. There must be at least one "
            "defined content block. We typically suggest both text/plain and text/html blocks are included, but only "
            "one block is required."
        )
        return [(words, "content", _HELP + "message.content")]
    found: list[_Complaint] = []
    for index, part in enumerate(parts):
        if not isinstance(part.get("value"), str) or not part["value"]:
            words = "The content value must be a string at least one character in length."
            found.append((words, f"content.{index}.value", _HELP + "message.content.value"))
    kinds = [part.get("type") for part in parts]
    if kinds != [kind for kind in _ORDER if kind in kinds]:
        words = "If present, text/plain must be first, followed by text/html, followed by any other content."
        found.append((words, "content", _HELP + "message.content"))
    return found


def _headers(mail: dict[str, Any]) -> list[_Complaint]:
    found: list[_Complaint] = []
    for holder in (mail, *(mail.get("personalizations") or [])):
        for name, value in holder.get("headers", {}).items():
            if (
                name.lower() in _RESERVED
                or not isinstance(value, str)
                or not re.fullmatch(r"[\x20-\x7e]+", name + value)
            ):
                words = "Headers must be strings of ASCII characters, and none of the reserved ones."
                found.append((words, f"headers.{name}", _HELP + "message.headers"))
    return found


def _args(mail: dict[str, Any]) -> list[_Complaint]:
    args = dict(mail.get("custom_args", {}))
    for personalization in mail.get("personalizations") or []:
        args |= personalization.get("custom_args", {})
    if all(isinstance(value, str) for value in args.values()) and len(json.dumps(args)) <= _ARGS_LIMIT:
        return []
    words = "Custom args must be strings, and at most 10,000 bytes together."
    return [(words, "custom_args", _HELP + "message.custom_args")]


def _is_mailbox(box: Any) -> bool:
    if not isinstance(box, dict) or not {"email"} <= set(box) <= {"email", "name"}:
        return False
    name = box.get("name", "")
    return isinstance(name, str) and not re.search("[\r\n]", name) and bool(_ADDRESS.fullmatch(str(box["email"])))


def _errors(status: int, *complaints: _Complaint) -> Answer:
    errors = [{"message": words, "field": name, "help": help_} for words, name, help_ in complaints]
    return Answer(status, {"errors": errors})


if __name__ == "__main__":
    run(SendGridFake, __doc__)
