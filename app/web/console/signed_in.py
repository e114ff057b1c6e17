"""Who is signed in to the console; everything a page shows is theirs."""

from dataclasses import dataclass
from typing import cast

from flask_login import current_user  # type: ignore[import-untyped]

from app.store.accounts import Account, User, account_by_id, user_by_id
from app.web.parts import parts


@dataclass(frozen=True)
class SignedIn:
    """Somebody at the console and the account they work for; Flask-Login asks for the four names below."""

    user: User
    account: Account
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """Return what the session cookie names."""
        return self.user.id


def load_signed_in(user_id: str) -> SignedIn | None:
    """Return whom a session cookie names; None when they are gone meanwhile."""
    with parts().reading() as session:
        user = user_by_id(session, user_id)
        return SignedIn(user, account_by_id(session, user.account_id)) if user else None


def signed_in() -> SignedIn:
    """Return who asks for this page; only behind the sign-in."""
    return cast(SignedIn, current_user._get_current_object())  # noqa: SLF001 - how Flask-Login hands out the object.
