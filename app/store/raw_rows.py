"""Every raw row behind the counters, one by one, under the words that the counters group by."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, select
from sqlalchemy.orm import Session

from app.domain.counting import Subject
from app.store.accounts import AccountRow
from app.store.clicks import ClickRow
from app.store.messages import MessageEventRow, MessageRow
from app.store.outcomes import OUTCOME, Outcome, OutcomeRow
from app.store.shares import ShareRow

_AT_ONCE = 5_000
_OF_MESSAGE = (MessageRow.channel, MessageRow.template, MessageRow.automation)


def account_ids(session: Session) -> list[str]:
    """Return the ids of all accounts."""
    return list(session.execute(select(AccountRow.id).order_by(AccountRow.id)).scalars())


def _stream(session: Session, query: Select[*tuple[Any, ...]], account_id: str) -> Iterator[Any]:
    options = {"yield_per": _AT_ONCE}
    return iter(session.connection().execute(query, {"account_id": account_id}, execution_options=options))


def _campaign(of_visit: Any) -> Any:
    """Select the campaign of the message, else, where no message of the account is known, the visit's own."""
    return case((MessageRow.id.is_not(None), MessageRow.campaign_id), else_=of_visit)


def _subject(row: Any, platform: str | None = None) -> Subject:
    return Subject(row[0] or "", row[1] or "", row[2] or "", row[3] or "", platform or "")


_EVENTS = (
    select(
        *_OF_MESSAGE,
        MessageRow.campaign_id,
        MessageEventRow.type,
        MessageEventRow.at,
        MessageRow.untracked_reason,
        MessageEventRow.detail,
    )
    .join(MessageRow, MessageRow.id == MessageEventRow.message_id)
    .where(MessageEventRow.account_id == bindparam("account_id"))
)


def all_events(session: Session, account_id: str) -> Iterator[tuple[Subject, str, datetime, bool, Any]]:
    """Yield (subject, type, at, was it tracked, detail) of everything that happened to the account's messages."""
    for row in _stream(session, _EVENTS, account_id):
        yield _subject(row), row[4], row[5], row[6] is None, row[7]


_CLICKS = (
    select(
        *_OF_MESSAGE,
        _campaign(ClickRow.campaign_id),
        ClickRow.platform,
        ClickRow.kind,
        ClickRow.verdict,
        ClickRow.is_unique,
        ClickRow.at,
    )
    .outerjoin(MessageRow, and_(MessageRow.id == ClickRow.message_id, MessageRow.account_id == ClickRow.account_id))
    .where(ClickRow.account_id == bindparam("account_id"))
)


def all_clicks(session: Session, account_id: str) -> Iterator[tuple[Subject, str, str, bool, datetime]]:
    """Yield (subject, kind, verdict, is unique, at) of every click."""
    for row in _stream(session, _CLICKS, account_id):
        yield _subject(row, row[4]), row[5], row[6], row[7], row[8]


_SHARES = (
    select(
        *_OF_MESSAGE,
        _campaign(ShareRow.campaign_id),
        ShareRow.platform,
        ShareRow.verdict,
        ShareRow.at,
    )
    .outerjoin(MessageRow, and_(MessageRow.id == ShareRow.message_id, MessageRow.account_id == ShareRow.account_id))
    .where(ShareRow.account_id == bindparam("account_id"))
)


def all_shares(session: Session, account_id: str) -> Iterator[tuple[Subject, str, datetime]]:
    """Yield (subject, verdict, at) of every press."""
    for row in _stream(session, _SHARES, account_id):
        yield _subject(row, row[4]), row[5], row[6]


_OUTCOMES = select(*OUTCOME).where(OutcomeRow.account_id == bindparam("account_id")).order_by(OutcomeRow.id)


def all_outcomes(session: Session, account_id: str) -> Iterator[Outcome]:
    """Yield every credit given and taken back."""
    for row in _stream(session, _OUTCOMES, account_id):
        yield Outcome(*row)
