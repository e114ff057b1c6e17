"""Who works for an account: asked, let in, given another role, let go."""

from datetime import datetime, timedelta

from app.domain.errors import ConflictError, InvalidInputError, UnknownError
from app.domain.ids import new_token
from app.domain.roles import Role
from app.store.accounts import User, add_user, hold_account, user_by_email
from app.store.base import Session
from app.store.team import (
    add_invitation,
    count_owners,
    invitation_by_token,
    remove_invitation,
    remove_user,
    set_role,
    team,
)

_STANDS = timedelta(days=7)
_SHORTEST, _LONGEST = 10, 1024
_LAST = "An account needs an owner: make somebody else one first."


def invite_colleague(session: Session, account_id: str, *, email: str, role: str, now: datetime) -> str:
    """Ask somebody to join and return the token of their link, which is shown this once and stands for a week.

    Raises:
        InvalidInputError: the address signs in somewhere already.
    """
    if user_by_email(session, email):
        raise InvalidInputError({"email": ["Somebody signs in with this address already."]})
    token = new_token()
    add_invitation(session, account_id, email=email, role=Role(role), token=token, now=now, expires_at=now + _STANDS)
    return token


def check_password(password: str) -> None:
    """Refuse a password that is easily guessed, or too long to be one.

    Raises:
        InvalidInputError: it is; the error never repeats it.
    """
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise InvalidInputError({"password": [f"Give {_SHORTEST} characters or more; a few words do well."]})


def join_team(session: Session, token: str, *, password_hash: str, now: datetime) -> User:
    """Let in who was asked, once, and return them.

    Raises:
        UnknownError: the link is over, or was used.
        ConflictError: the address signs in somewhere by now.
    """
    invitation = invitation_by_token(session, token, now)
    if invitation is None or not remove_invitation(session, invitation.account_id, invitation.id):
        raise UnknownError("invitation", "")
    if user_by_email(session, invitation.email):
        raise ConflictError("Somebody signs in with this address already.")
    add_user(
        session,
        invitation.account_id,
        email=invitation.email,
        password_hash=password_hash,
        role=invitation.role,
        now=now,
    )
    joined = user_by_email(session, invitation.email)
    if joined is None:
        raise UnknownError("user", invitation.email)
    return joined


def change_role(session: Session, account_id: str, user_id: str, role: str) -> None:
    """Give somebody another role.

    Raises:
        UnknownError: nobody of the account is meant.
        ConflictError: the account would be left without an owner.
    """
    # Held, so that two owners who give up at the same moment do not both find the other.
    hold_account(session, account_id)
    if Role(role) is not Role.OWNER and _is_last_owner(session, account_id, user_id):
        raise ConflictError(_LAST)
    if not set_role(session, account_id, user_id, Role(role)):
        raise UnknownError("user", user_id)


def let_go(session: Session, account_id: str, user_id: str) -> None:
    """Let somebody in no more.

    Raises:
        UnknownError: nobody of the account is meant.
        ConflictError: the account would be left without an owner.
    """
    hold_account(session, account_id)
    if _is_last_owner(session, account_id, user_id):
        raise ConflictError(_LAST)
    if not remove_user(session, account_id, user_id):
        raise UnknownError("user", user_id)


def _is_last_owner(session: Session, account_id: str, user_id: str) -> bool:
    is_owner = any(one.id == user_id and one.role == Role.OWNER for one in team(session, account_id))
    return is_owner and count_owners(session, account_id) == 1
