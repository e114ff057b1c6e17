"""Who earned an order or a signup: the click it names, else the last human click, else nobody, and why."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.mailboxes import mailbox
from app.domain.visit import LinkKind, Verdict


class Standing(StrEnum):
    """How far the question is settled."""

    ATTRIBUTED = "attributed"
    UNATTRIBUTED = "unattributed"
    PENDING = "pending"
    """It names a click that has not come in yet."""


class Reason(StrEnum):
    """Why; REASONS says it for people."""

    NAMED_CLICK = "named_click"
    LAST_CLICK_OF_CONTACT = "last_click_of_contact"
    LAST_CLICK_OF_ADVOCATE = "last_click_of_advocate"
    AWAITING_CLICK = "awaiting_click"
    CLICK_BY_MACHINE = "click_by_machine"
    SELF_REFERRAL = "self_referral"
    NO_RECENT_CLICK = "no_recent_click"
    NOTHING_KNOWN = "nothing_known"


REASONS = {
    Reason.NAMED_CLICK: "It names the click itself: mbsy_source carries the click's id.",
    Reason.LAST_CLICK_OF_CONTACT: "It names no click of ours; this was the last one by the same person in the window.",
    Reason.LAST_CLICK_OF_ADVOCATE: "It names no click of ours; this was the last one on the advocate's links"
    " in the window.",
    Reason.AWAITING_CLICK: "It names a click that has not come in yet; it is tried again when it does.",
    Reason.CLICK_BY_MACHINE: "The click it names was a machine's, and a machine's click earns nothing.",
    Reason.SELF_REFERRAL: "The click was on a link that the buyer had shared themselves: the same person, email"
    " address, phone number or visitor.",
    Reason.NO_RECENT_CLICK: "The person or advocate is known, but made or brought no human click in the window.",
    Reason.NOTHING_KNOWN: "It carries no click, no known share code, and no address or number of a known contact.",
}


class Chain(StrEnum):
    """Which way the credit went."""

    MESSAGE_CLICK = "message_click"
    """message → its recipient's click → outcome."""
    SHARED_CLICK = "shared_click"
    """message → its recipient's share → a friend's click → outcome."""
    ADVOCATE_CLICK = "advocate_click"
    """an advocate's own link → a friend's click → outcome; no message of ours had a part in it."""


_SHARED_NETWORKS: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = [
    *map(ipaddress.IPv4Network, ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16")),
    *map(ipaddress.IPv4Network, ("172.16.0.0/12", "192.168.0.0/16")),
    *map(ipaddress.IPv6Network, ("::/32", "fc00::/7", "fe80::/10")),
]
"""Networks that are no visitor's own. Source: https://www.iana.org/assignments/iana-ipv4-special-registry"""


@dataclass(frozen=True, slots=True)
class Click:
    """What attribution needs of a click."""

    id: str
    at: datetime
    kind: LinkKind
    verdict: Verdict
    message_id: str | None
    advocate_id: str | None
    platform: str | None
    sharer_id: str | None
    """The contact whose link it was, for shared and plain links."""
    sharer_email: str | None = None
    sharer_phone: str | None = None
    network: str = ""
    is_sharers_browser: bool = False
    """The sharer pressed a share button before, in the same network with the same browser."""

    @property
    def chain(self) -> Chain:
        """Which way credit goes through this click."""
        if self.kind is LinkKind.MESSAGE:
            return Chain.MESSAGE_CLICK
        return Chain.SHARED_CLICK if self.message_id else Chain.ADVOCATE_CLICK


@dataclass(frozen=True, slots=True)
class Claim:
    """An order or a signup that asks who earned it."""

    at: datetime
    names_click: bool
    """It carries a click's id, whether or not that click is known."""
    contact_id: str | None
    advocate_id: str | None
    """Whom its share code names."""
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """The answer."""

    standing: Standing
    reason: Reason
    click: Click | None = None


def last_click(clicks: Iterable[Click], *, claimed_at: datetime, window: timedelta) -> Click | None:
    """Return the latest human click no older than ``window`` at ``claimed_at``, or None; both ends count."""
    eligible = (c for c in clicks if c.verdict is Verdict.HUMAN and claimed_at - window <= c.at <= claimed_at)
    return max(eligible, key=lambda click: (click.at, click.id), default=None)


def attribute(
    claim: Claim, *, named: Click | None, of_contact: Iterable[Click], of_advocate: Iterable[Click], window: timedelta
) -> Credit:
    """Return who earned ``claim``, from the click it names and the clicks of its contact and advocate."""
    doubts: list[Reason] = []
    if named is not None:
        if named.verdict is not Verdict.HUMAN:
            doubts.append(Reason.CLICK_BY_MACHINE)
        elif _is_own(named, claim):
            doubts.append(Reason.SELF_REFERRAL)
        else:
            return Credit(Standing.ATTRIBUTED, Reason.NAMED_CLICK, named)
    for clicks, reason in (
        (of_contact, Reason.LAST_CLICK_OF_CONTACT),
        (of_advocate, Reason.LAST_CLICK_OF_ADVOCATE),
    ):
        click = last_click((c for c in clicks if not _is_own(c, claim)), claimed_at=claim.at, window=window)
        if click is not None:
            return Credit(Standing.ATTRIBUTED, reason, click)
    if claim.names_click and named is None:
        return Credit(Standing.PENDING, Reason.AWAITING_CLICK)
    if doubts:
        return Credit(Standing.UNATTRIBUTED, doubts[0])
    known = claim.contact_id or claim.advocate_id
    return Credit(Standing.UNATTRIBUTED, Reason.NO_RECENT_CLICK if known else Reason.NOTHING_KNOWN)


def _is_own(click: Click, claim: Claim) -> bool:
    """Tell whether somebody followed the link that they had shared themselves: the same person, address or visitor."""
    if click.sharer_id is None:
        return False
    return (
        click.sharer_id == claim.contact_id
        or (click.is_sharers_browser and tells_apart(click.network))
        or (bool(click.sharer_phone) and click.sharer_phone == claim.phone)
        or _is_same_mailbox(click.sharer_email, claim.email)
    )


def _is_same_mailbox(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and mailbox(one) == mailbox(other)


def tells_apart(network: str) -> bool:
    """Tell whether a network says who somebody is: behind a proxy or a carrier's gateway, everybody has the same."""
    try:
        address = ipaddress.ip_address(network)
    except ValueError:
        return False
    return not any(address in shared for shared in _SHARED_NETWORKS)
