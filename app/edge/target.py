"""A redirect prepared once for many visits: what is the same for all of them is already written out."""

from functools import lru_cache
from typing import NamedTuple

import orjson

from app.domain import destination, sharing
from app.domain.link_target import Button, MessageLink, Referral, SharedLink
from app.domain.visit import LinkKind

_URL_KEPT = 2_000
_MESSAGE = LinkKind.MESSAGE.value


class Target(NamedTuple):
    """Where a link leads, and the part of its journal line that every visit shares."""

    before: str
    """The ``Location`` up to the value of ``mbsy_source``; all of it where there is none."""
    after: str
    """The rest of it: the fragment."""
    has_source: bool
    shared_facts: str
    """Members of the line's JSON object, each with a comma before it: those that many links have in common."""
    facts: str
    """The rest of them."""
    kind: str
    """A LinkKind's value."""
    lasting: bool
    """Nothing it was made of can change, so only its host needs another look."""


def message_target(account_id: str, link: MessageLink, index: int) -> Target | None:
    """Return where link ``index`` of a message leads; None when the message has no such link."""
    if index >= len(link.destinations):
        return None
    message_id, _, destinations, referral = link
    url = destinations[index]
    before, after = _pieces(url, referral)
    shared = _shared_facts(account_id, _MESSAGE, url, referral.campaign_id, None)
    advocate_id = referral.advocate_id
    # The ids are our own: nothing in them has to be escaped.
    facts = f',"message_id":"{message_id}","link_index":{index},"advocate_id":' + (
        f'"{advocate_id}"' if advocate_id else "null"
    )
    # As Target(...), without a call of Python's; so are the named tuples below that are made for each new link.
    return tuple.__new__(Target, (before, after, True, shared, facts, _MESSAGE, True))


def press_target(account_id: str, link: Button, letter: str, base: str) -> Target | None:
    """Return what a share button opens; None without a campaign or such a platform."""
    platform = sharing.by_letter(letter)
    if platform is None or link.referral.landing_url is None:
        return None
    own = orjson.loads(link.referral.share_texts or "{}")
    text = sharing.text_for(link.referral.share_text or "", own, platform.name)
    opened = sharing.intent(
        platform,
        text=text,
        url=base + destination.shared_path(link.share_token, letter, link.referral.share_code or ""),
        subject=sharing.subject(text),
        copy_page=destination.copy_page(base, link.share_token),
    )
    shared = _shared_facts(account_id, LinkKind.PRESS, opened, link.referral.campaign_id, platform.name)
    facts = _own_facts(link.message_id, link.referral.advocate_id)
    return Target(opened, "", False, shared, facts, LinkKind.PRESS.value, False)


def shared_target(account_id: str, kind: LinkKind, link: SharedLink, letter: str = "") -> Target | None:
    """Return where friends land; None without a campaign, or for a platform there is not."""
    platform = sharing.by_letter(letter)
    url = link.referral.landing_url
    if url is None or (letter and platform is None):
        return None
    before, after = _pieces(url, link.referral)
    shared = _shared_facts(account_id, kind, url, link.referral.campaign_id, platform.name if platform else None)
    facts = _own_facts(link.message_id, link.referral.advocate_id)
    return Target(before, after, True, shared, facts, kind.value, False)


def _pieces(url: str, referral: Referral) -> tuple[str, str]:
    return destination.landing_pieces(url, mbsy=referral.share_code, campaignid=referral.campaign_key)


def _own_facts(message_id: str | None, advocate_id: str | None) -> str:
    own = {"message_id": message_id, "link_index": None, "advocate_id": advocate_id}
    return f",{orjson.dumps(own)[1:-1].decode()}"


@lru_cache(maxsize=2_000)
def _shared_facts(account_id: str, kind: str, url: str, campaign_id: str | None, platform: str | None) -> str:
    """Return what all recipients of a link have in common: of a broadcast, it is written out once."""
    facts = {
        "account_id": account_id,
        "kind": kind,
        "url": url[:_URL_KEPT].replace("\0", "").encode(errors="replace").decode(),
        "campaign_id": campaign_id,
        "platform": platform,
    }
    return "," + orjson.dumps(facts).decode()[1:-1]
