"""Sends: messages on their way from the queue to a provider, each held by one worker at a time."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Update, bindparam, case, literal_column, null, or_, select, update
from sqlalchemy.orm import Session

from app.domain.mailing import kind_of
from app.domain.message import Status
from app.store.columns import Utc
from app.store.many_rows import among_those, checked, fetch
from app.store.messages import MessageRow


class Draft(NamedTuple):
    """A message that was claimed and is to be composed and sent."""

    id: str
    recipient: str
    contact_id: str
    advocate_id: str | None
    source: dict[str, Any]
    code: str
    share_token: str
    attempt: int
    account_id: str
    channel: str
    template: str | None
    automation: str | None
    campaign_id: str | None
    sender: str | None
    purpose: str
    link_host: str | None
    untracked_reason: str | None

    @property
    def kind(self) -> tuple[Any, ...]:
        """All that a call to a provider, and a count, must have in common, but what stands in ``source``."""
        return self[_KIND]  # type: ignore[return-value]  # A slice of a tuple is one.


_KIND = slice(Draft._fields.index("account_id"), None)
DRAFT: tuple[Any, ...] = tuple(MessageRow.__table__.c[name] for name in Draft._fields)
"""The columns of a draft."""
_FEW = 20
"""For so few another round trip to the database costs more than the names of those it wrote."""
_KNOWN_ENDS = frozenset({Status.SENT, Status.DELIVERED, Status.FAILED})


def _is(status: Status) -> ColumnElement[bool]:
    # Spelled out: the planner has to see that one of the small indexes of what waits holds them all.
    return MessageRow.status == literal_column(f"'{status}'")


_CLAIM = (
    update(MessageRow)
    .where(
        MessageRow.id == bindparam("message_id"),
        MessageRow.status == Status.QUEUED,
        MessageRow.send_at <= bindparam("now"),
    )
    .values(status=Status.SENDING, attempt=MessageRow.attempt + 1, lease_until=bindparam("until"))
    .returning(*DRAFT)
)
_COMPOSED = (
    update(MessageRow)
    .where(
        MessageRow.id == bindparam("message_id"),
        MessageRow.status == Status.SENDING,
        MessageRow.attempt == bindparam("its_attempt"),
    )
    .returning(MessageRow.id)
)
_ENDS, _ENDS_FOR_GOOD = (
    update(MessageRow)
    .where(
        among_those(MessageRow.id, "message_ids"),
        or_(*(checked(MessageRow.status) == state for state in states)),
        MessageRow.attempt == bindparam("its_attempt"),
    )
    .values(lease_until=None)
    for states in ((Status.SENDING,), (Status.SENDING, Status.UNKNOWN))
)
_SETTLE, _SETTLE_FOR_GOOD = (ends.returning(MessageRow.id) for ends in (_ENDS, _ENDS_FOR_GOOD))
_TO_WAKE = (
    select(MessageRow.id)
    .where(
        _is(Status.QUEUED),
        MessageRow.send_at <= bindparam("now"),
        or_(MessageRow.woken_at.is_(None), MessageRow.woken_at < bindparam("woken_before")),
    )
    .order_by(MessageRow.send_at)
    .limit(bindparam("limit"))
)
_WAKE = (
    update(MessageRow)
    .where(MessageRow.id.in_(_TO_WAKE))
    .values(woken_at=bindparam("now"))
    .returning(MessageRow.id, MessageRow.account_id, MessageRow.channel, MessageRow.template)
)
_ABANDONED = (
    select(MessageRow.account_id, MessageRow.id, MessageRow.attempt)
    .where(_is(Status.SENDING), MessageRow.lease_until < bindparam("now"))
    .limit(bindparam("limit"))
)
_DOUBTFUL = select(*DRAFT).where(MessageRow.id == bindparam("message_id"), MessageRow.status == Status.UNKNOWN)
_TO_LOOK_UP = (
    select(MessageRow.id)
    .where(_is(Status.UNKNOWN), MessageRow.look_up_at <= bindparam("now"))
    .order_by(MessageRow.look_up_at)
    .limit(bindparam("limit"))
)


@cache
def _looking_up(pauses: int) -> Update:
    """Update what is to be looked up now; when it is next time, and so on, stands in the parameters from ``look_1``."""
    next_looks = [
        (MessageRow.looked_up == count - 1, bindparam(f"look_{count}", type_=Utc)) for count in range(1, pauses)
    ]
    return (
        update(MessageRow)
        .where(MessageRow.id.in_(_TO_LOOK_UP))
        .values(look_up_at=case(*next_looks, else_=null()), looked_up=MessageRow.looked_up + 1)
        .returning(MessageRow.id)
    )


def claim(session: Session, message_id: str, *, now: datetime, lease_until: datetime) -> Draft | None:
    """Move a due message from queued to sending; None when another worker has it, or it is not due."""
    rows = fetch(session, _CLAIM, message_id=message_id, now=now, until=lease_until)
    return Draft(*rows[0]) if rows else None


def settle(session: Session, message_id: str, attempt: int, **values: Any) -> bool:
    """Write how this attempt ended; False when somebody else has the message, or knows better, meanwhile.

    An attempt that was given up as unknown may still learn how it ended, since nobody sends an unknown message again.
    """
    return bool(_settled(session, [message_id], attempt, values))


def save_composed(session: Session, message_id: str, attempt: int, **values: Any) -> bool:
    """Keep the body as it will be sent; False when the lease passed to somebody else meanwhile."""
    return bool(fetch(session, _COMPOSED, message_id=message_id, its_attempt=attempt, **values))


def wake_due(
    session: Session, *, now: datetime, woken_before: datetime, limit: int
) -> list[tuple[str, Hashable | None]]:
    """Return queued messages that are due and that no queue heard of lately, by kind, and mark them as woken."""
    rows = fetch(session, _WAKE, now=now, woken_before=woken_before, limit=limit)
    return [(row[0], kind_of(row[1], row[2], row[3])) for row in rows]


def abandoned(session: Session, *, now: datetime, limit: int) -> list[tuple[str, str, int]]:
    """Return (account, message, attempt) of sends whose lease ran out: their worker is gone."""
    return [(row[0], row[1], row[2]) for row in fetch(session, _ABANDONED, now=now, limit=limit)]


def wake_doubtful(session: Session, *, now: datetime, pauses: Sequence[timedelta], limit: int) -> list[str]:
    """Return messages of unknown fate that are to be looked up now, each as often as there are ``pauses``."""
    looks = {f"look_{count}": now + pause for count, pause in enumerate(pauses)}
    return [row[0] for row in fetch(session, _looking_up(len(pauses)), now=now, limit=limit, **looks)]


def doubtful(session: Session, message_id: str) -> Draft | None:
    """Return a message while nobody knows whether it was sent."""
    rows = fetch(session, _DOUBTFUL, message_id=message_id)
    return Draft(*rows[0]) if rows else None


def known_provider_ids(session: Session, account_id: str, recipient: str) -> frozenset[str]:
    """Return what providers call the messages that this recipient is known to have been sent."""
    query = select(MessageRow.provider_id).where(
        MessageRow.account_id == account_id, MessageRow.recipient == recipient, MessageRow.provider_id.is_not(None)
    )
    rows = session.execute(query.order_by(MessageRow.id.desc()).limit(1000))
    return frozenset(str(row[0]) for row in rows)


def resend(session: Session, account_id: str, message_id: str, *, now: datetime) -> bool:
    """Move a message of unknown fate, or one that failed, back to the queue; False when it is neither."""
    again = (
        update(MessageRow)
        .where(
            MessageRow.account_id == account_id,
            MessageRow.id == message_id,
            MessageRow.status.in_((Status.UNKNOWN, Status.FAILED)),
        )
        .values(
            status=Status.QUEUED,
            # The same number would let the earlier attempt write down its end as this one's.
            attempt=MessageRow.attempt + 1,
            error=None,
            send_at=now,
            woken_at=now,
            look_up_at=None,
            looked_up=0,
        )
    )
    return session.execute(again.returning(MessageRow.id)).one_or_none() is not None


def release(
    session: Session,
    account_id: str,
    message_id: str,
    *,
    link_host: str | None,
    untracked_reason: str | None,
    now: datetime,
) -> bool:
    """Move a held message back to the queue; False when it is not held."""
    released = (
        update(MessageRow)
        .where(MessageRow.account_id == account_id, MessageRow.id == message_id, MessageRow.status == Status.HELD)
        .values(status=Status.QUEUED, link_host=link_host, untracked_reason=untracked_reason, error=None, woken_at=now)
    )
    return session.execute(released.returning(MessageRow.id)).one_or_none() is not None


def settle_many(session: Session, drafts: Sequence[Draft], **values: Any) -> Sequence[Draft]:
    """Write how these attempts ended, and return those for which it counts; see ``settle``."""
    by_attempt: dict[int, list[str]] = defaultdict(list)
    for draft in drafts:
        by_attempt[draft.attempt].append(draft.id)
    if len(drafts) > _FEW and _settled_all(session, by_attempt, values):
        return drafts
    settled = {one for attempt, ids in by_attempt.items() for one in _settled(session, ids, attempt, values)}
    return drafts if len(settled) == len(drafts) else [draft for draft in drafts if draft.id in settled]


def _settled_all(session: Session, by_attempt: Mapping[int, Sequence[str]], values: Mapping[str, Any]) -> bool:
    """Write how these attempts ended if it counts for each, as nearly always; else nothing, and return False.

    To name those for which it counts costs as much as a fifth of writing it, so they are only counted here.
    """
    ends = _ENDS_FOR_GOOD if values["status"] in _KNOWN_ENDS else _ENDS
    connection = session.connection()
    with connection.begin_nested() as all_of_them:
        for attempt, ids in by_attempt.items():
            if connection.execute(ends, {"message_ids": ids, "its_attempt": attempt, **values}).rowcount != len(ids):
                all_of_them.rollback()
                return False
    return True


def _settled(session: Session, message_ids: Sequence[str], attempt: int, values: Mapping[str, Any]) -> list[str]:
    ends = _SETTLE_FOR_GOOD if values["status"] in _KNOWN_ENDS else _SETTLE
    return [row[0] for row in fetch(session, ends, message_ids=message_ids, its_attempt=attempt, **values)]
