"""The hosts of the accounts' links: who claims one, and who has shown that it is theirs."""

from datetime import datetime

from sqlalchemy import delete, exists, select, update

from app.store.accounts import Domain, DomainRow, domains
from app.store.base import Session
from app.store.messages import MessageRow


def claimed_domain(session: Session, account_id: str, domain_id: str) -> Domain | None:
    """Return one of the account's domains, verified or not."""
    return next((domain for domain in domains(session, account_id) if domain.id == domain_id), None)


def is_verified(session: Session, host: str) -> bool:
    """Tell whether some account's links stand on ``host``; of all accounts, for who asks has come to the host."""
    query = exists().where(DomainRow.host == host, DomainRow.verified_at.is_not(None))
    return bool(session.scalar(select(query)))


def set_verified(session: Session, account_id: str, domain_id: str, now: datetime) -> None:
    """Make the account's claim the one that counts; the unique index refuses a second one for the same host."""
    claim = update(DomainRow).where(DomainRow.account_id == account_id, DomainRow.id == domain_id)
    session.execute(claim.where(DomainRow.verified_at.is_(None)).values(verified_at=now))


def has_links(session: Session, account_id: str, host: str) -> bool:
    """Tell whether any message's links stand on the account's ``host``."""
    query = exists().where(MessageRow.account_id == account_id, MessageRow.link_host == host)
    return bool(session.scalar(select(query)))


def remove_domain(session: Session, account_id: str, domain_id: str) -> None:
    """Give a claim up."""
    session.execute(delete(DomainRow).where(DomainRow.account_id == account_id, DomainRow.id == domain_id))
