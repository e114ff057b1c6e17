"""Why an order or a signup was credited as it was: the chain in sentences, each with its id and time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from app.domain.attribution import REASONS, Chain, Reason, Standing
from app.domain.ids import minted_at
from app.domain.money import from_minor
from app.domain.order import SourcePlace
from app.domain.sharing import PLATFORMS
from app.flow.explain_missing import explain_missing
from app.flow.explain_revisions import explain_revisions
from app.store.accounts import Account
from app.store.base import Session
from app.store.campaigns import advocate_by_id, campaign_by_id
from app.store.clicks import ClickRow, click_row
from app.store.contacts import contact_by_id
from app.store.messages import message_by_id
from app.store.order_names import find_order
from app.store.orders import OrderRow, SignupRow, signup_by_id
from app.store.shares import share_by_id

Explained = TypeVar("Explained", OrderRow, SignupRow)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One step of the chain."""

    kind: str
    """message, share, click, order, signup, missing, revision or verdict."""
    at: datetime | None
    id: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Explanation(Generic[Explained]):
    """An order or a signup and how its credit came about, oldest step first."""

    row: Explained
    sentences: tuple[Sentence, ...]


def explain_order(session: Session, account: Account, order_id: str) -> Explanation[OrderRow] | None:
    """Return the chain behind an order; None when the account has no such order."""
    order = find_order(session, account.id, order_id)
    return Explanation(order, _told(session, order, _order(order))) if order else None


def explain_signup(session: Session, account: Account, signup_id: str) -> Explanation[SignupRow] | None:
    """Return the chain behind a signup; None when the account has no such signup."""
    signup = signup_by_id(session, account.id, signup_id)
    return Explanation(signup, _told(session, signup, _signup(session, signup))) if signup else None


def _told(session: Session, row: OrderRow | SignupRow, event: Sentence) -> tuple[Sentence, ...]:
    told = (
        _sending(session, row.account_id, row),
        _share(session, row.account_id, row),
        _click(session, row.account_id, row),
        event,
        *(Sentence("revision", *revised) for revised in explain_revisions(session, row)),
    )
    steps = [step for step in told if step is not None]
    # An order that was placed before its click is told where it stands in time; a share whose press was not seen
    # stands before the click that it led to.
    clicked_at = next((step.at for step in steps if step.kind == "click"), None)
    steps.sort(key=lambda step: step.at or clicked_at or row.at)
    missing = explain_missing(session, row) if row.reason and row.standing != Standing.ATTRIBUTED else ()
    found = (Sentence("missing", one.at, one.id, one.text) for one in missing)
    return (*steps, *found, _verdict(row, event.kind))


def source_place(order: OrderRow) -> str | None:
    """Return where in the shop's body the click or the advocate of an order was named."""
    if order.source_place or order.mbsy or not order.discount_codes:
        return order.source_place
    return SourcePlace.DISCOUNT_CODES if order.named_advocate_id else None


def _sending(session: Session, account_id: str, order: OrderRow | SignupRow) -> Sentence | None:
    message = message_by_id(session, account_id, order.message_id) if order.message_id else None
    if message is None:
        return None
    named = f"template {message.template!r}" if message.template else "an inline message"
    through = f" by the automation {message.automation!r}" if message.automation else ""
    goal = f", sent for the goal {message.goal!r}" if message.goal else ""
    kind = "text" if message.channel == "sms" else "email"
    text = f"The {kind} {message.id} ({named}{through}) was sent to {message.recipient}{goal}."
    return Sentence("message", message.sent_at or message.created_at, message.id, text)


def _share(session: Session, account_id: str, order: OrderRow | SignupRow) -> Sentence | None:
    share = share_by_id(session, account_id, order.share_id) if order.share_id else None
    if order.chain != Chain.SHARED_CLICK and share is None:
        return None
    who = _advocate_name(session, account_id, order)
    if share is None:
        text = f"{who} passed the {_platform(order.platform)} link on; no press of the button was seen."
        return Sentence("share", None, None, text)
    where = "in that message" if share.message_id else "of the widget on a page"
    return Sentence("share", share.at, share.id, f"{who} pressed the {_platform(share.platform)} button {where}.")


def _click(session: Session, account_id: str, order: OrderRow | SignupRow) -> Sentence | None:
    if order.click_id is None:
        return None
    click = click_row(session, account_id, order.click_id)
    text = _followed(session, account_id, order, click)
    if click is None:
        text += " The visit's details were let go of since, as the account's settings say; what it earned stays."
    return Sentence("click", click.at if click else minted_at(order.click_id), order.click_id, text)


def _followed(session: Session, account_id: str, order: OrderRow | SignupRow, click: ClickRow | None) -> str:
    if order.chain == Chain.MESSAGE_CLICK:
        return f"Its recipient clicked {f'the link to {click.url}' if click else 'a link'} in that message."
    who = _advocate_name(session, account_id, order)
    landed = f" and landed on {click.url}" if click else ""
    if order.chain == Chain.SHARED_CLICK:
        return f"A friend clicked the link that {who} had shared on {_platform(order.platform)}{landed}."
    where = f" on {_platform(order.platform)}" if order.platform else ""
    return f"A friend clicked {who}'s own link{where}{landed}."


def _platform(name: str | None) -> str:
    return PLATFORMS[name].label if name and name in PLATFORMS else name or "shared"


def _advocate_name(session: Session, account_id: str, order: OrderRow | SignupRow) -> str:
    advocate = advocate_by_id(session, account_id, order.advocate_id) if order.advocate_id else None
    if advocate is None:
        return "The recipient"
    contact = contact_by_id(session, account_id, advocate.contact_id)
    name = " ".join(filter(None, (contact.first_name, contact.last_name))) if contact else ""
    return f"{name} ({advocate.share_code})" if name else advocate.share_code


def _order(order: OrderRow) -> Sentence:
    total = f"{from_minor(order.total_minor, order.currency)} {order.currency}"
    less = ""
    if order.refunded_minor:
        less = f", of which {from_minor(order.refunded_minor, order.currency)} was refunded"
    text = (
        f"The order {order.order_id} over {total} was placed{less}; it now stands as {order.status.replace('_', ' ')}."
    )
    return Sentence("order", order.at, order.order_id, text)


def _signup(session: Session, signup: SignupRow) -> Sentence:
    advocate = advocate_by_id(session, signup.account_id, signup.enrolled_advocate_id)
    named = f" as {advocate.share_code}" if advocate else ""
    campaign = campaign_by_id(session, signup.account_id, advocate.campaign_id) if advocate else None
    where = f" in the campaign {campaign.key!r}" if campaign else ""
    return Sentence("signup", signup.at, signup.id, f"Somebody enrolled{named}{where}.")


def _verdict(row: OrderRow | SignupRow, kind: str) -> Sentence:
    if row.reason is None:
        return Sentence("verdict", None, None, "Nobody has looked at it yet; this takes a second or two.")
    because = REASONS[Reason(row.reason)]
    if row.standing != Standing.ATTRIBUTED:
        return Sentence("verdict", None, None, f"The {kind} is credited to nobody. {because}")
    place = source_place(row) if isinstance(row, OrderRow) else None
    stood = f" The shop's {place.replace('_', ' ')} said so." if place and place != SourcePlace.BODY else ""
    return Sentence("verdict", None, None, f"So the {kind} is credited to this chain. {because}{stood}")
