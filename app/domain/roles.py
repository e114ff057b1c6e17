"""Who may do what in an account."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is to an account."""

    OWNER = "owner"
    """May do everything: keys, credentials, domains and the team as well."""
    MEMBER = "member"
    """Writes templates and campaigns, and works with messages."""
    VIEWER = "viewer"
    """Looks, and changes nothing."""


def may_write(role: str) -> bool:
    """Tell whether somebody may change what the team works with; an unknown role may nothing."""
    return role in {Role.OWNER, Role.MEMBER}


def may_manage(role: str) -> bool:
    """Tell whether somebody may change the account itself."""
    return role == Role.OWNER
