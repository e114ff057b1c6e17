"""Where a sign-in may lead: back to a page of the console, and nowhere else."""

import re

HOME = "/console/"
# Plain segments only: dots, backslashes and escapes are how an address is made to look like one of ours.
_OWN = re.compile(r"/console(?:/[A-Za-z0-9_-]+)*/?(?:\?[A-Za-z0-9_=&%.-]*)?", re.ASCII)
_LONGEST = 500


def own_path(wanted: str | None) -> str:
    """Return ``wanted`` when it is a page of the console, else its first page."""
    if wanted and len(wanted) <= _LONGEST and _OWN.fullmatch(wanted):
        return wanted
    return HOME
