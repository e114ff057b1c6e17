"""The hosts that links stand on."""

import re

import idna

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")


def check_host(host: str) -> str:
    """Return ``host`` as it is compared: lower case, punycode, no dot at its end.

    Raises:
        ValueError: it is no host name; the message is a sentence for the person who typed it.
    """
    name = host.strip().lower().rstrip(".")
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode()
        except idna.IDNAError as error:
            raise ValueError(f"{host!r} is no host name: {error}.") from error
    if not name or len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise ValueError(f"{host!r} is no host name: give it without scheme, port or path, as in refer.shop.example.")
    return name
