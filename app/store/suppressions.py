"""Suppressions: who wants nothing more, by which channel, and what shows it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, bindparam, literal, select, tuple_, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.accounts import AccountRow, DomainRow
from app.store.base import Base, insert
from app.store.columns import Json, Utc
from app.store.contacts import has_erased
from app.store.erased_addresses import known_as
from app.store.many_rows import among_those, fetch
from app.store.messages import MessageRow

_FEW = 20
PAGE = "page"
"""Said on our own page, or by a mail program's button."""


class SuppressionRow(Base):
    """An address that nothing is sent to by one channel; once lifted it stays, as the record of what was said."""

    __tablename__ = "suppressions"
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    """As messages name their recipients: an email in lower case, a number as E.164."""
    reason: Mapped[str] = mapped_column(primary_key=True)
    """Each stands for itself: to take back an unsubscription does not bring a mailbox to life."""
    source: Mapped[str]
    """Where it was said: on our page, in a text, in which report of a provider's."""
    message_id: Mapped[str | None]
    """The evidence: the message on which it was said. It may be gone by now, so nothing enforces it."""
    evidence: Mapped[Any] = mapped_column(Json)
    """What shows it: the call that said so, its words, the provider's own reason."""
    at: Mapped[datetime] = mapped_column(Utc)
    lifted_at: Mapped[datetime | None] = mapped_column(Utc)
    lifted_by: Mapped[str | None]
    """Who of the team; None where its reader took it back."""


_STORED = insert(SuppressionRow)
# Who lifted an earlier one, and when, is not said of a new one.
_SAID = ("source", "message_id", "evidence", "at", "lifted_at", "lifted_by")
_SUPPRESS = _STORED.on_conflict_do_update(
    index_elements=["account_id", "channel", "address", "reason"],
    set_={name: _STORED.excluded[name] for name in _SAID},
    where=SuppressionRow.lifted_at.is_not(None),
).returning(SuppressionRow.address)
_STANDING = select(SuppressionRow.address, SuppressionRow.reason).where(
    SuppressionRow.account_id == bindparam("account_id"),
    SuppressionRow.channel == bindparam("channel"),
    among_those(SuppressionRow.address, "names"),
    SuppressionRow.lifted_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who holds a message in hands, and may say that it be the last."""

    account_id: str
    account_name: str
    message_id: str
    channel: str
    address: str


def reader_of_message(session: Session, message_id: str, *, host: str | None) -> Reader | None:
    """Return who got a message; None unless ``host`` is a verified domain of its account.

    ``host`` is None where the hub itself was asked, which answers for every account.
    """
    query = (
        select(AccountRow.id, AccountRow.name, MessageRow.id, MessageRow.channel, MessageRow.recipient)
        .select_from(MessageRow)
        .join(AccountRow, AccountRow.id == MessageRow.account_id)
        .where(MessageRow.id == message_id)
    )
    if host is not None:
        query = query.join(DomainRow, DomainRow.account_id == MessageRow.account_id).where(
            DomainRow.host == host, DomainRow.verified_at.is_not(None)
        )
    row = session.execute(query).one_or_none()
    return Reader(*row) if row else None


def suppress(
    session: Session,
    account_id: str,
    channel: str,
    address: str,
    *,
    reason: str,
    message_id: str | None,
    now: datetime,
    source: str = PAGE,
    evidence: dict[str, Any] | None = None,
) -> bool:
    """Send nothing more to an address; False when it was so already, for this reason."""
    named = {"account_id": account_id, "channel": channel, "address": address, "reason": reason}
    said = {"source": source, "message_id": message_id, "evidence": evidence or {}, "at": now}
    return bool(fetch(session, _SUPPRESS, **named, **said))


def lift(
    session: Session,
    account_id: str,
    channel: str,
    address: str,
    *,
    reason: str,
    now: datetime,
    source: str | None = None,
    by: str | None = None,
) -> bool:
    """Send to an address again; False when nothing stood against it for ``reason``, said at ``source`` if given."""
    lifted = update(SuppressionRow).where(
        SuppressionRow.account_id == account_id,
        SuppressionRow.channel == channel,
        SuppressionRow.address.in_(known_as(account_id, channel, address)),
        SuppressionRow.reason == reason,
        SuppressionRow.lifted_at.is_(None),
    )
    if source is not None:
        lifted = lifted.where(SuppressionRow.source == source)
    done = session.execute(lifted.values(lifted_at=now, lifted_by=by).returning(SuppressionRow.address))
    return bool(done.all())


def suppressed(
    session: Session, account_id: str, recipients: Collection[tuple[str, str]]
) -> dict[tuple[str, str], set[str]]:
    """Return all that stands against some of ``recipients`` (channel, address); the others are not named."""
    if not recipients:
        return {}
    # To hash a thousand addresses costs more than to ask whether that would find anybody.
    is_plain = len(recipients) > _FEW and not has_erased(session, account_id)
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for channel in {channel for channel, _ in recipients}:
        addresses = [address for other, address in recipients if other == channel]
        spelled = {
            name: address
            for address in addresses
            for name in ((address,) if is_plain else known_as(account_id, channel, address))
        }
        for name, reason in fetch(session, _STANDING, account_id=account_id, channel=channel, names=list(spelled)):
            found[channel, spelled[name]].add(reason)
    return dict(found)


def list_suppressions(session: Session, account_id: str, *, after: Sequence[str], limit: int) -> list[SuppressionRow]:
    """Return an account's suppressions by channel, address and reason, from behind ``after`` (as many of the three)."""
    order = (SuppressionRow.channel, SuppressionRow.address, SuppressionRow.reason)
    query = select(SuppressionRow).where(SuppressionRow.account_id == account_id)
    query = query.where(tuple_(*order[: len(after)]) > tuple_(*map(literal, after)))
    return list(session.execute(query.order_by(*order).limit(limit)).scalars())


def suppression(session: Session, account_id: str, channel: str, address: str, reason: str) -> SuppressionRow | None:
    """Return one of an account's suppressions, lifted ones included; None when there is no such one."""
    query = select(SuppressionRow).where(
        SuppressionRow.account_id == account_id,
        SuppressionRow.channel == channel,
        SuppressionRow.address == address,
        SuppressionRow.reason == reason,
    )
    return session.execute(query).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class Suppression:
    """One thing that stands against an address."""

    channel: str
    address: str
    reason: str
    source: str
    evidence: Mapping[str, Any]
    message_id: str | None
    at: datetime


def find_suppressions(
    session: Session, account_id: str, *, search: str | None, offset: int, limit: int
) -> list[Suppression]:
    """Return what stands against an account's addresses, the latest first; ``search`` is a part of the address."""
    said = (SuppressionRow.channel, SuppressionRow.address, SuppressionRow.reason, SuppressionRow.source)
    query = select(*said, SuppressionRow.evidence, SuppressionRow.message_id, SuppressionRow.at).where(
        SuppressionRow.account_id == account_id, SuppressionRow.lifted_at.is_(None)
    )
    if search:
        query = query.where(SuppressionRow.address.icontains(search, autoescape=True))
    latest = query.order_by(SuppressionRow.at.desc(), SuppressionRow.address, SuppressionRow.reason)
    return [Suppression(*row) for row in session.execute(latest.offset(offset).limit(limit))]
