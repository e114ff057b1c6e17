"""Who stands behind a figure of a report: the same raw rows that the counters count, gathered by contact.

The sum of the counts is the figure: each condition here has its twin in ``raw_rows`` and ``domain.counting``.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from app.domain.behind import ChannelMetric, MessageMetric
from app.domain.counting import Span
from app.domain.delivery import Sign
from app.domain.message import Goal, Status
from app.domain.money import from_minor
from app.domain.visit import LinkKind, Verdict
from app.store.campaigns import AdvocateRow
from app.store.clicks import ClickRow
from app.store.contacts import ContactRow
from app.store.messages import MessageEventRow, MessageRow
from app.store.outcomes import OutcomeRow
from app.store.shares import ShareRow
from app.store.visits import within

NOBODY = "-"
"""Stands for the contact of rows whose person is gone, so that the counts still add up."""


@dataclass(frozen=True, slots=True)
class ContactFigure:
    """A contact and their part in a figure."""

    key: str
    """What the next page begins behind."""
    contact_id: str | None
    external_id: str | None
    email: str | None
    phone: str | None
    first_name: str | None
    last_name: str | None
    count: int
    first_at: datetime
    last_at: datetime
    revenue: Sequence[Mapping[str, str]] = ()
    """Each currency with its amount, refunds subtracted; where revenue is the figure."""


_GOALS = {"signups": Goal.SIGNUP, "orders": Goal.ORDER}
_EVENTS: dict[str, tuple[Any, ...]] = {
    "sent": (MessageEventRow.type == Status.SENT,),
    "delivered": (MessageEventRow.type == Status.DELIVERED,),
    "failed": (MessageEventRow.type == Status.FAILED,),
    # A message counts as opened once; quotes within the detail's words are escaped, so nothing else reads like this.
    "opened": (
        MessageEventRow.type == Sign.OPENED,
        type_coerce(MessageEventRow.detail, Text).contains('"first":true'),
    ),
    "machine_opens": (MessageEventRow.type == Sign.MACHINE_OPENED,),
}
_PRESSES: dict[str, Any] = {
    "shares": ShareRow.verdict == Verdict.HUMAN,
    "machine_shares": ShareRow.verdict != Verdict.HUMAN,
}
_VERDICTS: dict[str, tuple[Any, ...]] = {
    "clicked": (ClickRow.verdict == Verdict.HUMAN,),
    "clicks": (ClickRow.verdict == Verdict.HUMAN,),
    "unique_clicks": (ClickRow.verdict == Verdict.HUMAN, ClickRow.is_unique),
    "machine_clicks": (ClickRow.verdict != Verdict.HUMAN,),
}


def behind_messages(
    session: Session,
    account_id: str,
    metric: MessageMetric,
    *,
    span: Span,
    narrowed: Mapping[str, str],
    after: str | None,
    limit: int,
) -> list[ContactFigure]:
    """Return whose messages a figure of the message report is made of, from behind ``after``."""
    if metric in _EVENTS:
        rows = _events(account_id, metric, span)
    elif metric in _VERDICTS:
        rows = _clicks(account_id, metric, span, ClickRow.kind == LinkKind.MESSAGE)
    elif metric in _PRESSES:
        rows = _shares(account_id, metric, span)
    else:
        rows = _outcomes(account_id, metric, span)
    # What belongs to no message stands in the channel report.
    rows = rows.where(MessageRow.id.is_not(None))
    return _gathered(session, account_id, rows, narrowed, after, limit)


def behind_channels(
    session: Session,
    account_id: str,
    metric: ChannelMetric,
    *,
    span: Span,
    narrowed: Mapping[str, str],
    after: str | None,
    limit: int,
) -> list[ContactFigure]:
    """Return whose shared links a figure of the channel report is made of, from behind ``after``."""
    if metric in _VERDICTS:
        rows = _clicks(account_id, metric, span, ClickRow.kind != LinkKind.MESSAGE)
    elif metric in _PRESSES:
        rows = _shares(account_id, metric, span)
    else:
        rows = _outcomes(account_id, metric, span)
    # Without a platform, what belongs to a message was done by its own reader.
    rows = rows.where(or_(rows.selected_columns.platform != "", MessageRow.id.is_(None)))
    return _gathered(session, account_id, rows, narrowed, after, limit)


def _base(
    raw: Any, account_id: str, at: Any, count: Any, platform: Any, campaign: Any, *, last: Any = None
) -> Select[Any]:
    """Select (contact, count, at, last) of raw rows with their message and advocate, and what they are narrowed by."""
    row = raw.c if isinstance(raw, Subquery) else raw
    message = and_(MessageRow.id == row.message_id, MessageRow.account_id == row.account_id)
    advocate = getattr(row, "advocate_id", literal(None))
    # Looked up only where no message tells: a join would look for each row's.
    sharer = select(AdvocateRow.contact_id).where(AdvocateRow.id == advocate).scalar_subquery()
    query = select(
        func.coalesce(MessageRow.contact_id, sharer, NOBODY).label("contact"),
        count.label("count"),
        at.label("at"),
        (at if last is None else last).label("last"),
        func.coalesce(MessageRow.channel, "").label("channel"),
        func.coalesce(MessageRow.template, "").label("template"),
        func.coalesce(MessageRow.automation, "").label("automation"),
        func.coalesce(case((MessageRow.id.is_not(None), MessageRow.campaign_id), else_=campaign), "").label(
            "campaign_id"
        ),
        func.coalesce(platform, "").label("platform"),
    )
    return query.select_from(raw).outerjoin(MessageRow, message).where(row.account_id == account_id)


def _events(account_id: str, metric: MessageMetric, span: Span) -> Select[Any]:
    at = MessageEventRow.at
    rows = _base(MessageEventRow, account_id, at, literal(1), literal(""), literal(""))
    return rows.where(*_EVENTS[metric], *within(span, at))


def _clicks(account_id: str, metric: str, span: Span, kind: ColumnElement[bool]) -> Select[Any]:
    # Many clicks have one link: its message and its advocate are looked up once for all of them.
    link = (ClickRow.message_id, ClickRow.advocate_id, ClickRow.platform, ClickRow.campaign_id)
    account = literal(account_id).label("account_id")
    first, last = func.min(ClickRow.at).label("at"), func.max(ClickRow.at).label("last")
    links = select(account, *link, func.count().label("clicks"), first, last).where(
        ClickRow.account_id == account_id, kind, *_VERDICTS[metric], *within(span, ClickRow.at)
    )
    raw = links.group_by(*link).subquery()
    return _base(raw, account_id, raw.c.at, raw.c.clicks, raw.c.platform, raw.c.campaign_id, last=raw.c.last)


def _shares(account_id: str, metric: str, span: Span) -> Select[Any]:
    rows = _base(ShareRow, account_id, ShareRow.at, literal(1), ShareRow.platform, ShareRow.campaign_id)
    return rows.where(_PRESSES[metric], *within(span, ShareRow.at))


def _outcomes(account_id: str, metric: str, span: Span) -> Select[Any]:
    goal = _GOALS.get(metric)
    count = OutcomeRow.conversions if metric == MessageMetric.CONVERSIONS else OutcomeRow.quantity
    rows = _base(OutcomeRow, account_id, OutcomeRow.at, count, OutcomeRow.platform, OutcomeRow.campaign_id)
    if metric == MessageMetric.REVENUE:
        rows = rows.add_columns(OutcomeRow.currency.label("currency"), OutcomeRow.amount_minor.label("amount"))
    return rows.where(*([OutcomeRow.kind == goal] if goal else []), *within(span, OutcomeRow.at))


def _gathered(
    session: Session, account_id: str, rows: Select[Any], narrowed: Mapping[str, str], after: str | None, limit: int
) -> list[ContactFigure]:
    raw = rows.subquery()
    wanted = [raw.c[name] == word for name, word in narrowed.items()]
    if after:
        wanted.append(raw.c.contact > after)
    # What was given and taken back leaves no trace, as in the counters.
    if "amount" not in raw.c:
        total = func.sum(raw.c["count"])
        sums = select(*_sums(raw.c.contact, total, raw.c.at, raw.c.last)).where(*wanted)
        return _people(session, account_id, sums.group_by(raw.c.contact).having(total != 0), raw.c.contact, limit)
    amount = func.sum(raw.c.amount)
    money = (
        select(
            *_sums(raw.c.contact, func.sum(raw.c["count"]), raw.c.at, raw.c.last),
            raw.c.currency,
            amount.label("amount"),
        )
        .where(*wanted)
        .group_by(raw.c.contact, raw.c.currency)
        .having(amount != 0)
        .subquery()
    )
    sums = select(*_sums(money.c.contact, func.sum(money.c.total), money.c.first, money.c.last))
    people = _people(session, account_id, sums.group_by(money.c.contact), money.c.contact, limit)
    earned: dict[str, list[dict[str, str]]] = defaultdict(list)
    theirs = select(money.c.contact, money.c.currency, money.c.amount).where(
        money.c.contact.in_([one.key for one in people])
    )
    for contact, code, minor in session.execute(theirs.order_by(money.c.currency)):
        earned[contact].append({"currency": code, "amount": from_minor(int(minor), code)})
    return [replace(one, revenue=earned[one.key]) for one in people]


def _sums(contact: Any, total: Any, first: Any, last: Any) -> tuple[Any, ...]:
    return contact, total.label("total"), func.min(first).label("first"), func.max(last).label("last")


def _people(
    session: Session, account_id: str, sums: Select[Any], contact: ColumnElement[str], limit: int
) -> list[ContactFigure]:
    page = sums.order_by(contact).limit(limit).subquery()
    person = and_(ContactRow.id == page.c.contact, ContactRow.account_id == account_id)
    query = (
        select(
            page.c.contact,
            ContactRow.id,
            ContactRow.external_id,
            ContactRow.email,
            ContactRow.phone,
            ContactRow.first_name,
            ContactRow.last_name,
            cast(page.c.total, Integer),
            page.c.first,
            page.c.last,
        )
        .outerjoin(ContactRow, person)
        .order_by(page.c.contact)
    )
    return [ContactFigure(*row) for row in session.execute(query)]
