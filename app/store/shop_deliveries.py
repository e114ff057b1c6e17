"""What shops sent, byte by byte as it came, each delivery once."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.ids import new_id
from app.store.base import Base, insert
from app.store.columns import Utc
from app.store.many_rows import fetch


class Fate(StrEnum):
    """What became of a delivery."""

    RECORDED = "recorded"
    REPEATED = "repeated"
    CONFLICTING = "conflicting"
    """Its id was used before for something else; kept, and nothing done with it."""
    IGNORED = "ignored"
    UNREADABLE = "unreadable"


class ShopDeliveryRow(Base):
    """One call of a shop whose signature was good."""

    __tablename__ = "shop_deliveries"
    __table_args__ = (UniqueConstraint("account_id", "shop", "key"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    shop: Mapped[str]
    key: Mapped[str]
    """What a repeat of the delivery repeats."""
    topic: Mapped[str]
    digest: Mapped[str]
    """Of what it says."""
    fate: Mapped[str]
    order_row_id: Mapped[str | None] = mapped_column(index=True)
    received_at: Mapped[datetime] = mapped_column(Utc, index=True)
    # The long one last: SQLite walks through all that stands before a column to read it.
    body: Mapped[bytes] = mapped_column(LargeBinary)


_KEEP = (
    insert(ShopDeliveryRow)
    .on_conflict_do_nothing(index_elements=["account_id", "shop", "key"])
    .returning(ShopDeliveryRow)
)
_NAMED = (
    ShopDeliveryRow.account_id == bindparam("account_id"),
    ShopDeliveryRow.shop == bindparam("shop"),
    ShopDeliveryRow.key == bindparam("key"),
)
_ORDER = select(ShopDeliveryRow.order_row_id).where(*_NAMED)
_DIGEST = select(ShopDeliveryRow.digest).where(*_NAMED)


def keep_delivery(
    session: Session, account_id: str, *, shop: str, key: str, topic: str, digest: str, body: bytes, now: datetime
) -> ShopDeliveryRow | None:
    """Keep a delivery and return its row, for its fate to be written on; None when the very same one is there.

    One whose key was used for something else is kept under a key of its own, marked as conflicting.
    """
    for name, fate in ((key, Fate.RECORDED), (f"{key}|{digest}", Fate.CONFLICTING)):
        named = {"account_id": account_id, "shop": shop, "key": name}
        said = {"topic": topic, "digest": digest, "body": body}
        row = session.execute(
            _KEEP, {"id": new_id(), **named, **said, "fate": fate, "received_at": now}
        ).scalar_one_or_none()
        if row is not None:
            return row
        if [known for (known,) in fetch(session, _DIGEST, **named)] == [digest]:
            return None
    return None


def delivered_order(session: Session, account_id: str, shop: str, key: str) -> str | None:
    """Return the order that an earlier delivery was about."""
    rows = fetch(session, _ORDER, account_id=account_id, shop=shop, key=key)
    return rows[0][0] if rows else None
