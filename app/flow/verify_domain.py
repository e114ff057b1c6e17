"""An account shows that a host is its own; from then on its links stand there."""

from datetime import datetime

from app.domain import domain_claim
from app.domain.errors import ConflictError, UnavailableNowError, UnknownError
from app.store.accounts import Domain
from app.store.base import Session, Transaction
from app.store.domains import claimed_domain, is_verified, set_verified
from integrations.protocol import NameServer, UnavailableError


def verify_domain(
    account_id: str, domain_id: str, *, transaction: Transaction, names: NameServer, now: datetime
) -> Domain:
    """Ask the domain name system for the proof, and make the claim count; a verified domain stays as it is.

    Raises:
        UnknownError: the account has no such domain.
        ConflictError: the proof is not there, or another account has shown that the host is its own.
        UnavailableNowError: no name server answers.
    """
    with transaction() as session:
        domain = _claimed(session, account_id, domain_id)
    if domain.verified_at:
        return domain
    # Asked between two transactions: a name server may take seconds.
    _check_proof(domain, names)
    with transaction() as session:
        if is_verified(session, domain.host) and not _claimed(session, account_id, domain_id).verified_at:
            raise ConflictError(f"{domain.host} is verified for another account.")
        set_verified(session, account_id, domain_id, now)
        return _claimed(session, account_id, domain_id)


def _claimed(session: Session, account_id: str, domain_id: str) -> Domain:
    domain = claimed_domain(session, account_id, domain_id)
    if domain is None:
        raise UnknownError("domain", domain_id)
    return domain


def _check_proof(domain: Domain, names: NameServer) -> None:
    proof = domain_claim.proof(domain.host, domain.id)
    try:
        found = names.texts(proof.name)
    except UnavailableError as error:
        raise UnavailableNowError(str(error)) from error
    if not domain_claim.is_proved(domain.host, domain.id, found):
        seen = f"{len(found)} other record(s) found there" if found else "no TXT record found there"
        raise ConflictError(
            f"The TXT record {proof.name} does not say {proof.value} yet: {seen}. A new record may take an hour."
        )
