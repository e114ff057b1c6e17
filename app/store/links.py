"""Where the links of a message lead: one set of destinations, however many people get it."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.ids import new_id
from app.store.base import Base, insert
from app.store.columns import Json
from app.store.many_rows import among_those, checked, fetch


class LinkSetRow(Base):
    """The distinct destinations of a message's tracked links, in the order of their indexes."""

    __tablename__ = "link_sets"
    __table_args__ = (UniqueConstraint("account_id", "digest"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    digest: Mapped[str]
    destinations: Mapped[Any] = mapped_column(Json)


_KNOWN = select(LinkSetRow.id).where(
    LinkSetRow.account_id == bindparam("account_id"), LinkSetRow.digest == bindparam("digest")
)
_ADDED = insert(LinkSetRow)
# The digest is set to itself so that the row comes back whoever stored it first.
_KEEP = _ADDED.on_conflict_do_update(
    index_elements=["account_id", "digest"], set_={"digest": _ADDED.excluded.digest}
).returning(LinkSetRow.id)
_DESTINATIONS = select(LinkSetRow.id, LinkSetRow.destinations).where(
    checked(LinkSetRow.account_id) == bindparam("account_id"), among_those(LinkSetRow.id, "set_ids")
)


def link_set(session: Session, account_id: str, destinations: Sequence[str]) -> str:
    """Return the id of the account's set of these destinations, stored once."""
    digest = hashlib.sha256(orjson.dumps(list(destinations))).hexdigest()
    # Nearly always it is there: a look writes nothing, so that senders of one template do not queue for its row.
    for row in fetch(session, _KNOWN, account_id=account_id, digest=digest):
        return str(row[0])
    [kept] = fetch(session, _KEEP, id=new_id(), account_id=account_id, digest=digest, destinations=list(destinations))
    return str(kept[0])


def link_set_sizes(session: Session, account_id: str, set_ids: Iterable[str]) -> dict[str, int]:
    """Return how many links, seen or not, these sets have."""
    rows = fetch(session, _DESTINATIONS, account_id=account_id, set_ids=list(set_ids))
    return {row[0]: len(row[1]) for row in rows}
