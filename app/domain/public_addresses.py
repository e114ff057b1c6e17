"""Which addresses the hub may call because somebody told it to: those of the public internet, and no others.

Whoever may name an address could otherwise reach, through the hub, what stands behind its firewall: neighbours,
databases, and the metadata service that gives a machine its credentials.
Sources: https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry,
https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
"""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, urlsplit

from app.domain.hosts import check_host

_LONGEST = 2_000
_UNWRITABLE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff\\]")
# What browsers take for an IPv4 address: its last label is a number, in whatever base (WHATWG URL, "ends in a number").
_ENDS_IN_A_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?", re.IGNORECASE | re.DOTALL)
_PRIVATE_NAMES = (".localhost", ".local", ".internal")
_KEPT = "/?:@!$&'()*+,;=%-._~[]|"

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""NAT64: the last four bytes are an IPv4 address (RFC 6052)."""
_METADATA = frozenset(
    {
        # A public address by its number, but on Azure the virtual machine's own host answers at it.
        IPv4Address("168.63.129.16"),
        IPv4Address("100.100.100.200"),
        IPv4Address("192.0.0.192"),
        IPv6Address("fd00:ec2::254"),
        IPv6Address("fd20:ce::254"),
    }
)


def is_callable(address: IPv4Address | IPv6Address, *, private_too: bool = False) -> bool:
    """Tell whether the hub may call ``address``, or the IPv4 address inside it.

    ``private_too`` lets loopback and private networks pass, for trying things out; never link-local, multicast or
    metadata addresses.
    """
    inner = _inner(address)
    if inner in _METADATA or inner.is_multicast or inner.is_link_local or inner.is_unspecified:
        return False
    if private_too and (inner.is_loopback or inner.is_private):
        return True
    # An address that is_global knows nothing against may still be assigned to nobody.
    return inner.is_global and (isinstance(inner, IPv4Address) or inner in _GLOBAL_UNICAST)


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 one leads to, if it is of that kind."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def check_url(url: str, *, private_too: bool = False) -> str:
    """Return a URL that calls may go to, in ASCII.

    Only what can be told from its spelling is checked: where a name leads is asked at each call. ``private_too`` lets
    http and addresses of private networks pass.

    Raises:
        ValueError: calls cannot go there; the message is a sentence for the person who typed it.
    """
    if len(url) > _LONGEST:
        raise ValueError(f"Longer than {_LONGEST} characters.")
    if _UNWRITABLE.search(url):
        raise ValueError("Must not hold spaces, control characters or backslashes.")
    parts = urlsplit(url)
    schemes = ("https", "http") if private_too else ("https",)
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError("Give an address that begins with https://.")
    if "@" in parts.netloc:
        raise ValueError("Must not hold a user name or password.")
    host = _host(parts.hostname, private_too=private_too)
    # Asking for the port may raise a ValueError of its own.
    port = f":{parts.port}" if parts.port is not None else ""
    tail = quote(parts.path or "/", safe=_KEPT) + (f"?{quote(parts.query, safe=_KEPT)}" if parts.query else "")
    return f"{parts.scheme}://{host}{port}{tail}"


def _host(host: str, *, private_too: bool) -> str:
    name = host if ":" in host else check_host(host)
    if ":" in name or _ENDS_IN_A_NUMBER.fullmatch(name):
        try:
            address = ip_address(name)
        except ValueError as error:
            raise ValueError("Write an IP address in its usual form.") from error
        if not is_callable(address, private_too=private_too):
            raise ValueError("Must not be an address of a private network.")
        return f"[{address}]" if ":" in name else name
    if not private_too and (name == "localhost" or name.endswith(_PRIVATE_NAMES)):
        raise ValueError("Must not be a name of a private network.")
    return name
