"""What a page on an account's own domain may know of a message that is shared."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store.accounts import DomainRow
from app.store.campaigns import AdvocateRow
from app.store.messages import MessageRow


@dataclass(frozen=True, slots=True)
class SharedMessage:
    """The advocate's name in the link; None where the reader is no advocate."""

    share_code: str | None


def shared_message(session: Session, *, host: str, share_token: str) -> SharedMessage | None:
    """Return the message behind a share token; None unless ``host`` is a verified domain of its account."""
    query = (
        select(AdvocateRow.share_code)
        .select_from(MessageRow)
        .join(DomainRow, DomainRow.account_id == MessageRow.account_id)
        .outerjoin(AdvocateRow, AdvocateRow.id == MessageRow.advocate_id)
        .where(MessageRow.share_token == share_token, DomainRow.host == host, DomainRow.verified_at.is_not(None))
    )
    row = session.execute(query).one_or_none()
    return SharedMessage(row[0]) if row else None
