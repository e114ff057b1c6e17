"""What somebody held in their hand, as far as a user agent says."""

import re

_TABLET = re.compile(r"iPad|Tablet(?! PC)|PlayBook|Silk|Android(?!.*Mobile)", re.IGNORECASE)
_PHONE = re.compile(r"iPhone|iPod|Android.*Mobile|Windows Phone|Mobile", re.IGNORECASE)
_DESKTOP = re.compile(r"Windows NT|Macintosh|X11|CrOS|Linux x86_64", re.IGNORECASE)


def device(user_agent: str) -> str | None:
    """Return phone, tablet or desktop; None where the user agent does not say."""
    for kind, pattern in (("tablet", _TABLET), ("phone", _PHONE), ("desktop", _DESKTOP)):
        if pattern.search(user_agent):
            return kind
    return None
