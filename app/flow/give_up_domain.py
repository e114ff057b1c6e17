"""An account gives up a host, unless messages have been sent whose links stand on it."""

from app.domain.errors import ConflictError, UnknownError
from app.store.base import Session
from app.store.domains import claimed_domain, has_links, remove_domain


def give_up_domain(session: Session, account_id: str, domain_id: str) -> None:
    """Remove the account's claim.

    Raises:
        UnknownError: the account has no such domain.
        ConflictError: links that somebody may still follow stand on it.
    """
    domain = claimed_domain(session, account_id, domain_id)
    if domain is None:
        raise UnknownError("domain", domain_id)
    if domain.verified_at and has_links(session, account_id, domain.host):
        raise ConflictError(f"Links of sent messages stand on {domain.host}; without it they would break.")
    remove_domain(session, account_id, domain_id)
