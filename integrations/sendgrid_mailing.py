"""SendGrid's call for many: one body, and what is each reader's own as substitutions.

Sources: https://www.twilio.com/docs/sendgrid/for-developers/sending-email/personalizations,
https://www.twilio.com/docs/sendgrid/for-developers/sending-email/substitution-tags,
https://www.twilio.com/docs/sendgrid/api-reference/mail-send/limitations (the limits).
"""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any

import orjson

from app.domain.gapped_text import GappedText
from app.domain.mailing import Addressee, Mailing
from integrations.protocol import RejectedError

ADDRESS = re.compile(r"[^\s<>,;\x00-\x1f\x7f]+@[^\s<>,;@\x00-\x1f\x7f]+")
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""Whatever ends a line, or ends anything, somewhere between here and the mailbox."""

_PERSONALIZATIONS = 1_000
_SUBSTITUTIONS = 10_000
"""Bytes, of all the substitutions for one person."""
_CALL = 30_000_000
"""Bytes; the limit is 30 MB."""
_PERSON = 600
"""Bytes of one person's part of a call that are the same for everybody."""
_ESCAPED = 6
"""A control character is this long in JSON, and nothing is longer."""
_TAG = 16
"""Bytes of a substitution's name, at most."""
_OVERHEAD = 4_000
"""Bytes of a call that are neither content nor people."""
_CUSTOM_ARGS = "custom_args"


def one_line(text: str) -> str:
    """Return ``text`` with nothing in it that ends a line."""
    # Nearly every subject: what can be printed breaks no line.
    return (text if text.isprintable() else _BREAKS.sub(" ", text)).strip()


@dataclass
class _Call:
    """One call in the making."""

    room: int
    addressees: list[Addressee] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)

    def takes(self, address: str, size: int) -> bool:
        return len(self.addressees) < _PERSONALIZATIONS and size <= self.room and address not in self.addresses


def split(mailing: Mailing) -> tuple[list[Mailing], list[str]]:
    """Return mailings within the limits of one call, each address once in each, and the ids of those that fit none."""
    content = sum(len(orjson.dumps(_marked(part, "0" * 8))) for part in (mailing.html, mailing.text) if part)
    measure = _measure(_used(mailing))
    calls: list[_Call] = []
    alone = []
    for one in mailing.addressees:
        size = measure(one)
        if size is None or content + size + _OVERHEAD > _CALL:
            alone.append(one.message_id)
            continue
        address = one.address.lower()
        for call in calls:
            if call.takes(address, size):
                break
        else:
            call = _Call(_CALL - content - _OVERHEAD)
            calls.append(call)
        call.addressees.append(one)
        call.addresses.add(address)
        call.room -= size
    return [replace(mailing, addressees=tuple(call.addressees)) for call in calls], alone


def bulk_body(mailing: Mailing, name: str, address: str) -> bytes:
    """Return the call's JSON, from the sender with this name and address.

    Raises:
        RejectedError: there is neither a text nor an HTML part.
    """
    # Nobody who writes a template or a contact's name can know it, so no substitution is ever made in another's words.
    nonce = secrets.token_hex(4)
    content = [
        {"type": kind, "value": _marked(part, nonce)}
        for kind, part in (("text/plain", mailing.text), ("text/html", mailing.html))
        if part is not None and any((*part.literals, *part.gaps))
    ]
    if not content:
        raise RejectedError("An email needs a text or an HTML part.")
    common: dict[str, Any] = {
        "from": {"email": address, **({"name": name} if name else {})},
        "content": content,
        "tracking_settings": {"click_tracking": {"enable": False, "enable_text": False}},
        "personalizations": list(map(_personalizer(mailing, nonce), mailing.addressees)),
    }
    return orjson.dumps(common)


def _used(mailing: Mailing) -> list[int]:
    """Return the numbers of the gaps that the parts have."""
    return sorted({number for part in (mailing.html, mailing.text) if part for number in part.gaps})


def _tag(nonce: str, number: int) -> str:
    return f"-{nonce}.{number}-"


def _marked(part: GappedText, nonce: str) -> str:
    return part.filled([_tag(nonce, number) for number in range(max(part.gaps, default=-1) + 1)])


def _personalizer(mailing: Mailing, nonce: str) -> Callable[[Addressee], dict[str, Any]]:
    """Return what writes down one reader after the other, as SendGrid has it."""
    used, account_id = _used(mailing), mailing.account_id
    tags, substitutions = [_tag(nonce, number) for number in used], _picker(used)

    def personalization(one: Addressee) -> dict[str, Any]:
        own: dict[str, Any] = {
            "to": [{"email": one.address}],
            "subject": one_line(one.subject or ""),
            "substitutions": dict(zip(tags, substitutions(one.values), strict=True)),
            _CUSTOM_ARGS: {"message_id": one.message_id, "account_id": account_id},
        }
        if one.unsubscribe_url:
            own["headers"] = {
                "List-Unsubscribe": f"<{one.unsubscribe_url}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
        return own

    return personalization


def _measure(used: list[int]) -> Callable[[Addressee], int | None]:
    """Return what tells how many bytes one person adds to a call at most; None for whom SendGrid would refuse."""
    tags, substitutions = _TAG * len(used), _picker(used)

    def size(one: Addressee) -> int | None:
        if not ADDRESS.fullmatch(one.address) or not one_line(one.subject or ""):
            return None
        try:
            values = _bytes("".join(substitutions(one.values))) + tags
            words = _bytes(f"{one.address}{one.subject or ''}{one.unsubscribe_url or ''}")
        except UnicodeEncodeError:  # A lone surrogate, which no UTF-8 can carry.
            return None
        return None if values > _SUBSTITUTIONS else (values + words) * _ESCAPED + _PERSON

    return size


def _picker(places: Sequence[int]) -> Callable[[Sequence[str]], Sequence[str]]:
    """Return what picks the values at some places out of one reader's after the other's."""
    if len(places) < 2:
        return lambda values: [values[place] for place in places]
    return itemgetter(*places)


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())
