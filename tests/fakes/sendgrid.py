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
_SUBSTITUTIONS_LIMIT = 10_000
_CALL_LIMIT = 30_000_000
_ADDRESS = re.compile(r"[^\s@<>,;]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+")
_RESERVED = frozenset(
    {"bcc", "cc", "content-transfer-encoding", "content-type", "dkim-signature", "from", "received", "reply-to"}
    | {"subject", "to", "x-sg-eid", "x-sg-id"}
)
_ORDER = ("text/plain", "text/x-amp-html", "text/html")
_Complaint = tuple[str, str | None, str | None]


class SendGridFake(VendorFake):
    """Accepts a mail as SendGrid does; ``messages`` holds the JSON and the ``x_message_id`` it was given."""

    scopes: tuple[str, ...] = ("mail.send", "alerts.read")
    """What the key may do."""
    api_key: str | None = None
    """The only key that is let in; None lets any in."""

    def judge(self, call: Call) -> Answer | dict[str, Any]:
        """Check the key, the media type, the JSON and then each field."""
        if (call.method, call.path) == ("GET", "/v3/scopes"):
            known = self._knows(call.headers.get("Authorization", ""))
            refused = _errors(401, ("authorization required", None, None))
            return Answer(200, {"scopes": self.scopes}) if known else refused
        if call.path != _PATH:
            return _errors(404, ("not found", None, None))
        if call.method != "POST":
            return _errors(405, ("method not allowed", None, None))
        if not self._knows(call.headers.get("Authorization", "")):
            return _errors(401, ("The provided authorization grant is invalid, expired, or revoked", None, None))
        if call.headers.get_content_type() != "application/json":
            return _errors(415, ("Content-Type should be application/json.", None, None))
        if len(call.body) > _CALL_LIMIT:
            return _errors(413, ("Payload too large", None, None))
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

    def mails(self) -> list[dict[str, Any]]:
        """Return what each person gets: the address, the words with all substitutions made, headers and arguments."""
        return [one for call in self.messages for one in _written_out(call)]

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
        found += _substitutions(group, personalization, mail)
        for index, box in enumerate(to or []):
            if not _is_mailbox(box) or re.search("[;,]", box.get("name", "")):
                words = "Does not contain a valid address."
                found.append((words, f"personalizations.{group}.to.{index}.email", help_ + ".recipient"))
    addresses = [
        str(group["to"][0]["email"]).lower() for group in groups if isinstance(group, dict) and group.get("to")
    ]
    if len(addresses) != len(set(addresses)):
        words = "Each email address in the personalization block should be unique between to, cc, and bcc."
        found.append((words, "personalizations", help_))
    return found


def _substitutions(group: int, personalization: dict[str, Any], mail: dict[str, Any]) -> list[_Complaint]:
    made = personalization.get("substitutions", {})
    where, help_ = f"personalizations.{group}.substitutions", _HELP + "message.personalizations.substitutions"
    if made and str(mail.get("template_id", "")).startswith("d-"):
        return [("Substitutions may not be used with dynamic templating", where, help_)]
    if not all(isinstance(value, str) for value in made.values()):
        return [("Substitution values must be strings.", where, help_)]
    if sum(len(name.encode()) + len(value.encode()) for name, value in made.items()) > _SUBSTITUTIONS_LIMIT:
        return [("The total size of substitutions is limited to 10000 bytes.", where, help_)]
    return []


def _written_out(mail: dict[str, Any]) -> list[dict[str, Any]]:
    people = []
    for personalization in mail["personalizations"]:
        words = {part["type"]: part["value"] for part in mail["content"]}
        words["subject"] = personalization.get("subject", mail.get("subject"))
        for name, value in personalization.get("substitutions", {}).items():
            words = {kind: text.replace(name, value) for kind, text in words.items()}
        people.append(
            {
                "to": personalization["to"][0]["email"],
                "subject": words["subject"],
                "html": words.get("text/html"),
                "text": words.get("text/plain"),
                "headers": personalization.get("headers", {}),
                "custom_args": personalization.get("custom_args", {}),
            }
        )
    return people


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
    if subject is None:
        subjects = [one.get("subject") for one in mail.get("personalizations") or [] if isinstance(one, dict)]
    else:
        subjects = [subject]
    if subjects and all(isinstance(one, str) and one and not re.search("[\r\n]", one) for one in subjects):
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
